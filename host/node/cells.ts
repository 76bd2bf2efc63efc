/*
 * The table of cells: implements hal.cell_* and the window functions. Each returns 0 or more, or a negative errno;
 * -EINVAL for a cell, image or window that does not exist. Lengths and addresses are unsigned.
 */
import * as abi from "../abi.js";
import { RAM_SIZE, type Board } from "./board.js";
import { newCell, rangeOf, sizeOf, type Cell } from "./cell.js";
import { writeRecord } from "./record.js";
import type { DeviceReset, Image } from "./system.js";

/** irq_bind: unbinds the line. */
const NO_CELL = -1;
const NO_RESET: DeviceReset = { width: 0, offset: 0, value: 0n };

export interface Cells {
  find(index: number): Cell | undefined;
  create(image: number, index: number): number;
  destroy(index: number): number;
  report(index: number, view: DataView, out: number): number;
  mapWindow(index: number, window: number, base: bigint, length: bigint, rights: number): number;
  unmapWindow(index: number, window: number): number;
  bindLine(line: number, index: number): number;
  quiesce(index: number): number;
}

/** An empty table for the images of a machine and its board. */
export function createCells(images: readonly Image[], board: Board): Cells {
  const cells = new Map<number, Cell>();
  let reserved = 0;

  function create(imageIndex: number, index: number): number {
    const image = images[imageIndex];
    if (image === undefined || index >>> 0 >= abi.CELLS || cells.has(index)) return abi.EINVAL;
    if (reserved + image.memoryMax * abi.WASM_PAGE > RAM_SIZE) return abi.ENOMEM;
    reserved += image.memoryMax * abi.WASM_PAGE;
    cells.set(index, newCell(index, image));
    return 0;
  }

  function destroy(index: number): number {
    const cell = cells.get(index);
    if (cell === undefined) return abi.EINVAL;
    reserved -= cell.image.memoryMax * abi.WASM_PAGE;
    cells.delete(index);
    board.windowQuiesce(index);
    return 0;
  }

  function report(index: number, view: DataView, out: number): number {
    const cell = cells.get(index);
    if (cell === undefined) return abi.EINVAL;
    if (out + abi.CellReport.size > view.byteLength) return abi.EFAULT;
    const { cause, address, pc, where } = cell.fault;
    writeRecord(view, out, abi.CellReport, { cause, pages: sizeOf(cell) / abi.WASM_PAGE, address, pc });
    new TextEncoder().encodeInto(
      where,
      new Uint8Array(view.buffer, out + abi.CellReport.fields.where.offset, abi.WHERE_SIZE),
    );
    return 0;
  }

  /** Calls a function of the board for an existing cell. */
  const forCell = (index: number, work: () => number): number => (cells.has(index) ? work() : abi.EINVAL);

  function mapWindow(index: number, window: number, base: bigint, length: bigint, rights: number): number {
    const { width, offset, value } = cells.get(index)?.image.resets[window] ?? NO_RESET;
    return forCell(index, () => board.windowMap(index, window, base, length, rights, width, offset, value));
  }

  function bindLine(line: number, index: number): number {
    if (index === NO_CELL) return board.windowUnbindLine(line);
    return forCell(index, () => board.windowBindLine(line, index));
  }

  function quiesce(index: number): number {
    return forCell(index, () => {
      board.windowQuiesce(index);
      return 0;
    });
  }

  const unmapWindow = (index: number, window: number) => forCell(index, () => board.windowUnmap(index, window));
  return { find: (index) => cells.get(index), create, destroy, report, mapWindow, unmapWindow, bindLine, quiesce };
}

/** cell_read and cell_write: between a cell's and the kernel's memory. */
export function copyKernel(
  cell: Cell | undefined,
  address: number,
  kernel: Uint8Array,
  at: number,
  length: number,
  toCell: boolean,
): number {
  if (cell === undefined || length > abi.COPY_MAX) return abi.EINVAL;
  const range = rangeOf(cell, address, length);
  if (range === null || at + length > kernel.length) return abi.EFAULT;
  if (toCell) range.set(kernel.subarray(at, at + length));
  else kernel.set(range, at);
  return 0;
}

/** cell_copy: between two cells. */
export function copyCells(
  target: Cell | undefined,
  targetAt: number,
  source: Cell | undefined,
  sourceAt: number,
  length: number,
): number {
  if (target === undefined || source === undefined || length > abi.COPY_MAX) return abi.EINVAL;
  const from = rangeOf(source, sourceAt, length);
  const to = rangeOf(target, targetAt, length);
  if (from === null || to === null) return abi.EFAULT;
  to.set(from);
  return 0;
}
