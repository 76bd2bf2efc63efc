/*
 * Module "mmio": a driver's access to the device windows that the kernel gave it. An unmapped window, an offset outside
 * the window or a missing right ends the cell with CAUSE_WINDOW (host.ts, refuse); the address in the report is the
 * offset.
 */
import { EFAULT, ENODEV } from "../../assembly/abi/errno";
import { windowAck, windowLoad, windowLoad64, windowStore, windowStore64 } from "../../assembly/board/window";
import { bytesOf } from "./cells";
import { runningCell, runningIndex } from "./fibers";

export function mmio_load8(window: u32, offset: u32): u32 {
  return windowLoad(runningIndex(), window, offset, 1);
}

export function mmio_load16(window: u32, offset: u32): u32 {
  return windowLoad(runningIndex(), window, offset, 2);
}

export function mmio_load32(window: u32, offset: u32): u32 {
  return windowLoad(runningIndex(), window, offset, 4);
}

export function mmio_load64(window: u32, offset: u32): u64 {
  return windowLoad64(runningIndex(), window, offset);
}

export function mmio_store8(window: u32, offset: u32, value: u32): void {
  windowStore(runningIndex(), window, offset, value, 1);
}

export function mmio_store16(window: u32, offset: u32, value: u32): void {
  windowStore(runningIndex(), window, offset, value, 2);
}

export function mmio_store32(window: u32, offset: u32, value: u32): void {
  windowStore(runningIndex(), window, offset, value, 4);
}

export function mmio_store64(window: u32, offset: u32, value: u64): void {
  windowStore64(runningIndex(), window, offset, value);
}

/** This machine has no DMA. */
export function mmio_dma_address(address: u32, length: u32): i64 {
  return <u64>address + length > bytesOf(runningCell()) ? EFAULT : ENODEV;
}

export function mmio_irq_ack(window: u32): void {
  windowAck(runningIndex(), window);
}
