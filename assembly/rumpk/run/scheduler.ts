/*
 * The scheduler: which cell runs next. Every pass takes Photon before Matter before Gravity before Void before the
 * cells that are suspended because their energy period is empty. It is tickless: there is no periodic interrupt, only
 * the next deadline of a blocked cell and, while something runs, the end of a suspended one's period.
 *
 *   ready.ts      who wants to run           loan.ts      on whose rank and account
 *   pending.ts    who waits, and for what    here         whose turn it is
 *
 * Within a rank the ready cells take turns. Woken cells come first, however many spin beside them; but after one turn
 * for woken cells the next goes to a cell that was not woken, so that nobody starves. A turn ends when its time is used
 * up or its cell blocks; a cell whose run ends before that goes on with it.
 *
 * Source: the harmonic scheduler of the original system; turns by a rotating bit set after Linux's O(1) scheduler.
 */
import { NEVER } from "../../abi/calls";
import { CELL_RUNNING } from "../../abi/cell";
import { SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../abi/promise";
import { CHECKED } from "../base/checked";
import { timerArm } from "../base/hal";
import { NO_CELL, TURN, TURN_PHOTON } from "../base/limits";
import { OWED_AT, QUEUE_WOKEN, RANKS, TURNS_AT } from "../base/tables";
import { Cell, cellAt } from "./cell";
import { periodEnd, periodPassed } from "./energy";
import { loanReset } from "./loan";
import { expireTimed, forgetWake, makeReady, pendingReset, woken } from "./pending";
import { SUSPENDED, leaveSuspension, readyReset, readySet, running, setRunning, turnOf, unschedule } from "./ready";
import { switching } from "./switching";

/** The queue from which the running cell was taken. */
let runningQueue: u32 = 0;

/** The state at boot: nobody is ready, waits or lends. */
export function schedulerReset(): void {
  readyReset();
  loanReset();
  pendingReset();
  memory.fill(TURNS_AT, 0, QUEUE_WOKEN + RANKS);
  memory.fill(OWED_AT, 0, RANKS * sizeof<u64>());
}

/**
 * Makes every blocked cell ready whose deadline has passed, and ends the suspension of those whose period has ended.
 */
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

/**
 * When the first of the suspended ready cells gets its next period, or NEVER: a deadline only while something else
 * runs.
 */
export function nextPeriod(): i64 {
  let next: i64 = NEVER;
  for (let left = readySet(SUSPENDED); left != 0; left &= left - 1) next = min(next, periodEnd(cellAt(<u32>ctz(left))));
  return next;
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
  setRunning(index);
  runningQueue = queue;
  return index;
}

/** Whether another cell waits in the running cell's rank. */
@inline
export function peersReady(cell: Cell): bool {
  return readySet(turnOf(cell).rank) != 0;
}

/**
 * Whether another cell than `index` is ready that has a budget and something left of it. Void runs on what others
 * leave: it is owed nothing.
 */
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
  forgetWake(index);
  turnOf(cell).used = 0;
}

/**
 * A checked kernel ends the running cell's turn with the call that it is in, where the command line says so
 * (switching.ts).
 */
@inline
export function switchAfterCall(): void {
  if (switching) timerArm(0);
}

/** The run of a cell is over, after `time`. If it did not block or end it goes back to a ready set. */
export function endRun(index: u32, time: i64): void {
  if (CHECKED) assert(index == running && time >= 0, "only a run that is on can end");
  setRunning(NO_CELL);
  const cell = cellAt(index);
  const again = cell.state == CELL_RUNNING;
  const rank = runningQueue & (QUEUE_WOKEN - 1);
  turnOf(cell).used += time;
  if (runningQueue != rank) setOwed(rank, owed(rank) + time);
  if (!again || turnOf(cell).used >= turnTime(rank) || (CHECKED && switching)) endTurn(index, cell);
  else setLastTurn(runningQueue, (index - 1) & 63);
  if (again) makeReady(index);
}
