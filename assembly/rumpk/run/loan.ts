/*
 * Loans: a cell that waits for an answer lends its server its rank and its account. If the server waits for another
 * server, the loan is passed on, up to LEND_CHAIN hops. A loan lasts while the lender waits and the borrower runs, and
 * ends early when the lender's period is empty. Held cells get no loans.
 *
 * Invariants: a cell's bit is in `borrowers` while it has a lender; its lender is BLOCKED, and its rank is the one that
 * was lent to it.
 */
import { CELL_READY } from "../../abi/cell";
import { LEND_CHAIN, NO_CELL } from "../base/limits";
import { cellAt, cellIsAlive } from "./cell";
import { enqueue, rerank, turnOf, unschedule } from "./ready";

/** On whose account the cell runs: its lender's, or its own. */
@inline
export function accountOf(index: u32): u32 {
  const lender = turnOf(cellAt(index)).lender;
  return lender == NO_CELL ? index : lender;
}

/** Cells that run on a lent spectrum. */
export let borrowers: u64 = 0;

/** The state at boot: nobody lends. */
export function loanReset(): void {
  borrowers = 0;
}

/** Ends the loan of a cell that has one: it runs on its own account again. */
export function endLoan(index: u32): void {
  const turn = turnOf(cellAt(index));
  turn.lender = NO_CELL;
  turn.steps = 0;
  borrowers &= ~((<u64>1) << index);
  rerank(index);
}

/** The cell has answered: a loan that reached it along a chain ends. A direct lender is woken, which ends its loan. */
export function endLoanAlong(index: u32): void {
  if (turnOf(cellAt(index)).steps > 1) endLoan(index);
}

/** Ends every loan of cell `lender`, direct or along a chain. */
export function endLoansOf(lender: u32): void {
  for (let left = borrowers; left != 0; left &= left - 1) {
    const index = <u32>ctz(left);
    if (turnOf(cellAt(index)).lender == lender) endLoan(index);
  }
}

/** The period of `account` is empty: its cell is suspended and its loans end. */
export function suspend(account: u32): void {
  if (borrowers != 0) endLoansOf(account);
  rerank(account);
}

/**
 * Lends a rank to a cell until it next blocks, on the account of `lender`; `step` counts the hops from it. Returns true
 * when the cell took the loan: it ranked lower, and the chain is not too long.
 */
export function lendRank(index: u32, rank: u32, lender: u32, step: u32): bool {
  const cell = cellAt(index);
  const turn = turnOf(cell);
  if (turn.rank >= rank || lender == index || step > LEND_CHAIN || !cellIsAlive(cell)) return false;
  const ready = cell.state == CELL_READY;
  if (ready) unschedule(index, cell);
  turn.rank = rank;
  turn.lender = lender;
  turn.steps = step;
  borrowers |= (<u64>1) << index;
  if (ready) enqueue(index, cell);
  return true;
}
