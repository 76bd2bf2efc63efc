/*
 * The scheduler: which cell runs next. Every pass takes Photon before Matter before Gravity before Void before the cells
 * that are suspended because their energy period is empty. It is tickless: there is no periodic interrupt, only the next
 * deadline of a blocked cell and, while something runs, the end of a suspended one's period. A cell that becomes ready in
 * a higher rank than the running one's ends its run.
 *
 * Within a rank the ready cells take turns. Those that were woken come first, however many spin beside them; but when they
 * have run for as long as a turn, one that was not woken is owed one, so that nobody starves. A turn ends when its time is
 * used up or its cell blocks; a cell whose run ends before that goes on with it.
 *
 * A cell that waits for an answer lends its server its rank and its account: a loan. It lasts while the lender waits and
 * the server does not, and ends early when the lender's period is empty. Who is held is not lent to.
 *
 * Invariants: a cell's bit is in exactly the ready set of its rank while its state is READY, and in none otherwise; its bit
 * is in `timed` while it is BLOCKED with a deadline, and in `borrowers` while it has a lender. A cell with a lender, which
 * is BLOCKED, has the rank that was lent to it; one without has rank 0 when its period was empty as last settled, else 1 + its
 * spectrum.
 *
 * Source: the harmonic scheduler of the original system; turns by a rotating bit set after Linux's O(1) scheduler.
 */
