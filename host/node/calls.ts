/*
 * What a cell can call: the imports "rumpk" and "watchdog", and the ways in which they end the cell. The rules are
 * those of docs/machine.md; a pending interrupt parks the cell before the call, which is made when the cell runs again.
 *
 * Guarantees: the kernel is entered only with enough stack (support.ts); after a cell has ended, none of its calls has
 * any effect, even if the module finds a way to continue.
 */
import * as abi from "../abi.js";
import type { Board } from "./board.js";
import type { Cell } from "./cell.js";
import { placeIn } from "./faults.js";
import type { Kernel } from "./kernel.js";
import { arrive, unwind } from "./parking.js";
import type { Clock } from "./rim/clock.js";
import { CALL_EXIT, CALL_NAMES } from "./signatures.js";
import type { Support } from "./support.js";

export type Argument = number | bigint;

/** The current run of cell_enter. */
export interface Turn {
  /** When it ends, at the end of a call; NEVER for no limit. */
  end: bigint;
  /** The running call is the last one. */
  yields: boolean;
}

/** What running cells need from the machine. */
export interface FiberHost {
  readonly clock: Clock;
  readonly board: Board;
  readonly support: Support;
  kernel(): Kernel;
  /** Called for every fault, for a log. */
  report(cell: Cell): void;
}

/** The functions of one cell. `turn` is the current run. */
export function callImports(host: FiberHost, cell: Cell, turn: () => Turn): WebAssembly.Imports {
  const rumpk: WebAssembly.ModuleImports = {};
  for (const [number, name] of CALL_NAMES.entries()) {
    rumpk[name] = (...args: Argument[]) => call(host, cell, turn(), number, args);
  }
  rumpk["exit"] = (status: number) => exit(host, cell, status);
  return { rumpk, watchdog: { check: () => checkWatchdog(host, cell) } };
}

/** sys_* number `number` on behalf of a cell. */
export function systemCall(host: FiberHost, cell: Cell, number: number, args: readonly Argument[]): bigint {
  const enter = host.kernel().calls[number] as (cell: number, ...args: readonly Argument[]) => bigint;
  return enter(cell.index, ...args);
}

/** EXIT_... with which the cell must be parked after a call, or -1 if it continues. */
export function turnOver(host: FiberHost, turn: Turn): number {
  if (turn.yields) return abi.EXIT_YIELDED;
  return turn.end !== abi.NEVER && host.clock.now() >= turn.end ? abi.EXIT_PREEMPTED : -1;
}

/** Ends the running cell with a fault. */
export function die(host: FiberHost, cell: Cell, cause: number, address: number): never {
  if (cell.ending === null) cell.ending = { cause, address, ...placeIn(cell, new Error(), cause) };
  return host.support.trap();
}

function call(host: FiberHost, cell: Cell, turn: Turn, number: number, args: readonly Argument[]): bigint {
  if (cell.rewinding) return arrive(cell);
  enterMachine(host, cell);
  if (host.board.isLineDeliverable()) return unwind(cell, abi.EXIT_INTERRUPTED, { number, args });
  const result = systemCall(host, cell, number, args);
  if (result === abi.WOULD_BLOCK) return unwind(cell, abi.EXIT_BLOCKED, { number, args });
  const reason = turnOver(host, turn);
  if (reason < 0) return result;
  cell.result = result;
  return unwind(cell, reason, null);
}

function exit(host: FiberHost, cell: Cell, status: number): void {
  enterMachine(host, cell);
  systemCall(host, cell, CALL_EXIT, [status]);
  cell.ending = "exited";
  host.support.trap();
}

/** Admits a call only from a cell that has not ended and has left enough stack for the kernel. */
function enterMachine(host: FiberHost, cell: Cell): void {
  if (cell.ending !== null) host.support.trap();
  if (!host.support.stackLeft()) die(host, cell, abi.CAUSE_STACK, 0);
}

/**
 * Called now and then by a cell that runs in a loop or recursion. The kernel, which knows the cell's blocking calls,
 * counts earlier runs, and ends such a cell when a run is over.
 */
function checkWatchdog(host: FiberHost, cell: Cell): void {
  const limit = cell.image.watchdog;
  if (limit > 0n && host.clock.now() - cell.entered > limit) die(host, cell, abi.CAUSE_SPIN, 0);
}
