/*
 * Who wants to run: a set of ready cells for each rank, and a cell's turn. Rank 0 is for cells whose energy period is
 * empty, the spectra follow. A cell that becomes ready in a higher rank than the running one's ends its run.
 *
 * Invariants: a cell's bit is in exactly the ready set of its rank while its state is READY, and in none otherwise. A
 * cell without a lender has rank 0 if its period was empty when last settled, else 1 + its spectrum.
 */
import { CELL_READY } from "../../abi/cell";
import { timeNow, timerArm } from "../base/hal";
import { NO_CELL } from "../base/limits";
import { CALL_IN, RANKS, READY_AT, TURN_IN } from "../base/tables";
import { Cell, cellAt } from "./cell";
import { isEmpty, openPeriod, periodPassed } from "./energy";

if (offsetof<Turn>() > CALL_IN - TURN_IN) ERROR("a Turn is larger than its place");

/** The rank of cells whose period is empty; those of the spectra follow. */
export const SUSPENDED: u32 = 0;

/** How a cell stands among those that want to run. */
@unmanaged
export class Turn {
  /**
   * In what order it runs: 1 + the spectrum that it runs on, its own or a lent one; SUSPENDED while its period is
   * empty.
   */
  rank: u32;
  /** Cell on whose spectrum and account it runs until it blocks, or NO_CELL, and how many steps that loan has taken. */
  lender: u32;
  steps: u32;
  /** How much of its turn it has used up, ns. */
  used: i64;
}


@inline
export function turnOf(cell: Cell): Turn {
  return changetype<Turn>(changetype<usize>(cell) + TURN_IN);
}

/** A new instance: it borrows nothing and ranks by its own spectrum. */
export function turnClear(cell: Cell): void {
  const turn = turnOf(cell);
  turn.rank = 1 + cell.spectrum;
  turn.lender = NO_CELL;
  turn.steps = 0;
  turn.used = 0;
}

/** The cell inside cell_enter, or NO_CELL. */
export let running: u32 = NO_CELL;

/** Says which cell is inside cell_enter. */
@inline
export function setRunning(index: u32): void {
  running = index;
}

/** The state at boot: nobody is ready. */
export function readyReset(): void {
  memory.fill(READY_AT, 0, RANKS * sizeof<u64>());
  running = NO_CELL;
}

/** The ready cells of a rank. */
@inline
export function readySet(rank: u32): u64 {
  return load<u64>(READY_AT + ((<usize>rank) << 3));
}


@inline
function setReadySet(rank: u32, value: u64): void {
  store<u64>(READY_AT + ((<usize>rank) << 3), value);
}

/** Opens the next period of a suspended cell whose period ended while it was blocked. */
export function leaveSuspension(cell: Cell, now: i64): void {
  if (!periodPassed(cell, now)) return;
  openPeriod(cell, now);
  turnOf(cell).rank = 1 + cell.spectrum;
}

/** Puts a ready cell into the set of its rank. */
export function enqueue(index: u32, cell: Cell): void {
  // The current run of the running cell still belongs to its old period and is settled first.
  if (turnOf(cell).rank == SUSPENDED && index != running) leaveSuspension(cell, timeNow());
  const rank = turnOf(cell).rank;
  setReadySet(rank, readySet(rank) | ((<u64>1) << index));
  if (running != NO_CELL && rank > turnOf(cellAt(running)).rank) timerArm(0);
}

/** Takes a cell out of the ready sets: it is about to run, to block or to end. */
export function unschedule(index: u32, cell: Cell): void {
  const rank = turnOf(cell).rank;
  setReadySet(rank, readySet(rank) & ~((<u64>1) << index));
}

/** Gives a cell without a lender its own rank, and moves it if it is ready. */
export function rerank(index: u32): void {
  const cell = cellAt(index);
  if (turnOf(cell).lender != NO_CELL) return;
  const rank = isEmpty(cell) ? SUSPENDED : 1 + cell.spectrum;
  if (rank == turnOf(cell).rank) return;
  const ready = cell.state == CELL_READY;
  if (ready) unschedule(index, cell);
  turnOf(cell).rank = rank;
  if (ready) enqueue(index, cell);
}
