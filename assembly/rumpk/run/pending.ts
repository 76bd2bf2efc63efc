/*
 * Pending calls: what a blocked cell waits for, and what ends the wait. A call that blocks answers WOULD_BLOCK, and the
 * machine repeats it when the cell runs again. The repeated call checks what happened, so a spurious wake does no harm.
 *
 * Invariants: a cell's bit is in `timed` while it is BLOCKED with a deadline, and in `woken` from its wake to the end
 * of its next turn.
 */
import { NEVER } from "../../abi/calls";
import { CELL_BLOCKED, CELL_HELD, CELL_READY } from "../../abi/cell";
import { CHECKED } from "../base/checked";
import { NO_CELL } from "../base/limits";
import { CALL_IN, EVENTS_IN } from "../base/tables";
import { Cell, cellAt, cellIsAlive, cellIsComing } from "./cell";
import { borrowers, endLoan, endLoansOf } from "./loan";
import { enqueue, running, turnOf, unschedule } from "./ready";
import { noteRest, noteYield } from "./rest";

if (offsetof<PendingCall>() > EVENTS_IN - CALL_IN) ERROR("a PendingCall is larger than its place");

/** What a blocked cell waits for. */
@unmanaged
export class PendingCall {
  /** When the call ends at the latest; NEVER without a deadline. */
  deadline: i64;
  /** Slots on which a message, a hang-up or an event ends the call. */
  waitSet: u64;
  /** Slots on which room ends the call. */
  roomSet: u64;
}


@inline
export function callOf(cell: Cell): PendingCall {
  return changetype<PendingCall>(changetype<usize>(cell) + CALL_IN);
}

/** A new instance: it waits for nothing. */
export function callClear(cell: Cell): void {
  const call = callOf(cell);
  call.deadline = NEVER;
  call.waitSet = 0;
  call.roomSet = 0;
}

/** Blocked cells with a deadline. */
export let timed: u64 = 0;
/** Cells that were woken and have not had their turn since. */
export let woken: u64 = 0;

/** The state at boot: nobody waits. */
export function pendingReset(): void {
  timed = 0;
  woken = 0;
}

/** A woken cell has had its turn. */
@inline
export function forgetWake(index: u32): void {
  woken &= ~((<u64>1) << index);
}

/**
 * Makes a cell ready, whatever it did before, and ends the running cell's turn if that one ranks lower. A cell that was
 * waiting stops lending.
 */
export function makeReady(index: u32): void {
  const cell = cellAt(index);
  if (CHECKED) assert(cellIsComing(cell), "who has ended is never ready");
  const bit = (<u64>1) << index;
  timed &= ~bit;
  if (cell.state == CELL_BLOCKED) {
    woken |= bit;
    turnOf(cell).used = 0;
    if (borrowers != 0) endLoansOf(index);
  }
  cell.state = CELL_READY;
  enqueue(index, cell);
}

/** An instance ends: it borrows and lends nothing and leaves every set; only a new start puts it into one again. */
export function forgetCell(index: u32): void {
  const cell = cellAt(index);
  if (CHECKED) assert(index != running, "the running cell is doomed, never ended");
  if (turnOf(cell).lender != NO_CELL) endLoan(index);
  endLoansOf(index);
  unschedule(index, cell);
  timed &= ~((<u64>1) << index);
  forgetWake(index);
  cell.state = CELL_HELD;
}

/**
 * Blocks the running cell in its call: until `deadline`, a wake on one of `waitSet`, or room on one of `roomSet`. The
 * call answers WOULD_BLOCK, and the machine repeats it when the cell runs again.
 */
export function block(index: u32, waitSet: u64, roomSet: u64, deadline: i64): void {
  const cell = cellAt(index);
  if (CHECKED) assert(cellIsAlive(cell) && (running == NO_CELL || running == index), "who calls runs");
  unschedule(index, cell);
  cell.state = CELL_BLOCKED;
  if (turnOf(cell).lender != NO_CELL) endLoan(index);
  callOf(cell).waitSet = waitSet;
  callOf(cell).roomSet = roomSet;
  callOf(cell).deadline = deadline;
  noteRest(cell);
  if (deadline != NEVER) timed |= (<u64>1) << index;
}

/** The running cell gives up its turn; its call completes when it is repeated. */
export function yieldTurn(index: u32): void {
  const cell = cellAt(index);
  noteYield(cell);
  if (turnOf(cell).lender != NO_CELL) endLoan(index);
  makeReady(index);
}

/** Something to receive, a hang-up or an event on `slot`: wakes the cell when its pending call waits for that. */
@inline
export function wakeOnSlot(index: u32, slot: u32): void {
  const cell = cellAt(index);
  if (cell.state == CELL_BLOCKED && ((callOf(cell).waitSet >> slot) & 1) != 0) makeReady(index);
}

/** Room in the ring of `slot`: wakes the cell when its pending send waits for that. */
@inline
export function wakeOnRoom(index: u32, slot: u32): void {
  const cell = cellAt(index);
  if (cell.state == CELL_BLOCKED && ((callOf(cell).roomSet >> slot) & 1) != 0) makeReady(index);
}

/** Makes every blocked cell ready whose deadline has passed. */
export function expireTimed(now: i64): void {
  let left = timed;
  while (left != 0) {
    const index = <u32>ctz(left);
    left &= left - 1;
    if (callOf(cellAt(index)).deadline <= now) makeReady(index);
  }
}

/** The earliest deadline of the blocked cells, or NEVER. */
export function nextDeadline(): i64 {
  let left = timed;
  let next: i64 = NEVER;
  while (left != 0) {
    next = min(next, callOf(cellAt(<u32>ctz(left))).deadline);
    left &= left - 1;
  }
  return next;
}

/** Whether one of the cells in `set` waits for a deadline. */
@inline
export function anyTimed(set: u64): bool {
  return (timed & set) != 0;
}
