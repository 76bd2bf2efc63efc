/*
 * Parks a cell in the middle of a call and brings it back, by Asyncify. Its stack lies in the last page of the cell's
 * memory, which the cell does not know of:
 *
 *   0 where the stack stands, u32 | 4 where it ends, u32 | 8 frames ...
 *
 *   unwind (in the call) -> frames are saved -> settle (out of the cell's code) ... rewind -> frames come back -> arrive (in
 *   the call again, which returns `result`)
 *
 * The page holds bytes from unwind to arrive, and zeros otherwise.
 */
import { memoryOf, type Cell, type CellExports, type PendingCall } from "./cell.js";
import { WASM_PAGE } from "../abi.js";

const HEADER = 8;

function stackOf(cell: Cell): number {
  return memoryOf(cell).length - WASM_PAGE;
}

/**
 * Starts to save the frames of the running cell: the import that calls this must return at once, whatever it returns.
 * @param reason EXIT_... that cell_enter will answer
 * @param pending the call to make before the cell goes on; null when `cell.result` is its answer already
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

/** The frames are saved and the cell's code has returned. Answers the reason for it. */
export function settle(cell: Cell): number {
  const reason = cell.unwinding;
  (cell.exports as CellExports).asyncify_stop_unwind();
  cell.unwinding = -1;
  cell.parked = true;
  cell.framesEnd = new DataView(memoryOf(cell).buffer).getUint32(stackOf(cell), true);
  return reason;
}

/** The next call of the function that was left brings the frames of a parked cell back. */
export function rewind(cell: Cell): void {
  cell.parked = false;
  cell.rewinding = true;
  (cell.exports as CellExports).asyncify_start_rewind(stackOf(cell));
}

/** The frames are back, and the call that parked the cell returns this. */
export function arrive(cell: Cell): bigint {
  (cell.exports as CellExports).asyncify_stop_rewind();
  cell.rewinding = false;
  memoryOf(cell).fill(0, stackOf(cell), cell.framesEnd);
  return cell.result;
}
