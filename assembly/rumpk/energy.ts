/*
 * The Kinetic Economy: what a cell has spent, and the window in which it may spend. One joule is a nanosecond of run
 * time; calls have prices (abi/energy.ts), charged when they complete, so that a call that is repeated after blocking is
 * paid once.
 *
 *   energyStart                                      energyStart + energyLength
 *   |  energyLeft > 0: ranks by its spectrum  |  empty: ranks below Void  |
 *
 * A window opens when the one before has ended and the cell is entered or leaves its suspension; it begins with the whole
 * budget of the cell's spectrum, whatever was overspent. Void, which has no budget, is metered in windows as long as
 * Gravity's that are never empty.
 *
 * The meter runs in the calls, at the cost of one addition; what it moved by is taken from a window when the run is over.
 * That window is the cell's own, or that of the cell whose spectrum it runs on (`lender`).
 *
 * A window that is emptied before its end by a cell that is tired, because it has run for long without a rest, is a strike
 * when others were ready (strike.ts). Windows without a strike count while there is something to forgive, those too in
 * which the cell slept.
 *
 * Times are compared by their distance, so that a clock that wraps or jumps, forwards or back, ends a window at worst.
 */
import {
  BUDGET_GRAVITY,
  BUDGET_MATTER,
  BUDGET_PHOTON,
  SPECTRUM_MATTER,
  SPECTRUM_PHOTON,
  SPECTRUM_VOID,
  STRIKE_FORGIVEN,
  WINDOW_GRAVITY,
  WINDOW_MATTER,
  WINDOW_PHOTON,
} from "../abi/energy";
import { Cell, ENERGY_UNTOUCHED, cellAt } from "./cell";
import { NO_CELL } from "./limits";

/** STRIKE_FORGIVEN, as wide as times are. */
const FORGIVEN: i64 = STRIKE_FORGIVEN;
/** In `spun` and `tired`: the count restarts when the current run is over. */
const RESET: i64 = i64.MIN_VALUE;

/** Charges a completed call. */
@inline
export function chargeCall(index: u32, joules: u32): void {
  const cell = cellAt(index);
  cell.energy += joules;
}

/** Charges `nanoseconds` of run time; a clock that went back charges nothing. What is `lent` makes nobody tired. */
@inline
export function chargeTime(index: u32, nanoseconds: i64, lent: bool = false): void {
  const cell = cellAt(index);
  const time = max<i64>(nanoseconds, 0);
  cell.runtime += <u64>time;
  cell.energy += <u64>time;
  cell.spun = cell.spun == RESET ? 0 : cell.spun + time;
  if (cell.tired == RESET) cell.tired = 0;
  else if (!lent) cell.tired += time;
}

/**
 * Notes a rest, after which watchdog and strikes count from 0: the cell really parked, took an interrupt, or took a message
 * from, or answered, a cell that is no kin of it.
 */
@inline
export function noteRest(cell: Cell): void {
  cell.spun = RESET;
  cell.tired = RESET;
  cell.up = 1;
}

/** Notes that the cell gave its turn away: the watchdog restarts. */
@inline
export function noteYield(cell: Cell): void {
  cell.spun = RESET;
}

/** The length of a spectrum's window in nanoseconds. */
function windowLength(spectrum: u32): u32 {
  if (spectrum == SPECTRUM_PHOTON) return WINDOW_PHOTON;
  return spectrum == SPECTRUM_MATTER ? WINDOW_MATTER : WINDOW_GRAVITY;
}

/** The budget of a spectrum in its window, in joules. */
function windowBudget(spectrum: u32): i64 {
  if (spectrum == SPECTRUM_PHOTON) return BUDGET_PHOTON;
  if (spectrum == SPECTRUM_MATTER) return BUDGET_MATTER;
  return spectrum == SPECTRUM_VOID ? ENERGY_UNTOUCHED : BUDGET_GRAVITY;
}

/** Whether the cell's window has ended, or none was opened yet. */
@inline
export function windowPassed(cell: Cell, now: i64): bool {
  return <u64>(now - cell.energyStart) >= cell.energyLength;
}

/** The end of the cell's window. */
@inline
export function windowEnd(cell: Cell): i64 {
  return cell.energyStart + cell.energyLength;
}

/** Whether there is nothing left in the cell's window. */
@inline
export function isEmpty(cell: Cell): bool {
  return cell.energyLeft <= 0;
}

/** Counts the windows without a strike up to `now`; STRIKE_FORGIVEN in a row forgive one strike. */
function forgive(cell: Cell, now: i64): void {
  const passed = now - cell.energyStart;
  const windows = passed < 0 ? 1 : passed / cell.energyLength;
  let clean = <i64>cell.clean + windows;
  for (; clean >= FORGIVEN && cell.strikes != 0; clean -= FORGIVEN) --cell.strikes;
  cell.clean = cell.strikes != 0 ? <i32>clean : 0;
}

/** Opens the cell's next window: the last one has ended. */
export function openWindow(cell: Cell, now: i64): void {
  if (cell.strikes != 0) forgive(cell, now);
  cell.energyStart = now;
  cell.energyLength = windowLength(cell.spectrum);
  cell.energyLeft = windowBudget(cell.spectrum);
}

/** On whose account the cell runs: its lender's, or its own. */
@inline
export function accountOf(index: u32): u32 {
  const lender = cellAt(index).lender;
  return lender == NO_CELL ? index : lender;
}

/**
 * How long a cell may run at a stretch on the account of `cell`, whose window is open: until that ends, and not longer
 * than there is something left in it.
 */
@inline
export function stretchOf(cell: Cell, now: i64): i64 {
  const left = cell.energyLeft;
  const end = windowEnd(cell) - now;
  return left > 0 && left < end ? left : end;
}

/**
 * Settles the run of cell `index` that ended at `now`: takes what its meter moved by from the window of `account`. True
 * when that emptied the window before its end.
 */
export function settleRun(index: u32, account: u32, now: i64): bool {
  const cell = cellAt(index);
  const payer = cellAt(account);
  const before = payer.energyLeft;
  const after = before - <i64>(cell.energy - cell.energyCharged);
  cell.energyCharged = cell.energy;
  payer.energyLeft = after;
  // `after` is how far it went beyond what there was, so this is when the window was empty.
  return after <= 0 && before > 0 && now + after < windowEnd(payer);
}
