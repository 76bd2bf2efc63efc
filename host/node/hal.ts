/*
 * The import module "hal": what the kernel may ask of this machine (docs/machine.md). Wasm passes every i32 as signed;
 * this file makes addresses, lengths and indices unsigned.
 */
import { EFAULT, EINVAL, IMAGE_SIZE } from "../abi.js";
import { copyCells, copyKernel, type Cells } from "./cells.js";
import type { Board } from "./board.js";
import { PowerOff } from "./errors.js";
import { armTimer, enterCell, type Fibers } from "./fibers.js";
import { packageReader } from "./package.js";
import type { Clock } from "./rim/clock.js";
import { fillRandom } from "./random.js";
import type { System } from "./system.js";

export interface HalHost {
  readonly clock: Clock;
  readonly board: Board;
  readonly cells: Cells;
  readonly fibers: Fibers;
  readonly system: System;
}

/** The functions, over the kernel's memory. */
export function createHal(
  { clock, board, cells, fibers, system }: HalHost,
  memory: Uint8Array<ArrayBuffer>,
): WebAssembly.ModuleImports {
  const view = new DataView(memory.buffer);
  const { images } = system;

  function entropy(pointer: number, length: number): number {
    const [at, size] = [pointer >>> 0, length >>> 0];
    if (at + size > memory.length) return EFAULT;
    fillRandom(memory.subarray(at, at + size));
    return 0;
  }

  function writeImages(pointer: number): number {
    const at = pointer >>> 0;
    if (at + images.length * IMAGE_SIZE > memory.length) return EFAULT;
    images.forEach(({ record }, index) => memory.set(record, at + index * IMAGE_SIZE));
    return images.length;
  }

  return {
    time_now: () => clock.now(),
    timer_arm: (deadline: bigint) => armTimer(fibers, deadline),
    entropy,
    cell_create: (image: number, cell: number) => cells.create(image, cell),
    cell_enter(index: number, budget: bigint) {
      return enterCell(fibers, cells.find(index), budget);
    },
    cell_fault: (cell: number, out: number) => cells.report(cell, view, out >>> 0),
    cell_destroy: (cell: number) => cells.destroy(cell),
    cell_read: (cell: number, source: number, target: number, length: number) =>
      copyKernel(cells.find(cell), source >>> 0, memory, target >>> 0, length >>> 0, false),
    cell_write: (cell: number, target: number, source: number, length: number) =>
      copyKernel(cells.find(cell), target >>> 0, memory, source >>> 0, length >>> 0, true),
    cell_copy: (targetCell: number, target: number, sourceCell: number, source: number, length: number) =>
      copyCells(cells.find(targetCell), target >>> 0, cells.find(sourceCell), source >>> 0, length >>> 0),
    window_map: (cell: number, index: number, base: bigint, length: bigint, rights: number) =>
      cells.mapWindow(cell, index >>> 0, base, length, rights),
    window_unmap: (cell: number, index: number) => cells.unmapWindow(cell, index >>> 0),
    irq_bind: (line: number, cell: number) => cells.bindLine(line >>> 0, cell),
    irq_unmask: (line: number) => (board.unmaskLine(line) ? 0 : EINVAL),
    quiesce: (cell: number) => cells.quiesce(cell),
    off(status: number) {
      throw new PowerOff(status & 0xff);
    },
    images: writeImages,
    package_read: packageReader(system, memory),
  };
}
