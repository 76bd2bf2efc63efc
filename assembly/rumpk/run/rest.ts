/*
 * Rests. The watchdog and the strikes go by the run time since the last rest. A rest is a call that really parked, an
 * interrupt taken, or a message received from or answered to a cell that is not kin (kin.ts).
 *
 *   spun    counts all run time; a yield restarts it too: the watchdog (kernel.ts)
 *   tired   counts run time on the cell's own account: who is tired gets a strike for a period that it empties before
 *           its end while others are ready (strike.ts)
 *
 * STRIKE_FORGIVEN periods in a row without a strike forgive one; periods in which the cell slept count too.
 */
import { STRIKE_FORGIVEN, STRIKE_GRACE, STRIKE_RUN } from "../../abi/energy";
import { Cell } from "./cell";
import { ENDINGS_IN, REST_IN } from "../base/tables";

if (offsetof<Rest>() > ENDINGS_IN - REST_IN) ERROR("a Rest is larger than its place");

/** STRIKE_FORGIVEN, as wide as times are. */
const FORGIVEN: i64 = STRIKE_FORGIVEN;
/** In `spun` and `tired`: the count restarts after the current run. */
const RESET: i64 = i64.MIN_VALUE;


@unmanaged
export class Rest {
  /** Run time since the last rest or yield, ns. */
  spun: i64;
  /** Run time on its own account since the last rest, ns. */
  tired: i64;
  /** 1 once this instance has rested. */
  up: u32;
  /** Strikes against it, and periods in a row without one, less 1 for the period of the last. */
  strikes: u32;
  clean: i32;
}


@inline
export function restOf(cell: Cell): Rest {
  return changetype<Rest>(changetype<usize>(cell) + REST_IN);
}

/** A new instance is not tired, and has no strikes. */
export function restClear(cell: Cell): void {
  const rest = restOf(cell);
  rest.spun = 0;
  rest.tired = 0;
  rest.up = 0;
  rest.strikes = 0;
  rest.clean = 0;
}

/** Counts run time since the last rest; `lent` time does not count as tiring. */
@inline
export function restCharge(cell: Cell, time: i64, lent: bool): void {
  const rest = restOf(cell);
  rest.spun = rest.spun == RESET ? 0 : rest.spun + time;
  if (rest.tired == RESET) rest.tired = 0;
  else if (!lent) rest.tired += time;
}

/** Notes a rest: watchdog and strikes count from 0 again. */
@inline
export function noteRest(cell: Cell): void {
  const rest = restOf(cell);
  rest.spun = RESET;
  rest.tired = RESET;
  rest.up = 1;
}

/** Notes that the cell gave its turn away: the watchdog restarts. */
@inline
export function noteYield(cell: Cell): void {
  restOf(cell).spun = RESET;
}

/** The cell has emptied its period while others were ready. Returns true, and counts it, when that is a strike. */
export function strike(cell: Cell): bool {
  const rest = restOf(cell);
  if (rest.tired < (rest.up != 0 ? <i64>STRIKE_RUN : <i64>STRIKE_GRACE)) return false;
  ++rest.strikes;
  rest.clean = -1;
  return true;
}

/** Counts the strike-free periods, each `length` long, in the time `passed` since the last one was opened. */
export function forgive(cell: Cell, passed: i64, length: u32): void {
  const rest = restOf(cell);
  const periods = passed < 0 ? 1 : passed / length;
  let clean = <i64>rest.clean + periods;
  for (; clean >= FORGIVEN && rest.strikes != 0; clean -= FORGIVEN) --rest.strikes;
  rest.clean = rest.strikes != 0 ? <i32>clean : 0;
}
