/*
 * The table of cells: what hal.cell_* and the window functions do. Each answers 0 or more, or a negative errno; -EINVAL
 * for a cell, image or window that does not exist. Lengths and addresses are unsigned.
 */
import * as abi from "../abi.js";
import { RAM_SIZE, type Region } from "./board.js";
import { newCell, rangeOf, sizeOf, type Cell, type Window } from "./cell.js";
import type { Width } from "./device.js";
import { NO_CELL, type Lines } from "./interrupts.js";
import { writeRecord } from "./record.js";
import type { Image } from "./system.js";

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

/** An empty table for the images and the devices of a machine. */
export function createCells(images: readonly Image[], regions: readonly Region[], lines: Lines): Cells {
  const cells = new Map<number, Cell>();
  /** The window mapped last, of each cell: the one that irq_bind means. */
  const latest = new Map<number, Window>();
  let reserved = 0;

  function create(imageIndex: number, index: number): number {
    const image = images[imageIndex];
    if (image === undefined || cells.has(index)) return abi.EINVAL;
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
    latest.delete(index);
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

  function mapWindow(index: number, window: number, base: bigint, length: bigint, rights: number): number {
    const cell = cells.get(index);
    if (cell === undefined || window >= abi.WINDOWS_MAX) return abi.EINVAL;
    if (cell.windows[window]) return abi.EBUSY;
    const [start, size] = [Number(base), Number(length)];
    const region = regions.find((place) => start >= place.base && start + size <= place.base + place.size);
    if (region === undefined || size <= 0) return abi.EINVAL;
    const mapped: Window = { region, start: start - region.base, length: size, rights, line: -1 };
    cell.windows[window] = mapped;
    latest.set(index, mapped);
    return 0;
  }

  /** However a window goes, its line is unbound and the manifest's reset write is done. */
  function unmap(cell: Cell, number: number): boolean {
    const window = cell.windows[number];
    if (!window) return false;
    if (window.line >= 0) lines.bind(window.line, NO_CELL);
    reset(cell, window, number);
    cell.windows[number] = null;
    return true;
  }

  function unmapWindow(index: number, window: number): number {
    const cell = cells.get(index);
    return cell !== undefined && unmap(cell, window) ? 0 : abi.EINVAL;
  }

  function bindLine(line: number, index: number): number {
    const bound = [...cells.values()].flatMap((cell) => cell.windows).find((window) => window?.line === line);
    if (index === NO_CELL) {
      if (bound) bound.line = -1;
      return lines.bind(line, NO_CELL) ? 0 : abi.EINVAL;
    }
    const window = latest.get(index);
    if (bound) return abi.EBUSY;
    if (window === undefined || !lines.bind(line, index)) return abi.EINVAL;
    window.line = line;
    return 0;
  }

  function quiesce(index: number): number {
    const cell = cells.get(index);
    if (cell === undefined) return abi.EINVAL;
    for (const number of cell.windows.keys()) unmap(cell, number);
    return 0;
  }

  return { find: (index) => cells.get(index), create, destroy, report, mapWindow, unmapWindow, bindLine, quiesce };
}

/** The write by which the manifest says that the device stops. The n-th device of a manifest is window n. */
function reset(cell: Cell, { region, start, length }: Window, number: number): void {
  const write = cell.image.resets[number];
  if (write === undefined || write.width === 0 || write.offset + write.width > length) return;
  const at = start + write.offset;
  const low = Number(write.value & 0xffff_ffffn);
  region.device.store(at, low, Math.min(write.width, 4) as Width);
  if (write.width === 8) region.device.store(at + 4, Number(write.value >> 32n), 4);
}

/** cell_read and cell_write: between a cell and the kernel's memory. */
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
