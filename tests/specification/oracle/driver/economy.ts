/*
 * The economy under random loads: cells of every spectrum spin, sleep, yield and make calls, for random times. At every
 * entry into a cell the specification says whether it is that cell's turn and whether it may run that long; after every
 * run energy, strikes, spectrum and instance must match.
 */
import fc from "fast-check";
import * as abi from "../../../../host/abi.js";
import { imageRecord } from "../machine/images.js";
import { Machine } from "../machine/machine.js";
import { Account } from "../spec/energy.js";
import type { Image } from "../spec/world.js";
import { Mismatch } from "./run.js";

const SPECTRA = [
  abi.SPECTRUM_PHOTON,
  abi.SPECTRUM_MATTER,
  abi.SPECTRUM_MATTER,
  abi.SPECTRUM_GRAVITY,
  abi.SPECTRUM_VOID,
];
const AT_INFO = 0x1000;
const MILLISECOND = 1_000_000;
/** How often a plan is repeated. */
const ROUNDS = 4;
/** In nanoseconds: with shorter ones a plan would end before any time had passed. */
const SHORTEST_SLEEP = 5000;
/** The slot of all cells, of a manifest without channels and devices. */
const ALL_CELLS = 1;

const image = (name: string, spectrum: number, managesCells: boolean): Image => ({
  name,
  boot: true,
  acceptsGrants: false,
  managesCells,
  gives: [],
  restart: "on-fault",
  restartLimit: 1_000_000,
  restartWindow: 1_000_000_000n,
  promises: (BigInt(spectrum) << BigInt(abi.SPECTRUM_SHIFT)) | BigInt(abi.PROMISE_STDIO),
  ports: [],
  channels: [],
  devices: [],
  dma: false,
  seals: false,
  quota: { arena: 1 << 20, channels: 16 },
});

/** The observer sleeps and watches the others. */
const images = [
  image("observer", abi.SPECTRUM_VOID, true),
  ...SPECTRA.map((spectrum, n) => image(`cell-${n}`, spectrum, false)),
];

/** What a cell does in one run: how much of its budget it uses, in 64ths, and what it does then. */
interface Deed {
  readonly parts: number;
  readonly then: "nothing" | "sleep" | "yield" | "poll" | "fault";
  readonly nanoseconds: number;
}

interface Parked {
  readonly deadline: bigint;
}

class Economy {
  readonly machine: Machine;
  readonly accounts = new Map<number, Account>();
  readonly trace: string[] = [];
  private readonly parked = new Map<number, Parked>();
  private readonly awake = new Set<number>();
  private deeds = 0;
  private restarted: number | null = null;

  constructor(
    kernel: WebAssembly.Module,
    private readonly plan: readonly Deed[],
    /** Cells that sleep once and then only spin, a bit each. */
    private readonly spinners: number,
  ) {
    this.machine = new Machine(kernel, images.map(imageRecord), {
      enter: (cell, budget) => this.enter(cell, budget),
      created: (cell) => void (this.restarted = cell),
      destroyed: (cell) => void this.parked.delete(cell),
    });
    this.machine.boot();
    SPECTRA.forEach((spectrum, n) => this.accounts.set(1 + n, new Account(spectrum)));
  }

  /** Runs until the plan is finished. */
  run(): void {
    while (this.deeds < ROUNDS * this.plan.length) {
      const { now } = this.machine;
      const next = this.machine.dispatch(now + BigInt(MILLISECOND));
      this.settle();
      if (next > this.machine.now) this.machine.now = next;
    }
  }

  private enter(index: number, budget: bigint): number {
    this.settle();
    const account = this.accounts.get(index);
    if (!account) return this.park(index, abi.NEVER);
    const { now } = this.machine;
    for (const [other, each] of this.accounts) if (this.isReady(other, now)) each.wake(now);
    this.checkTurn(index, account, now);
    account.enter(now);
    if (budget < 1n || budget > account.stretch(now))
      throw new Mismatch(`cell ${index} may run ${budget}, should be at most ${account.stretch(now)}`);
    const deed = this.plan[this.deeds++ % this.plan.length]!;
    return this.act(index, account, budget, this.isSpinning(index) ? { ...deed, then: "nothing" } : deed);
  }

  private isSpinning(index: number): boolean {
    if (((this.spinners >> index) & 1) === 0) return false;
    if (this.awake.has(index)) return true;
    this.awake.add(index);
    return false;
  }

  /** Checks that the cell has the highest rank of all ready ones. */
  private checkTurn(index: number, account: Account, now: bigint): void {
    for (const [other, { rank }] of this.ranks(now))
      if (other !== index && rank > account.rank(now))
        throw new Mismatch(`cell ${index} of rank ${account.rank(now)} runs before cell ${other} of rank ${rank}`);
  }

  private isReady(index: number, now: bigint): boolean {
    return (this.parked.get(index)?.deadline ?? 0n) <= now;
  }

  private ranks(now: bigint): [number, { rank: number }][] {
    return [...this.accounts]
      .filter(([other]) => this.isReady(other, now))
      .map(([other, each]) => [other, { rank: each.rank(now) }]);
  }

  private act(index: number, account: Account, budget: bigint, deed: Deed): number {
    const started = this.machine.now;
    let price = this.wake(index);
    const time = deed.then === "nothing" ? budget : (budget * BigInt(deed.parts) + 63n) / 64n;
    this.machine.now += time;
    if (deed.then === "sleep") account.rest();
    let reason: number = abi.EXIT_PREEMPTED;
    if (deed.then === "fault") {
      this.machine.fault(abi.CAUSE_UNREACHABLE);
      reason = abi.EXIT_FAULTED;
    } else if (deed.then === "sleep") {
      reason = this.park(index, this.machine.now + BigInt(SHORTEST_SLEEP + deed.nanoseconds));
    } else if (deed.then === "yield") {
      reason = this.park(index, 0n);
    } else if (deed.then === "poll") {
      price += this.poll(index);
      reason = this.park(index, 0n);
    }
    this.trace.push(`${started}: cell ${index} runs ${time} of ${budget}, then ${deed.then} ${deed.nanoseconds}`);
    this.after(index, account, time, price, deed);
    return reason;
  }

