/*
 * Invariants of the loans in loan.ts and of the periods in energy.ts: who is lent to runs in the rank and on the
 * account of a cell that waits and has something left; who is not has the rank that its own period and spectrum say.
 */
import { CELL_BLOCKED, CELL_FREE } from "../../abi/cell";
import { SPECTRUM_PHOTON } from "../../abi/promise";
import { Cell, cellAt, cellIsAlive } from "../run/cell";
import { isEmpty } from "../run/energy";
import { CELLS, LEND_CHAIN, NO_CELL } from "../base/limits";
import { SUSPENDED, turnOf } from "../run/ready";

function checkLoan(index: u32, cell: Cell): void {
  const turn = turnOf(cell);
  const lender = cellAt(turn.lender);
  assert(turn.lender != index, "nobody lends to itself");
  assert(lender.state == CELL_BLOCKED && !isEmpty(lender), "who lends waits, and has something left");
  assert(turn.steps >= 1 && turn.steps <= LEND_CHAIN, "a chain of loans has an end");
  assert(turn.rank > 1 + cell.spectrum || isEmpty(cell), "a loan raises the rank");
}

export function checkLoans(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    const turn = turnOf(cell);
    if (!cellIsAlive(cell)) {
      assert(turn.lender == NO_CELL || cell.state == CELL_FREE, "nobody lends to who does not run");
      continue;
    }
    assert(cell.spectrum <= SPECTRUM_PHOTON && turn.rank <= 1 + SPECTRUM_PHOTON, "a spectrum and a rank");
    if (turn.lender != NO_CELL) checkLoan(index, cell);
    else assert(turn.rank == (isEmpty(cell) ? SUSPENDED : 1 + cell.spectrum), "a rank is by period and spectrum");
  }
}
