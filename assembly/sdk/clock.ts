/*
 * Time. The monotonic clock counts nanoseconds since boot and drives deadlines; the real-time clock
 * counts since 1970. Deadlines are absolute, so that a call that is repeated does not wait the whole time again.
 */

import { meta, wait } from "./raw";
import { CLOCK_MONOTONIC, CLOCK_REAL, META_CLOCK } from "../abi/calls";

/** Nanoseconds in a microsecond. */
export const MICROSECOND: i64 = 1000;
/** Nanoseconds in a millisecond. */
export const MILLISECOND: i64 = 1000000;
/** Nanoseconds in a second. */
export const SECOND: i64 = 1000000000;

/** Nanoseconds since boot. */
export function now(): i64 {
  return meta(META_CLOCK, CLOCK_MONOTONIC, 0, 0);
}

/** Nanoseconds since 1970-01-01 UTC. */
export function realTime(): i64 {
  return meta(META_CLOCK, CLOCK_REAL, 0, 0);
}

/** The real-time clock as a Date of the standard library. */
export function realDate(): Date {
  return new Date(realTime() / MILLISECOND);
}

/** Pauses until `deadline`, in nanoseconds since boot. */
export function sleepUntil(deadline: i64): void {
  wait(0, deadline);
}

/** Pauses for `duration` nanoseconds. */
export function sleep(duration: i64): void {
  wait(0, now() + duration);
}

/** Lets other cells run; returns at once when none is ready. */
export function pause(): void {
  wait(0, now() + 1);
}
