/*
 * The Kinetic Economy: a nanosecond of run time is a joule, a call has its price, and a spectrum says how many joules
 * in how long a window. A window opens when the previous one is over and the cell runs, or is ready after a suspension.
 * A cell that has emptied its window keeps running only while no other cell is ready. Emptying it without a rest, while
 * others are ready, is a strike: the first warns, the second demotes by one spectrum, the third kills; 64 windows
 * without a strike forgive one. An instance that has not rested yet gets no strike in its first moments, nor does one
 * that rested a moment ago. A rest is a call that really parked.
 */
import {
  BUDGET_GRAVITY,
  BUDGET_MATTER,
  BUDGET_PHOTON,
  SPECTRUM_GRAVITY,
  SPECTRUM_MATTER,
  SPECTRUM_PHOTON,
  SPECTRUM_VOID,
  STRIKE_DEMOTE,
  STRIKE_FORGIVEN,
  STRIKE_GRACE,
  STRIKE_KILL,
  STRIKE_RUN,
  PERIOD_GRAVITY,
  PERIOD_MATTER,
  PERIOD_PHOTON,
} from "../../../../host/abi.js";

interface Window {
  readonly length: bigint;
  /** null: without end. */
  readonly budget: bigint | null;
}

const WINDOWS: Readonly<Record<number, Window>> = {
  [SPECTRUM_PHOTON]: { length: BigInt(PERIOD_PHOTON), budget: BigInt(BUDGET_PHOTON) },
  [SPECTRUM_MATTER]: { length: BigInt(PERIOD_MATTER), budget: BigInt(BUDGET_MATTER) },
  [SPECTRUM_GRAVITY]: { length: BigInt(PERIOD_GRAVITY), budget: BigInt(BUDGET_GRAVITY) },
  [SPECTRUM_VOID]: { length: BigInt(PERIOD_GRAVITY), budget: null },
};

/** The effect of a strike. */
export type Verdict = "warned" | "demoted" | "killed";

/** The account of one cell. */
export class Account {
  energy = 0n;
  strikes = 0;
  spectrum: number;
  /** Whether this instance ever rested, and for how long it has run. */
  private up = false;
  /** Whether it rested in this run, and how long the cell has run since the last rest. */
  private resting = false;
  private tired = 0n;
  private ran = 0n;
  private start = 0n;
  private window: Window | null = null;
  /** null: Void, which has no budget. */
  left: bigint | null = null;
  private clean = 0n;
  private struck = false;

  constructor(private readonly born: number) {
    this.spectrum = born;
  }

  /** Whether the window is empty, and not over at `now`. */
  isSuspended(now: bigint): boolean {
    return this.window !== null && this.left !== null && this.left <= 0n && now < this.start + this.window.length;
  }

  /**
   * Whether this cell is held up when it is ready and another one runs. Void runs on leftovers, and has no claim.
   */
  hasClaim(now: bigint): boolean {
    return this.spectrum !== SPECTRUM_VOID && !this.isSuspended(now);
  }

  /** 0 for a suspended cell, else 1 or more, from its spectrum. */
  rank(now: bigint): number {
    return this.isSuspended(now) ? 0 : 1 + this.spectrum;
  }

  /** The cell is ready: if it was suspended and its window is over, the next one opens. */
  wake(now: bigint): void {
    if (this.isEmpty()) this.enter(now);
  }

  /** The cell is about to run: opens its next window if the last one is over. */
  enter(now: bigint): void {
    if (this.window && now < this.start + this.window.length) return;
    if (this.window) this.forgive(now);
    this.window = WINDOWS[this.spectrum]!;
    this.start = now;
    this.left = this.window.budget;
    this.struck = false;
  }

  /** Whether the window was empty after the last payment. */
  isEmpty(): boolean {
    return this.left !== null && this.left <= 0n;
  }

  /** How long the cell may run before its window or its budget ends. */
  stretch(now: bigint): bigint {
    const end = this.start + this.window!.length - now;
    return this.left !== null && this.left > 0n && this.left < end ? this.left : end;
  }

  /** The cell rested: its time since the last rest restarts after this run. */
  rest(): void {
    this.up = true;
    this.resting = true;
  }

  /**
   * Takes joules, `ran` of them for run time. Returns whether that emptied the window before its end; `now` is the time
   * afterwards.
   */
  take(joules: bigint, ran: bigint, now: bigint): boolean {
    this.energy += joules;
    this.ran += ran;
    this.tired = this.resting ? 0n : this.tired + ran;
    this.resting = false;
    return this.pay(joules, now);
  }

  /** Takes joules from the window, no matter who spent them. Returns as above. */
  pay(joules: bigint, now: bigint): boolean {
    if (this.left === null) return false;
    const before = this.left;
    this.left -= joules;
    return before > 0n && this.left <= 0n && now + this.left < this.start + this.window!.length;
  }

  /** The window was emptied while others were ready. */
  strike(): Verdict | null {
    const starting = !this.up && this.ran < BigInt(STRIKE_GRACE);
    if (starting || this.tired < BigInt(STRIKE_RUN)) return null;
    ++this.strikes;
    this.clean = 0n;
    this.struck = true;
    if (this.strikes >= STRIKE_KILL) return "killed";
    if (this.strikes < STRIKE_DEMOTE) return "warned";
    if (this.spectrum > SPECTRUM_VOID) --this.spectrum;
    return "demoted";
  }

  /** A new instance: everything is reset but the energy spent. */
  restart(): void {
    this.spectrum = this.born;
    this.strikes = 0;
    this.clean = 0n;
    this.window = null;
    this.left = null;
    this.struck = false;
    this.up = false;
    this.ran = 0n;
    this.tired = 0n;
  }

  /** Counts the windows that passed without a strike; enough of them in a row forgive one. */
  private forgive(now: bigint): void {
    const passed = (now - this.start) / this.window!.length - (this.struck ? 1n : 0n);
    this.clean += passed;
    for (; this.clean >= BigInt(STRIKE_FORGIVEN) && this.strikes > 0; this.clean -= BigInt(STRIKE_FORGIVEN))
      --this.strikes;
    if (this.strikes === 0) this.clean = 0n;
  }
}
