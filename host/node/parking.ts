/*
 * Parks a cell in the middle of a call and resumes it, with Asyncify. Asyncify's stack is in the last page of the
 * cell's memory, which the cell cannot see:
 *
 *   0 stack pointer, u32 | 4 end of the stack, u32 | 8 frames ...
 *
 *   unwind (in the call) -> frames are saved -> settle (outside the cell's code)
 *   ... rewind -> frames are restored -> arrive (in the call again, which returns `result`)
 *
 * The page holds data from unwind to arrive, and zeros otherwise.
 */
import { memoryOf, type Cell, type CellExports, type PendingCall } from "./cell.js";
import { WASM_PAGE } from "../abi.js";

const HEADER = 8;

function stackOf(cell: Cell): number {
  return memoryOf(cell).length - WASM_PAGE;
}

/**
 * Starts saving the frames of the running cell: the import that calls this must return at once, with any value.
 * @param reason EXIT_... that cell_enter will return
 * @param pending the call to make before the cell continues; null if `cell.result` already holds the result
 */
export function unwind(cell: Cell, reason: number, pending: PendingCall | null): bigint {
  const stack = stackOf(cell);
  const words = new DataView(memoryOf(cell).buffer, stack, HEADER);
  words.setUint32(0, stack + HEADER, true);
  words.setUint32(4, stack + WASM_PAGE, true);
  cell.pending = pending;
  cell.unwinding = reason;
  (cell.exports as CellExports).asyncify_start_unwind(stack);
  return 0n;
}

/** The frames are saved and the cell's code has returned. Returns the reason. */
export function settle(cell: Cell): number {
  const reason = cell.unwinding;
  (cell.exports as CellExports).asyncify_stop_unwind();
  cell.unwinding = -1;
  cell.parked = true;
  cell.framesEnd = new DataView(memoryOf(cell).buffer).getUint32(stackOf(cell), true);
  return reason;
}

/** Makes the next call of the parked function restore the frames of a parked cell. */
export function rewind(cell: Cell): void {
  cell.parked = false;
  cell.rewinding = true;
  (cell.exports as CellExports).asyncify_start_rewind(stackOf(cell));
}

/** The frames are restored; returns the result for the call that parked the cell. */
export function arrive(cell: Cell): bigint {
  (cell.exports as CellExports).asyncify_stop_rewind();
  cell.rewinding = false;
  memoryOf(cell).fill(0, stackOf(cell), cell.framesEnd);
  return cell.result;
}
