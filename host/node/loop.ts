/*
 * The idle loop on the host's event loop: interrupts, dispatch, output; then again at once, at the next deadline, or on
 * an interrupt.
 *
 *   more work       soon: the host's input and output run between two slices
 *   a deadline      one timer
 *   neither         nothing is armed; the sleeper only keeps the process alive
 *
 * A slice is SLICE nanoseconds if the cells make calls: between two calls a cell runs until its watchdog.
 */
import { NEVER } from "../abi.js";
import type { Lines } from "./board.js";
import type { Kernel } from "./kernel.js";
import type { Clock } from "./rim/clock.js";
import type { Sleeper } from "./rim/sleep.js";

const SLICE = 5_000_000n;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const LONGEST_TIMER = 0x7fff_ffffn;

export interface LoopHost {
  readonly clock: Clock;
  readonly board: Lines;
  readonly kernel: Pick<Kernel, "dispatch" | "interrupt">;
  readonly sleeper: Sleeper;
  /** Called after every slice. */
  flush(): void;
}

export interface Loop {
  /** Runs until something throws (PowerOff does), or until fail; rejects with the thrown value. */
  run(): Promise<never>;
  /** A line became deliverable; during a slice this takes effect at its end. */
  wake(): void;
  /** Ends the loop from outside. */
  fail(error: Error): void;
}

export function createLoop({ clock, board, kernel, sleeper, flush }: LoopHost): Loop {
  let state: "off" | "asleep" | "slice" = "off";
  let ended: (error: unknown) => void;

  function slice(): void {
    state = "slice";
    try {
      for (let line = board.takeLine(); line >= 0; line = board.takeLine()) kernel.interrupt(line);
      const now = clock.now();
      const next = kernel.dispatch(now, now + SLICE);
      flush();
      sleep(next);
    } catch (error) {
      stop(error);
    }
  }

  /** Arms whatever ends the sleep, unless the slice has ended the loop. */
  function sleep(next: bigint): void {
    if (state !== "slice") return;
    state = "asleep";
    const now = clock.now();
    if (board.isLineDeliverable() || next <= now) {
      sleeper.soon(slice);
    } else if (next !== NEVER) {
      const wait = (next - now + NANOSECONDS_PER_MILLISECOND - 1n) / NANOSECONDS_PER_MILLISECOND;
      sleeper.after(Number(wait < LONGEST_TIMER ? wait : LONGEST_TIMER), slice);
    }
  }

  function stop(error: unknown): void {
    if (state === "off") return;
    state = "off";
    sleeper.close();
    ended(error);
  }

  return {
    fail: stop,
    wake() {
      if (state === "asleep" && !sleeper.isSoon) sleeper.soon(slice);
    },
    run() {
      state = "asleep";
      sleeper.soon(slice);
      return new Promise<never>((_, reject) => (ended = reject));
    },
  };
}
