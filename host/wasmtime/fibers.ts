/*
 * cell_enter: the only way into a cell. A cell runs on the engine's stack until a call parks it: Asyncify moves its
 * frames into the instance's second memory, and the functions return.
 *
 *   New --reset--> Start --start returned--> Main --cell_main returned--> sys_exit
 *                    |                        |
 *                    +--- parked, pending? ---+
 *
 * A cell never traps: the fault in its module says what ends it (host/pipeline/passes/contain), and is checked whenever
 * its code has returned. A pending call is repeated from here, before the frames are restored. An interrupt never
 * reaches the kernel while one of its functions runs on behalf of a cell. Budget and timer_arm take effect at the end
 * of a call.
 */
import { NEVER } from "../../assembly/abi/calls";
import * as exits from "../../assembly/abi/cell";
import { WOULD_BLOCK } from "../../assembly/abi/errno";
import { isLineDeliverable, takeLine } from "../../assembly/board/lines";
import { Cell, PHASE_MAIN, PHASE_NEW, PHASE_START } from "./cells";
import { now } from "./clock";
import * as kernel from "./kernel";

import * as rack from "./rack";

/** Fault of a cell that called exit. */
export const ENDED: u32 = 255;

/** The running cell, and its index. */
let running: Cell | null = null;
let runningCellIndex: u32 = 0;
/** When the run ends, at the end of a call; NEVER for no limit. */
let end: i64 = NEVER;
/** The running call is the last one. */
let yields: bool = false;

/** cell_enter: runs a cell for `budget` nanoseconds, NEVER for no limit. Returns EXIT_... */
export function enterCell(index: u32, cell: Cell, budget: i64): i32 {
  cell.entered = now();
  end = budget == NEVER ? NEVER : cell.entered + budget;
  yields = false;
  running = cell;
  runningCellIndex = index;
  const reason = run(cell);
  running = null;
  return reason;
}

/** Reports all pending lines to the kernel. */
export function deliverInterrupts(): void {
  for (let line = takeLine(); line >= 0; line = takeLine()) kernel.interrupt(line);
}

/** timer_arm: ends the current run, if any, at `deadline`, or after the current call if that has passed. */
export function armTimer(deadline: i64): void {
  if (running === null) return;
  if (deadline <= now()) yields = true;
  else if (deadline < end) end = deadline;
}

/** The calling cell. */
export function runningCell(): Cell {
  return running!;
}

/** Its index. */
export function runningIndex(): u32 {
  return runningCellIndex;
}

/** Ends the running cell with a fault: its functions return after the call. */
export function dieCell(cause: u32, address: u32): void {
  const instance = running!.instance;
  if (rack.fault(instance) != 0) return;
  rack.setAddress(instance, address);
  rack.setFault(instance, cause);
}

/**
 * Called now and then by a cell that runs in a loop or recursion. The kernel, which knows the cell's blocking calls,
 * counts earlier runs, and ends such a cell when a run is over.
 */
export function checkWatchdog(): void {
  const cell = running!;
  if (cell.watchdog > 0 && now() - cell.entered > cell.watchdog) dieCell(exits.CAUSE_SPIN, 0);
}

function run(cell: Cell): i32 {
  if (cell.phase == PHASE_NEW) {
    rack.reset(cell.instance);
    cell.phase = PHASE_START;
  }
  if (cell.pending >= 0) {
    const reason = repeat(cell);
    if (reason >= 0) return reason;
  }
  if (cell.parked) {
    cell.parked = false;
    cell.rewinding = true;
    rack.unpark(cell.instance);
  }
  if (cell.phase == PHASE_START) {
    rack.start(cell.instance);
    const reason = afterCode(cell);
    if (reason >= 0) return reason;
    cell.phase = PHASE_MAIN;
  }
  const status = rack.main(cell.instance);
  const reason = afterCode(cell);
  if (reason >= 0) return reason;
  kernel.exit(runningCellIndex, status);
  return exits.EXIT_RETURNED;
}

/** Why the cell's code has returned: EXIT_..., or -1 if it was finished. */
function afterCode(cell: Cell): i32 {
  if (cell.unwinding >= 0) {
    const reason = cell.unwinding;
    rack.parked(cell.instance);
    cell.unwinding = -1;
    cell.parked = true;
    return reason;
  }
  const fault = rack.fault(cell.instance);
  if (fault == 0) return -1;
  if (fault == ENDED) return exits.EXIT_RETURNED;
  cell.cause = fault;
  cell.address = rack.faultAddress(cell.instance);
  cell.site = rack.site(cell.instance);
  return exits.EXIT_FAULTED;
}

/** Makes the pending call. Returns EXIT_... if the cell must not continue yet, else -1. */
function repeat(cell: Cell): i32 {
  const result = kernel.systemCall(runningCellIndex, cell.pending, cell.a, cell.b, cell.c, cell.d);
  if (result == WOULD_BLOCK) return exits.EXIT_BLOCKED;
  cell.pending = -1;
  cell.result = result;
  return turnOver();
}

/** EXIT_... with which the cell must be parked after a call, or -1 if it continues. */
function turnOver(): i32 {
  if (yields) return exits.EXIT_YIELDED;
  return end != NEVER && now() >= end ? exits.EXIT_PREEMPTED : -1;
}

/** A call of the running cell. A pending interrupt parks the cell before the call is made. */
export function callFromCell(number: u32, a: i64, b: i64, c: i64, d: i64): i64 {
  const cell = running!;
  if (cell.rewinding) {
    rack.unparked(cell.instance);
    cell.rewinding = false;
    return cell.result;
  }
  const interrupted = isLineDeliverable();
  const result = interrupted ? WOULD_BLOCK : kernel.systemCall(runningCellIndex, number, a, b, c, d);
  if (result == WOULD_BLOCK) {
    cell.pending = number;
    cell.a = a;
    cell.b = b;
    cell.c = c;
    cell.d = d;
    return unwind(cell, interrupted ? exits.EXIT_INTERRUPTED : exits.EXIT_BLOCKED);
  }
  const reason = turnOver();
  if (reason < 0) return result;
  cell.result = result;
  return unwind(cell, reason);
}

/** Starts saving the frames: the call returns at once, with any value. */
function unwind(cell: Cell, reason: i32): i64 {
  cell.unwinding = reason;
  rack.park(cell.instance);
  return 0;
}

/** exit of the running cell. */
export function exitFromCell(status: i32): void {
  kernel.exit(runningCellIndex, status);
  rack.setFault(running!.instance, ENDED);
}
