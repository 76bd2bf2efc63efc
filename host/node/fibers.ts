/*
 * cell_enter: the only way into a cell. A cell runs on the JavaScript stack until a call parks it (parking.ts).
 *
 *   New --instantiate--> Start --rumpk_start returned--> Main --cell_main returned--> sys_exit
 *                          |                               |
 *                          +---- parked, pending call? ----+
 *
 * Guarantees: whatever a cell throws becomes EXIT_FAULTED here; exceptions that end the machine pass through; an
 * interrupt never reaches the kernel while one of its functions runs on behalf of a cell. A pending call is repeated
 * from here, before the frames are restored, so a cell that stays blocked costs one system call.
 *
 * A cell cannot be stopped between two calls, except by its watchdog: budget and timer_arm take effect at the end of a
 * call.
 */
import * as abi from "../abi.js";
import { callImports, die, systemCall, turnOver, type FiberHost, type Turn } from "./calls.js";
import { Phase, type Cell, type CellExports, type Fault, type PendingCall } from "./cell.js";
import { endsMachine } from "./errors.js";
import { causeOf, placeIn } from "./faults.js";
import { instantiate } from "./instance.js";
import { createMmio } from "./mmio.js";
import { rewind, settle } from "./parking.js";
import { CALL_EXIT } from "./signatures.js";

/** The fibers of a machine; `turn` is the current run. */
export interface Fibers extends FiberHost {
  turn: Turn | null;
}

/**
 * cell_enter: runs a cell for `budget` nanoseconds, NEVER for no limit. Returns EXIT_..., or -EINVAL for no cell; in
 * any case all pending lines have been reported to the kernel.
 */
export function enterCell(fibers: Fibers, cell: Cell | undefined, budget: bigint): number {
  const reason = cell === undefined ? abi.EINVAL : runFor(fibers, cell, budget);
  for (let line = fibers.board.takeLine(); line >= 0; line = fibers.board.takeLine()) fibers.kernel().interrupt(line);
  return reason;
}

function runFor(fibers: Fibers, cell: Cell, budget: bigint): number {
  cell.entered = fibers.clock.now();
  const turn = { end: budget === abi.NEVER ? abi.NEVER : cell.entered + budget, yields: false };
  fibers.turn = turn;
  const reason = contain(fibers, cell, turn);
  fibers.turn = null;
  return reason;
}

/** timer_arm: ends the current run, if any, at `deadline`, or after the current call if that has passed. */
export function armTimer({ turn, clock }: Fibers, deadline: bigint): void {
  if (turn === null) return;
  if (deadline <= clock.now()) turn.yields = true;
  else if (deadline < turn.end) turn.end = deadline;
}

function contain(fibers: Fibers, cell: Cell, turn: Turn): number {
  try {
    return run(fibers, cell, turn);
  } catch (error) {
    if (endsMachine(error)) throw error;
    if (cell.ending === "exited") return abi.EXIT_RETURNED;
    cell.fault = cell.ending ?? faultOf(cell, error);
    fibers.report(cell);
    return abi.EXIT_FAULTED;
  }
}

function run(fibers: Fibers, cell: Cell, turn: Turn): number {
  if (cell.phase === Phase.New) begin(fibers, cell);
  if (cell.pending !== null) {
    const reason = repeat(fibers, cell, cell.pending, turn);
    if (reason >= 0) return reason;
  }
  if (cell.parked) rewind(cell);
  const exports = cell.exports as CellExports;
  if (cell.phase === Phase.Start) {
    exports.rumpk_start?.();
    if (cell.unwinding >= 0) return settle(cell);
    cell.phase = Phase.Main;
  }
  const status = exports.cell_main();
  if (cell.unwinding >= 0) return settle(cell);
  systemCall(fibers, cell, CALL_EXIT, [status]);
  return abi.EXIT_RETURNED;
}

function begin(fibers: Fibers, cell: Cell): void {
  const ends = (cause: number, address: number): never => die(fibers, cell, cause, address);
  const calls = callImports(fibers, cell, () => fibers.turn as Turn);
  instantiate(cell, { ...calls, mmio: createMmio(cell, fibers.board, ends) }, ends);
}

/** Makes the pending call. Returns EXIT_... if the cell must not continue yet, else -1. */
function repeat(fibers: Fibers, cell: Cell, { number, args }: PendingCall, turn: Turn): number {
  const result = systemCall(fibers, cell, number, args);
  if (result === abi.WOULD_BLOCK) return abi.EXIT_BLOCKED;
  cell.pending = null;
  cell.result = result;
  return turnOver(fibers, turn);
}

/**
 * The fault for an exception from a cell's code. A trap while frames are saved means that their page was full; one
 * before there is an instance means that an active segment is outside memory or table.
 */
function faultOf(cell: Cell, error: unknown): Fault {
  const cause = causeOf(error);
  if (cause === null) throw error;
  if (cell.unwinding >= 0) return fault(abi.CAUSE_STACK);
  const segment = cell.exports === null && error instanceof WebAssembly.RuntimeError;
  return fault(segment ? abi.CAUSE_MEMORY : cause);

  function fault(decided: number): Fault {
    return { cause: decided, address: 0, ...placeIn(cell, error, decided) };
  }
}
