/*
 * Module "mmio": a driver's access to the device windows that the kernel gave it. A window that is not mapped, an offset
 * outside it or a right it lacks ends the cell with CAUSE_WINDOW; the address in the report is the offset.
 */
import { CAUSE_WINDOW, EFAULT, ENODEV, LEND_READ, LEND_WRITE } from "../abi.js";
import { sizeOf, type Cell, type Window } from "./cell.js";
import type { Width } from "./device.js";
import type { Die } from "./instance.js";
import type { Lines } from "./interrupts.js";

/**
 * The imports of one cell.
 * @param die ends the cell with a cause and an address
 */
export function createMmio(cell: Cell, lines: Lines, die: Die): WebAssembly.ModuleImports {
  function find(index: number, offset: number, width: number, right: number): Window {
    const window = cell.windows[index >>> 0];
    if (!window || offset + width > window.length || (window.rights & right) === 0) return die(CAUSE_WINDOW, offset);
    return window;
  }

  function load(index: number, signedOffset: number, width: Width): number {
    const offset = signedOffset >>> 0;
    const { region, start } = find(index, offset, width, LEND_READ);
    return region.device.load(start + offset, width);
  }

  function store(index: number, signedOffset: number, value: number, width: Width): void {
    const offset = signedOffset >>> 0;
    const { region, start } = find(index, offset, width, LEND_WRITE);
    region.device.store(start + offset, value, width);
  }

  return {
    load8: (window: number, offset: number) => load(window, offset, 1),
    load16: (window: number, offset: number) => load(window, offset, 2),
    load32: (window: number, offset: number) => load(window, offset, 4),
    load64(window: number, offset: number) {
      find(window, offset >>> 0, 8, LEND_READ);
      const low = load(window, offset, 4) >>> 0;
      return BigInt(low) | (BigInt(load(window, offset + 4, 4) >>> 0) << 32n);
    },
    store8: (window: number, offset: number, value: number) => store(window, offset, value, 1),
    store16: (window: number, offset: number, value: number) => store(window, offset, value, 2),
    store32: (window: number, offset: number, value: number) => store(window, offset, value, 4),
    store64(window: number, offset: number, value: bigint) {
      find(window, offset >>> 0, 8, LEND_WRITE);
      store(window, offset, Number(value & 0xffff_ffffn), 4);
      store(window, offset + 4, Number((value >> 32n) & 0xffff_ffffn), 4);
    },
    dma_address: (address: number, length: number) =>
      BigInt((address >>> 0) + (length >>> 0) > sizeOf(cell) ? EFAULT : ENODEV),
    irq_ack(index: number) {
      const window = cell.windows[index >>> 0];
      if (!window) return die(CAUSE_WINDOW, 0);
      if (window.line >= 0) lines.unmask(window.line);
    },
  };
}
