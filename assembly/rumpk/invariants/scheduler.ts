/*
 * Invariants of ready.ts, pending.ts and scheduler.ts: between two runs nothing is running, and every cell is in
 * exactly the sets that its state, its deadline and its lender say.
 */
import { NEVER } from "../../abi/calls";
import { CELL_BLOCKED, CELL_FREE, CELL_READY, CELL_RUNNING } from "../../abi/cell";
import { cellAt } from "../run/cell";
import { CELLS, NO_CELL } from "../base/limits";
import { borrowers } from "../run/loan";
import { callOf, timed, woken } from "../run/pending";
import { readySet, running, turnOf } from "../run/ready";
import { RANKS } from "../base/tables";


@inline
function has(set: u64, index: u32): bool {
  return ((set >> index) & 1) != 0;
}

/** In the ready set of its rank while it is ready, and in no other. */
function checkReady(index: u32): void {
  const cell = cellAt(index);
  for (let rank: u32 = 0; rank < RANKS; ++rank) {
    const wanted = cell.state == CELL_READY && turnOf(cell).rank == rank;
    assert(has(readySet(rank), index) == wanted, "a cell is in the ready set of its rank while it is ready");
  }
}

/** In the other sets. */
function checkSets(index: u32): void {
  const cell = cellAt(index);
  const waits = cell.state == CELL_BLOCKED && callOf(cell).deadline != NEVER;
  assert(has(timed, index) == waits, "a cell is timed while it is blocked with a deadline");
  assert(
    has(borrowers, index) == (cell.state != CELL_FREE && turnOf(cell).lender != NO_CELL),
    "a cell is a borrower while it has a lender",
  );
  assert(!has(woken, index) || cell.state == CELL_READY, "who was woken is ready until its turn ends");
}

export function checkScheduler(): void {
  assert(running == NO_CELL, "no cell runs");
  for (let index: u32 = 0; index < CELLS; ++index) {
    assert(cellAt(index).state != CELL_RUNNING, "no cell runs");
    checkReady(index);
    checkSets(index);
  }
}
