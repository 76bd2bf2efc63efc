/*
 * The Kinetic Economy's meter: what a cell has spent. One joule is a nanosecond of run time; calls have prices
 * (abi/energy.ts) and are charged when they complete, so that a call that is repeated after blocking is paid once.
 */
import { cellAt } from "./cell";

/** Charges a completed call. */
@inline
export function chargeCall(index: u32, joules: u32): void {
  const cell = cellAt(index);
  cell.energy += joules;
}

/** Charges `nanoseconds` of run time. */
@inline
export function chargeTime(index: u32, nanoseconds: i64): void {
  const cell = cellAt(index);
  cell.runtime += <u64>nanoseconds;
  cell.energy += <u64>nanoseconds;
  cell.spun += nanoseconds;
}
