/*
 * The Kinetic Economy: what a cell has spent, and the period in which it may spend. One joule is a nanosecond of run
 * time; calls have prices (abi/energy.ts), charged when they complete, so that a call that blocks and is repeated is
 * charged once.
 *
 *   start                                             start + length
 *   |  left > 0: ranks by its spectrum  |  empty: ranks below Void  |
 *
 * A period opens when the previous one has ended and the cell is entered or leaves its suspension; it starts with the
 * whole budget of the cell's spectrum, whatever was overspent before. Void has no budget; it is metered in periods as
 * long as Gravity's, which never run empty.
 *
 * The meter runs in the calls and costs one addition there; the sum is taken from a period when the run is over. That
 * is the cell's own period, or the lender's while the cell runs on a loan. rest.ts and strike.ts say what emptying a
 * period early costs.
 *
 * Times are compared by their distance, so that a clock that wraps or jumps ends a period early at worst.
 */
import {
  BUDGET_GRAVITY,
  BUDGET_MATTER,
  BUDGET_PHOTON,
  PERIOD_GRAVITY,
  PERIOD_MATTER,
  PERIOD_PHOTON,
} from "../../abi/energy";
import { SPECTRUM_MATTER, SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../abi/promise";
import { Cell } from "./cell";
import { forgive, restCharge, restOf } from "./rest";
import { ENERGY_IN, REST_IN } from "../base/tables";

if (offsetof<Energy>() > REST_IN - ENERGY_IN) ERROR("an Energy is larger than its place");

/** `left` before the first period and in Void: never empty. */
export const ENERGY_UNTOUCHED: i64 = i64.MAX_VALUE;


@unmanaged
export class Energy {
  /** Run time since it was spawned, ns. */
  runtime: u64;
  /** Energy spent since it was spawned, J. */
  spent: u64;
  /** What `spent` was when the last run was settled. */
  charged: u64;
  /** When the period was opened, and the joules left in it. */
  start: i64;
  left: i64;
  /** Length of the period in ns, 0 before the first. */
  length: u32;
}


@inline
export function energyOf(cell: Cell): Energy {
  return changetype<Energy>(changetype<usize>(cell) + ENERGY_IN);
}

/** A new instance: no period is open yet, and everything spent so far is settled. */
export function energyClear(cell: Cell): void {
  const energy = energyOf(cell);
  energy.charged = energy.spent;
  energy.left = ENERGY_UNTOUCHED;
  energy.length = 0;
}

/** Charges a completed call. */
@inline
export function chargeCall(cell: Cell, joules: u32): void {
  energyOf(cell).spent += joules;
}

/**
 * Charges `nanoseconds` of run time; a clock that went back charges nothing. Time that was `lent` does not count as
 * tiring.
 */
@inline
export function chargeTime(cell: Cell, nanoseconds: i64, lent: bool = false): void {
  const energy = energyOf(cell);
  const time = max<i64>(nanoseconds, 0);
  energy.runtime += <u64>time;
  energy.spent += <u64>time;
  restCharge(cell, time, lent);
}

/** The length of a spectrum's period in nanoseconds. */
function periodLength(spectrum: u32): u32 {
  if (spectrum == SPECTRUM_PHOTON) return PERIOD_PHOTON;
  return spectrum == SPECTRUM_MATTER ? PERIOD_MATTER : PERIOD_GRAVITY;
}

/** The budget of a spectrum in its period, in joules. */
function periodBudget(spectrum: u32): i64 {
  if (spectrum == SPECTRUM_PHOTON) return BUDGET_PHOTON;
  if (spectrum == SPECTRUM_MATTER) return BUDGET_MATTER;
  return spectrum == SPECTRUM_VOID ? ENERGY_UNTOUCHED : BUDGET_GRAVITY;
}

/** Whether the cell's period has ended or none is open yet. */
@inline
export function periodPassed(cell: Cell, now: i64): bool {
  const energy = energyOf(cell);
  return <u64>(now - energy.start) >= energy.length;
}

/** The end of the cell's period. */
@inline
export function periodEnd(cell: Cell): i64 {
  const energy = energyOf(cell);
  return energy.start + energy.length;
}

/** Whether there is nothing left in the cell's period. */
@inline
export function isEmpty(cell: Cell): bool {
  return energyOf(cell).left <= 0;
}

/** Opens the cell's next period: the last one has ended. */
export function openPeriod(cell: Cell, now: i64): void {
  const energy = energyOf(cell);
  if (restOf(cell).strikes != 0) forgive(cell, now - energy.start, energy.length);
  energy.start = now;
  energy.length = periodLength(cell.spectrum);
  energy.left = periodBudget(cell.spectrum);
}

/**
 * How long a cell may run without a break on the account of `cell`, whose period is open: until the period ends or is
 * empty.
 */
@inline
export function stretchOf(cell: Cell, now: i64): i64 {
  const left = energyOf(cell).left;
  const end = periodEnd(cell) - now;
  return left > 0 && left < end ? left : end;
}

/**
 * Settles the run of a cell that ended at `now`: takes what the cell spent from the period of `payer`. True when that
 * emptied the period before its end.
 */
export function settleRun(cell: Cell, payer: Cell, now: i64): bool {
  const energy = energyOf(cell);
  const before = energyOf(payer).left;
  const after = before - <i64>(energy.spent - energy.charged);
  energy.charged = energy.spent;
  energyOf(payer).left = after;
  // `after` is by how much it overspent, so this is when the period ran empty.
  return after <= 0 && before > 0 && now + after < periodEnd(payer);
}
