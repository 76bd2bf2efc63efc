/*
 * The idle loop on Node's event loop: interrupts, dispatch, output; then again at once, at the next deadline, or when
 * an interrupt comes.
 *
 *   more work       setImmediate: host input and output take place between two slices
 *   a deadline      one setTimeout
 *   neither         nothing is armed; the loop only keeps the process alive
 *
 * A slice is SLICE nanoseconds, as far as the cells make calls: between two calls a cell runs until its watchdog.
 */
import { MessageChannel } from "node:worker_threads";
import { NEVER } from "../abi.js";
import type { Clock } from "./clock.js";
import type { Lines } from "./interrupts.js";
import type { Kernel } from "./kernel.js";

const SLICE = 5_000_000n;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const LONGEST_TIMER = 0x7fff_ffffn;

export interface LoopHost {
  readonly clock: Clock;
  readonly lines: Lines;
  readonly kernel: Kernel;
  /** Called after every slice. */
  flush(): void;
}

export interface Loop {
  /** Runs until something throws (PowerOff does), or until fail; rejects with what was thrown. */
  run(): Promise<never>;
  /** A line became deliverable; within a slice that is seen at its end. */
  wake(): void;
  /** Ends the loop from outside. */
  fail(error: Error): void;
}

export function createLoop({ clock, lines, kernel, flush }: LoopHost): Loop {
  const keepAlive = new MessageChannel().port1;
  let state: "off" | "asleep" | "slice" = "off";
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;
  let ended: (error: unknown) => void;

  function slice(): void {
    [timer, immediate] = [null, null];
    state = "slice";
    try {
      for (let line = lines.take(); line >= 0; line = lines.take()) kernel.interrupt(line);
      const now = clock.now();
      const next = kernel.dispatch(now, now + SLICE);
      flush();
      sleep(next);
    } catch (error) {
      stop(error);
    }
  }

  /** Arms what ends the sleep, unless the slice has ended the loop. */
  function sleep(next: bigint): void {
    if (state !== "slice") return;
    state = "asleep";
    const now = clock.now();
    if (lines.deliverable() || next <= now) {
      immediate = setImmediate(slice);
    } else if (next !== NEVER) {
      const wait = (next - now + NANOSECONDS_PER_MILLISECOND - 1n) / NANOSECONDS_PER_MILLISECOND;
      timer = setTimeout(slice, Number(wait < LONGEST_TIMER ? wait : LONGEST_TIMER));
    }
  }

  function stop(error: unknown): void {
    if (state === "off") return;
    state = "off";
    if (timer !== null) clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
    keepAlive.close();
    ended(error);
  }

  function wake(): void {
    if (state !== "asleep" || immediate !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    immediate = setImmediate(slice);
  }

  return {
    wake,
    fail: stop,
    run() {
      state = "asleep";
      keepAlive.on("message", () => undefined);
      immediate = setImmediate(slice);
      return new Promise<never>((_, reject) => (ended = reject));
    },
  };
}