  /** Repeats the call in which the cell slept; returns its price. */
  private wake(index: number): bigint {
    const slept = this.parked.get(index);
    if (!slept) return 0n;
    const answer = this.machine.call(index, "wait", [0n, slept.deadline]);
    if (answer === abi.WOULD_BLOCK) throw new Mismatch(`cell ${index} is entered before ${slept.deadline}`);
    this.parked.delete(index);
    return BigInt(abi.COST_TICK);
  }

  private park(index: number, deadline: bigint): number {
    const answer = this.machine.call(index, "wait", [0n, deadline]);
    if (answer !== abi.WOULD_BLOCK) throw new Mismatch(`cell ${index} does not sleep: ${answer}`);
    this.parked.set(index, { deadline });
    return abi.EXIT_BLOCKED;
  }

  private poll(index: number): bigint {
    const answer = this.machine.call(index, "wait", [1n, 0n]);
    if (answer !== 0n) throw new Mismatch(`a poll of cell ${index} answers ${answer}`);
    return BigInt(abi.COST_TICK);
  }

  private judged: { index: number; emptied: boolean; others: "some" | "none" | "perhaps"; died: boolean } | null = null;

  /** Books the run; its consequences are checked once the kernel has settled it as well. */
  private after(index: number, account: Account, time: bigint, price: bigint, deed: Deed): void {
    const { now } = this.machine;
    const emptied = account.take(time + price, time, now);
    // Cells that became ready while the cell ran may or may not count: the kernel checks clocks only between runs.
    const others = [...this.accounts].filter(([other, each]) => other !== index && each.hasClaim(now));
    const awake = others.some(([other, each]) => this.isReady(other, now - time) && each.hasClaim(now - time));
    const waking = others.some(([other]) => this.isReady(other, now));
    this.restarted = null;
    this.judged = {
      index,
      emptied,
      others: awake ? "some" : waking ? "perhaps" : "none",
      died: deed.then === "fault",
    };
  }

  /** Compares the account of the cell that ran last with the kernel's. */
  private settle(): void {
    if (!this.judged) return;
    const { index, emptied, others, died } = this.judged;
    this.judged = null;
    const account = this.accounts.get(index)!;
    const kernel = this.info(index);
    const strikes =
      emptied && !died && (others === "some" || (others === "perhaps" && kernel.strikes !== account.strikes));
    const verdict = strikes ? account.strike() : null;
    const gone = died || verdict === "killed";
    if (gone !== (this.restarted === index)) throw new Mismatch(`cell ${index} restarted: ${this.restarted === index}`);
    if (gone) account.restart();
    // A suspension lasts to the end of its window: if the run went beyond it, the next window has begun, and the old
    // one has counted towards forgiveness.
    else if (this.isReady(index, this.machine.now)) account.wake(this.machine.now);
    const expected = { strikes: account.strikes, spectrum: account.spectrum, energy: account.energy };
    for (const [what, value] of Object.entries(expected)) {
      const seen = kernel[what as keyof typeof expected];
      if (BigInt(seen) !== BigInt(value)) throw new Mismatch(`${what} of cell ${index} is ${seen}, should be ${value}`);
    }
  }

  private info(index: number): { strikes: number; spectrum: number; energy: bigint } {
    const answer = this.machine.call(0, "meta", [abi.META_INFO, BigInt(ALL_CELLS), BigInt(index), BigInt(AT_INFO)]);
    if (answer < 0n) throw new Mismatch(`info of cell ${index}: ${answer}`);
    const bytes = Buffer.from(this.machine.read(0, AT_INFO, abi.CellInfo.size), "latin1");
    const { strikes, spectrum, energy } = abi.CellInfo.fields;
    return {
      strikes: bytes.readUInt32LE(strikes.offset),
      spectrum: bytes.readUInt32LE(spectrum.offset),
      energy: bytes.readBigUInt64LE(energy.offset),
    };
  }
}

const deed: fc.Arbitrary<Deed> = fc.record({
  parts: fc.integer({ min: 1, max: 64 }),
  then: fc.oneof(
    { weight: 8, arbitrary: fc.constant("nothing" as const) },
    { weight: 4, arbitrary: fc.constant("sleep" as const) },
    { weight: 2, arbitrary: fc.constant("yield" as const) },
    { weight: 2, arbitrary: fc.constant("poll" as const) },
    { weight: 1, arbitrary: fc.constant("fault" as const) },
  ),
  nanoseconds: fc.oneof(fc.nat({ max: 3 * MILLISECOND }), fc.nat({ max: 400 * MILLISECOND })),
});

/** Windows, suspension, strikes and forgiveness follow the specification. */
function sharesAreKept(kernel: WebAssembly.Module): fc.IProperty<unknown> {
  const plans = fc.array(deed, { minLength: 1, maxLength: 150, size: "max" });
  return fc.property(plans, fc.nat({ max: 63 }), (plan, spinners) => {
    const economy = new Economy(kernel, plan, spinners);
    try {
      economy.run();
    } catch (error) {
      throw new Mismatch([(error as Error).message, ...economy.trace.slice(-25)].join("\n    "), { cause: error });
    }
  });
}

export const economy: Readonly<Record<string, (kernel: WebAssembly.Module) => fc.IProperty<unknown>>> = {
  "windows, suspension, strikes and forgiveness": sharesAreKept,
};