import { NEVER } from "../../abi/calls";
import { CELL_BLOCKED, CELL_HELD, CELL_READY, CELL_RUNNING } from "../../abi/cell";
import { SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../abi/promise";
import { Cell, cellAt, cellIsAlive, cellIsComing } from "./cell";
import { CHECKED } from "../base/checked";
import { isEmpty, openPeriod, periodEnd, periodPassed } from "./energy";
import { timeNow, timerArm } from "../base/hal";
import { CELLS, LEND_CHAIN, NO_CELL, TURN, TURN_PHOTON } from "../base/limits";
import { noteRest, noteYield } from "./rest";
import { switching } from "./switching";
import { CALL_IN, EVENTS_IN, QUEUE_WOKEN, OWED_AT, RANKS, READY_AT, TURNS_AT, TURN_IN } from "../base/tables";

if (offsetof<Turn>() > CALL_IN - TURN_IN) ERROR("a Turn is larger than its place");
if (offsetof<PendingCall>() > EVENTS_IN - CALL_IN) ERROR("a PendingCall is larger than its place");

/** The rank of cells whose period is empty; those of the spectra follow. */
export const SUSPENDED: u32 = 0;

/** How a cell stands among those that want to run. */
@unmanaged
export class Turn {
  /** In what order it runs: 1 + the spectrum that it runs on, its own or a lent one; SUSPENDED while its period is empty. */
  rank: u32;
  /** Cell on whose spectrum and account it runs until it blocks, or NO_CELL, and how many steps that loan has taken. */
  lender: u32;
  steps: u32;
  /** How much of its turn it has used up, ns. */
  used: i64;
}

/** What a blocked cell waits for. */
@unmanaged
export class PendingCall {
  /** The call ends then at the latest; NEVER when it has no deadline. */
  deadline: i64;
  /** Slots on which a message, a hang-up or an event ends the call. */
  waitSet: u64;
  /** Slots on which room ends the call. */
  roomSet: u64;
}


@inline
export function turnOf(cell: Cell): Turn {
  return changetype<Turn>(changetype<usize>(cell) + TURN_IN);
}


@inline
export function callOf(cell: Cell): PendingCall {
  return changetype<PendingCall>(changetype<usize>(cell) + CALL_IN);
}

/** A new instance: it waits for nothing, owes nothing, and ranks by its own spectrum. */
export function turnClear(cell: Cell): void {
  const turn = turnOf(cell);
  turn.rank = 1 + cell.spectrum;
  turn.lender = NO_CELL;
  turn.steps = 0;
  turn.used = 0;
  const call = callOf(cell);
  call.deadline = NEVER;
  call.waitSet = 0;
  call.roomSet = 0;
}

/** On whose account the cell runs: its lender's, or its own. */
@inline
export function accountOf(index: u32): u32 {
  const lender = turnOf(cellAt(index)).lender;
  return lender == NO_CELL ? index : lender;
}

/** Blocked cells with a deadline. */
export let timed: u64 = 0;
/** Cells that were woken and have not had their turn since. */
export let woken: u64 = 0;
/** Cells that run on a lent spectrum. */
export let borrowers: u64 = 0;
/** The cell inside cell_enter, and the queue in which it came there. */
export let running: u32 = NO_CELL;
let runningQueue: u32 = 0;

/** The ready cells of a rank. */
@inline
export function readySet(rank: u32): u64 {
  return load<u64>(READY_AT + ((<usize>rank) << 3));
}


@inline
function setReadySet(rank: u32, value: u64): void {
  store<u64>(READY_AT + ((<usize>rank) << 3), value);
}

/** Empties every set: the state at boot. */
export function schedulerReset(): void {
  memory.fill(READY_AT, 0, RANKS * sizeof<u64>());
  memory.fill(TURNS_AT, 0, QUEUE_WOKEN + RANKS);
  memory.fill(OWED_AT, 0, RANKS * sizeof<u64>());
  timed = 0;
  woken = 0;
  borrowers = 0;
  running = NO_CELL;
}

/** A suspended cell's period may have ended while it was blocked: then it gets its next one. */
function leaveSuspension(cell: Cell, now: i64): void {
  if (!periodPassed(cell, now)) return;
  openPeriod(cell, now);
  turnOf(cell).rank = 1 + cell.spectrum;
}

/** Makes a cell ready whatever it did before; ends the running cell's turn when it ranks lower. Who was waiting lends no more. */
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

/** Puts a ready cell into the set of its rank. */
function enqueue(index: u32, cell: Cell): void {
  // The run of a running cell belongs to the period that it was made in, and is settled first.
  if (turnOf(cell).rank == SUSPENDED && index != running) leaveSuspension(cell, timeNow());
  const rank = turnOf(cell).rank;
  setReadySet(rank, readySet(rank) | ((<u64>1) << index));
  if (running != NO_CELL && rank > turnOf(cellAt(running)).rank) timerArm(0);
}

/** Takes a cell out of every set: it is about to run, to block or to end. */
export function unschedule(index: u32, cell: Cell): void {
  const bit = ~((<u64>1) << index);
  timed &= bit;
  const rank = turnOf(cell).rank;
  setReadySet(rank, readySet(rank) & bit);
}

/** Gives a cell the rank that it has by itself, wherever it stands. */
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

/** The cell, which has a lender, runs on its own account again. */
function endLoan(index: u32): void {
  const turn = turnOf(cellAt(index));
  turn.lender = NO_CELL;
  turn.steps = 0;
  borrowers &= ~((<u64>1) << index);
  rerank(index);
}

/** An instance ends: it neither owes nor lends, is in no set any more, and nothing puts it into one but a new start. */
export function forgetCell(index: u32): void {
  const cell = cellAt(index);
  if (CHECKED) assert(index != running, "the running cell is doomed, never ended");
  if (turnOf(cell).lender != NO_CELL) endLoan(index);
  endLoansOf(index);
  unschedule(index, cell);
  woken &= ~((<u64>1) << index);
  cell.state = CELL_HELD;
}

/** The cell has answered: what it was lent at the end of a chain is used up. Who lent to it directly is woken, which ends that. */
export function endLoanAlong(index: u32): void {
  if (turnOf(cellAt(index)).steps > 1) endLoan(index);
}

/** Ends every loan that cell `lender` has given, itself or along a chain. */
function endLoansOf(lender: u32): void {
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
 * Blocks the running cell in its call: until `deadline`, a wake on one of `waitSet`, or room on one of `roomSet`.
 * The call answers WOULD_BLOCK and is repeated by the machine, which finds out by itself what happened.
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

/** The running cell gives up its turn in a call that will complete when it is repeated. */
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

/**
 * Lends a rank to a cell until it next blocks, on the account of `lender`, as step `step` of the chain of those who wait.
 * Returns true when the cell took it: it ranked lower, and the chain is not too long.
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

/** Makes every blocked cell ready whose deadline has passed, and ends the suspension of those whose period has ended. */
export function expire(now: i64): void {
  expireTimed(now);
  for (let left = readySet(SUSPENDED); left != 0; left &= left - 1) {
    const index = <u32>ctz(left);
    const cell = cellAt(index);
    if (!periodPassed(cell, now)) continue;
    unschedule(index, cell);
    leaveSuspension(cell, now);
    makeReady(index);
  }
}

function expireTimed(now: i64): void {
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

/** When the first of the suspended ready cells gets its next period, or NEVER: a deadline only while something else runs. */
export function nextPeriod(): i64 {
  let next: i64 = NEVER;
  for (let left = readySet(SUSPENDED); left != 0; left &= left - 1) next = min(next, periodEnd(cellAt(<u32>ctz(left))));
  return next;
}

/** Whether one of the cells in `set` waits for a deadline. */
@inline
export function anyTimed(set: u64): bool {
  return (timed & set) != 0;
}

/** Whose turn was last in a queue: a byte each. */
@inline
function lastTurn(queue: u32): u32 {
  return load<u8>(TURNS_AT + queue);
}


@inline
function setLastTurn(queue: u32, index: u32): void {
  store<u8>(TURNS_AT + queue, <u8>index);
}

/** How long woken cells of a rank have run since one that was not had a turn, or none waited, in nanoseconds. */
@inline
function owed(rank: u32): i64 {
  return load<i64>(OWED_AT + ((<usize>rank) << 3));
}


@inline
function setOwed(rank: u32, time: i64): void {
  store<i64>(OWED_AT + ((<usize>rank) << 3), time);
}

/** Takes the next cell to run out of its ready set and makes it the running one; NO_CELL when none is ready. */
export function pick(): u32 {
  let rank: u32 = RANKS - 1;
  let set = readySet(rank);
  for (; set == 0; set = readySet(--rank)) if (rank == SUSPENDED) return NO_CELL;
  const first = set & woken;
  let queue = rank;
  if (first == set) setOwed(rank, 0);
  if (first != 0 && owed(rank) < turnTime(rank)) {
    set = first;
    queue += QUEUE_WOKEN;
  } else set ^= first;
  const after = lastTurn(queue) + 1;
  const index = (<u32>ctz(rotr<u64>(set, after)) + after) & 63;
  setLastTurn(queue, index);
  const cell = cellAt(index);
  unschedule(index, cell);
  cell.state = CELL_RUNNING;
  running = index;
  runningQueue = queue;
  return index;
}

/** Whether another cell waits in the running cell's rank. */
@inline
export function peersReady(cell: Cell): bool {
  return readySet(turnOf(cell).rank) != 0;
}

/** Whether another cell than `index` is ready that has a budget and something left of it. Void runs on what others leave: it is owed nothing. */
@inline
export function othersReady(index: u32): bool {
  let ready: u64 = 0;
  for (let rank: u32 = 2 + SPECTRUM_VOID; rank < RANKS; ++rank) ready |= readySet(rank);
  return (ready & ~((<u64>1) << index)) != 0;
}

/** How long a turn in this rank is, in nanoseconds. */
@inline
function turnTime(rank: u32): i64 {
  return rank == 1 + SPECTRUM_PHOTON ? TURN_PHOTON : TURN;
}

/** What is left of the cell's turn, in nanoseconds. */
@inline
export function turnLeft(cell: Cell): i64 {
  const turn = turnOf(cell);
  return turnTime(turn.rank) - turn.used;
}

/** The turn of the cell whose run is over is over too. */
function endTurn(index: u32, cell: Cell): void {
  if (runningQueue < QUEUE_WOKEN) setOwed(runningQueue, 0);
  woken &= ~((<u64>1) << index);
  turnOf(cell).used = 0;
}

/** A checked kernel ends the running cell's turn with the call that it is in, where the command line says so (switching.ts). */
@inline
export function switchAfterCall(): void {
  if (switching) timerArm(0);
}

/** The run of a cell is over, after `time`. If it did not block or end it goes back to a ready set. */
export function endRun(index: u32, time: i64): void {
  if (CHECKED) assert(index == running && time >= 0, "only a run that is on can end");
  running = NO_CELL;
  const cell = cellAt(index);
  const again = cell.state == CELL_RUNNING;
  const rank = runningQueue & (QUEUE_WOKEN - 1);
  turnOf(cell).used += time;
  if (runningQueue != rank) setOwed(rank, owed(rank) + time);
  if (!again || turnOf(cell).used >= turnTime(rank) || (CHECKED && switching)) endTurn(index, cell);
  else setLastTurn(runningQueue, (index - 1) & 63);
  if (again) makeReady(index);
}
