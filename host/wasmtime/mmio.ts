/*
 * Module "mmio": a driver's access to the device windows that the kernel gave it. A window that is not mapped, an offset
 * outside it or a right it lacks ends the cell with CAUSE_WINDOW; the address in the report is the offset.
 */
import { LEND_READ, LEND_WRITE } from "../../assembly/abi/calls";
import { CAUSE_WINDOW } from "../../assembly/abi/cell";
import { EFAULT, ENODEV } from "../../assembly/abi/errno";
import { deviceLoad, deviceStore } from "./board";
import { Window, bytesOf, windowOf } from "./cells";
import { dieCell, runningCell } from "./fibers";
import { unmaskLine } from "./lines";

/** The window for an access; null, and the end of the cell, when it may not be made. */
function windowFor(index: u32, offset: u32, width: u32, right: i32): Window | null {
  const window = windowOf(runningCell(), index);
  if (window !== null && <u64>offset + width <= window.length && (window.rights & right) != 0) return window;
  dieCell(CAUSE_WINDOW, offset);
  return null;
}

function loadBytes(index: u32, offset: u32, width: u32): u32 {
  const window = windowFor(index, offset, width, LEND_READ);
  return window === null ? 0 : deviceLoad(window.region, window.start + offset, width);
}

function storeBytes(index: u32, offset: u32, value: u32, width: u32): void {
  const window = windowFor(index, offset, width, LEND_WRITE);
  if (window !== null) deviceStore(window.region, window.start + offset, value, width);
}

export function mmio_load8(window: u32, offset: u32): u32 {
  return loadBytes(window, offset, 1);
}

export function mmio_load16(window: u32, offset: u32): u32 {
  return loadBytes(window, offset, 2);
}

export function mmio_load32(window: u32, offset: u32): u32 {
  return loadBytes(window, offset, 4);
}

export function mmio_load64(window: u32, offset: u32): u64 {
  if (windowFor(window, offset, 8, LEND_READ) === null) return 0;
  const low: u64 = loadBytes(window, offset, 4);
  return low | ((<u64>loadBytes(window, offset + 4, 4)) << 32);
}

export function mmio_store8(window: u32, offset: u32, value: u32): void {
  storeBytes(window, offset, value, 1);
}

export function mmio_store16(window: u32, offset: u32, value: u32): void {
  storeBytes(window, offset, value, 2);
}

export function mmio_store32(window: u32, offset: u32, value: u32): void {
  storeBytes(window, offset, value, 4);
}

export function mmio_store64(window: u32, offset: u32, value: u64): void {
  if (windowFor(window, offset, 8, LEND_WRITE) === null) return;
  storeBytes(window, offset, <u32>value, 4);
  storeBytes(window, offset + 4, <u32>(value >> 32), 4);
}

/** This machine has no DMA. */
export function mmio_dma_address(address: u32, length: u32): i64 {
  return <u64>address + length > bytesOf(runningCell()) ? EFAULT : ENODEV;
}

export function mmio_irq_ack(index: u32): void {
  const window = windowOf(runningCell(), index);
  if (window === null) dieCell(CAUSE_WINDOW, 0);
  else if (window.line >= 0) unmaskLine(window.line);
}
