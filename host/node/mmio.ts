/*
 * Module "mmio": a driver's access to the device windows that the kernel gave it. An unmapped window, an offset outside
 * the window or a missing right ends the cell with CAUSE_WINDOW; the address in the report is the offset. The machine
 * learns of it after the board has returned, so that the innermost Wasm frame is then the cell's.
 */
import { CAUSE_WINDOW, EFAULT, ENODEV } from "../abi.js";
import type { Board } from "./board.js";
import { sizeOf, type Cell } from "./cell.js";
import type { Die } from "./instance.js";

/**
 * The imports of one cell.
 * @param die ends the cell with a cause and an address
 */
export function createMmio(cell: Cell, board: Board, die: Die): WebAssembly.ModuleImports {
  function checked<T>(value: T): T {
    const refused = board.takeRefused();
    return refused < 0 ? value : die(CAUSE_WINDOW, refused);
  }
  const load = (width: number) => (window: number, offset: number) =>
    checked(board.windowLoad(cell.index, window, offset, width));
  const store = (width: number) => (window: number, offset: number, value: number) =>
    checked(board.windowStore(cell.index, window, offset, value, width));
  return {
    load8: load(1),
    load16: load(2),
    load32: load(4),
    load64: (window: number, offset: number) => checked(board.windowLoad64(cell.index, window, offset)),
    store8: store(1),
    store16: store(2),
    store32: store(4),
    store64: (window: number, offset: number, value: bigint) =>
      checked(board.windowStore64(cell.index, window, offset, value)),
    dma_address: (address: number, length: number) =>
      BigInt((address >>> 0) + (length >>> 0) > sizeOf(cell) ? EFAULT : ENODEV),
    irq_ack: (window: number) => checked(board.windowAck(cell.index, window)),
  };
}
