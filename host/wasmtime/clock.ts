/*
 * The machine's clock: nanoseconds since boot, never running backwards.
 */
import { CLOCK_MONOTONIC, CLOCK_REAL, clockTimeGet } from "./wasi";

const out: usize = memory.data(8, 8);
let start: u64 = 0;

function read(clock: u32): u64 {
  clockTimeGet(clock, 1, out);
  return load<u64>(out);
}

/** Sets the time of boot to now. */
export function clockStart(): void {
  start = read(CLOCK_MONOTONIC);
}

/** Nanoseconds since boot. */
export function now(): i64 {
  return <i64>(read(CLOCK_MONOTONIC) - start);
}

/** Real time, in nanoseconds since 1970-01-01 UTC. */
export function realTime(): u64 {
  return read(CLOCK_REAL);
}
