/*
 * The scheduler: which cell runs next. Four spectra; every pass takes Photon before Matter before Gravity before Void,
 * and within a spectrum the ready cells take turns. It is tickless: there is no periodic interrupt, only the next
 * deadline of a blocked cell. A cell that becomes ready in a higher spectrum than the running one ends its run.
 *
 * Invariants: a cell's bit is in exactly the ready set of its effective spectrum while its state is READY, and in none
 * otherwise; its bit is in `timed` while it is BLOCKED with a deadline.
 *
 * Source: the harmonic scheduler of the original system; turns by a rotating bit set after Linux's O(1) scheduler.
 */
import { NEVER } from "../abi/calls";
import { CELL_BLOCKED, CELL_READY, CELL_RUNNING } from "../abi/cell";
import { Cell, cellAt } from "./cell";
import { timerArm } from "./hal";
import { CELLS, LEND_CHAIN, NO_CELL } from "./limits";

let readyVoid: u64 = 0;
let readyGravity: u64 = 0;
let readyMatter: u64 = 0;
let readyPhoton: u64 = 0;
/** Blocked cells with a deadline. */
let timed: u64 = 0;
/** The cell whose turn was last in each spectrum, a byte each. */
let lastTurns: u32 = 0;
/** The cell inside cell_enter. */
let running: u32 = NO_CELL;

function readySet(spectrum: u32): u64 {
  if (spectrum == 3) return readyPhoton;
  if (spectrum == 2) return readyMatter;
  return spectrum == 1 ? readyGravity : readyVoid;
}

function setReadySet(spectrum: u32, value: u64): void {
  if (spectrum == 3) readyPhoton = value;
  else if (spectrum == 2) readyMatter = value;
  else if (spectrum == 1) readyGravity = value;
  else readyVoid = value;
}

/** Empties every set: the state at boot. */
export function schedulerReset(): void {
  readyVoid = 0;
  readyGravity = 0;
  readyMatter = 0;
  readyPhoton = 0;
  timed = 0;
  lastTurns = 0;
  running = NO_CELL;
}

/** Makes a cell ready whatever it did before; ends the running cell's turn when it ranks lower. */
export function makeReady(index: u32): void {
  const cell = cellAt(index);
  const bit = (<u64>1) << index;
  timed &= ~bit;
  cell.state = CELL_READY;
  setReadySet(cell.lent, readySet(cell.lent) | bit);
  if (running != NO_CELL && cell.lent > cellAt(running).lent) timerArm(0);
}

/** Takes a cell out of every set: it is about to run, to block or to end. */
export function unschedule(index: u32): void {
  const cell = cellAt(index);
  const bit = ~((<u64>1) << index);
  timed &= bit;
  setReadySet(cell.lent, readySet(cell.lent) & bit);
}

/**
 * Blocks the running cell in its call: until `deadline`, a wake on one of `waitSet`, or room on one of `roomSet`.
 * The call answers WOULD_BLOCK and is repeated by the machine, which finds out by itself what happened.
 */
export function block(index: u32, waitSet: u64, roomSet: u64, deadline: i64): void {
  const cell = cellAt(index);
  unschedule(index);
  cell.state = CELL_BLOCKED;
  cell.lent = cell.spectrum;
  cell.waitSet = waitSet;
  cell.roomSet = roomSet;
  cell.deadline = deadline;
  cell.spun = 0;
  if (deadline != NEVER) timed |= (<u64>1) << index;
}

/** The running cell gives up its turn in a call that will complete when it is repeated. */
export function yieldTurn(index: u32): void {
  const cell = cellAt(index);
  cell.spun = 0;
  cell.lent = cell.spectrum;
  makeReady(index);
}

/** Forgets the pending call: the cell ends, and nothing wakes it any more. */
@inline
export function clearPending(cell: Cell): void {
  cell.waitSet = 0;
  cell.roomSet = 0;
  cell.deadline = NEVER;
}

/** Something to receive, a hang-up or an event on `slot`: wakes the cell when its pending call waits for that. */
@inline
export function wakeOnSlot(index: u32, slot: u32): void {
  const cell = cellAt(index);
  if (cell.state == CELL_BLOCKED && ((cell.waitSet >> slot) & 1) != 0) makeReady(index);
}

/** Room in the ring of `slot`: wakes the cell when its pending send waits for that. */
@inline
export function wakeOnRoom(index: u32, slot: u32): void {
  const cell = cellAt(index);
  if (cell.state == CELL_BLOCKED && ((cell.roomSet >> slot) & 1) != 0) makeReady(index);
}

/** Something was revoked: every cell whose pending call waits on a slot looks again. */
export function wakeWaiting(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.state == CELL_BLOCKED && (cell.waitSet | cell.roomSet) != 0) makeReady(index);
  }
}

/** Lends `spectrum` to a cell until it next blocks. Returns true when the cell took it. */
export function lendSpectrum(index: u32, spectrum: u32): bool {
  const cell = cellAt(index);
  if (cell.lent >= spectrum) return false;
  if (cell.state == CELL_READY) {
    unschedule(index);
    cell.lent = spectrum;
    makeReady(index);
  } else {
    cell.lent = spectrum;
  }
  return true;
}

/** Most steps along which spectra are lent. */
@inline
export function lendChain(): u32 {
  return LEND_CHAIN;
}

/** Makes every blocked cell ready whose deadline has passed. */
export function expire(now: i64): void {
  let left = timed;
  while (left != 0) {
    const index = <u32>ctz(left);
    left &= left - 1;
    if (cellAt(index).deadline <= now) makeReady(index);
  }
}

/** The earliest deadline of the blocked cells, or NEVER. */
export function nextDeadline(): i64 {
  let left = timed;
  let next: i64 = NEVER;
  while (left != 0) {
    next = min(next, cellAt(<u32>ctz(left)).deadline);
    left &= left - 1;
  }
  return next;
}

/** Whether one of the cells in `set` waits for a deadline. */
@inline
export function anyTimed(set: u64): bool {
  return (timed & set) != 0;
}


@inline
function setLastTurn(spectrum: u32, index: u32): void {
  const shift = spectrum << 3;
  lastTurns = (lastTurns & ~(0xff << shift)) | (index << shift);
}

/** Takes the next cell to run out of its ready set and makes it the running one; NO_CELL when none is ready. */
export function pick(): u32 {
  let spectrum: u32 = 3;
  let set = readyPhoton;
  for (; set == 0; set = readySet(--spectrum)) if (spectrum == 0) return NO_CELL;
  const after = ((lastTurns >> (spectrum << 3)) & 0xff) + 1;
  const index = (<u32>ctz(rotr<u64>(set, after)) + after) & 63;
  setLastTurn(spectrum, index);
  unschedule(index);
  cellAt(index).state = CELL_RUNNING;
  running = index;
  return index;
}

/** Whether another cell waits in the running cell's spectrum. */
@inline
export function peersReady(index: u32): bool {
  return readySet(cellAt(index).lent) != 0;
}

/** The run is over. `again`: the cell did not block or end, and goes back to its ready set. */
export function endRun(index: u32): void {
  running = NO_CELL;
  if (cellAt(index).state == CELL_RUNNING) makeReady(index);
}

/** The interrupted cell keeps its turn: the next pick starts with it again, after higher spectra. */
export function keepTurn(index: u32): void {
  setLastTurn(cellAt(index).lent, (index - 1) & 63);
}
