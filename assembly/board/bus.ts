/*
 * The simulated board's bus: its address map. Addresses are only names in windows and the device tree; there is no
 * memory at them.
 *
 *   0x0c00_0000  interrupt controller       0x2000_0000  folders of the host, when there are any
 *   0x1000_0000  16550 UART, line 10        0x3000_0000  disk, when there is one
 *
 * The interrupt controller has no registers, since the kernel asks the machine (hal) for its lines. A device sees a
 * 64-bit load or store as two of 32 bits, low half first; a register may be narrower than the access, as on a real bus.
 */
import { BLOCK_SIZE } from "../abi/block";
import { HOSTDIR_SIZE } from "../abi/hostdir";
import { blockLoad, blockStore, hasBlock } from "./block";
import { hasHostdir, hostdirLoad, hostdirStore } from "./hostdir";
import { uartLoad, uartStore } from "./uart16550";

export const CONTROLLER_BASE: u64 = 0x0c000000;
export const CONTROLLER_SIZE: u64 = 0x1000;
export const UART_BASE: u64 = 0x10000000;
export const UART_SIZE: u64 = 0x100;
export const HOSTDIR_BASE: u64 = 0x20000000;
export const BLOCK_BASE: u64 = 0x30000000;

/** Devices. */
export const DEVICE_NONE: u32 = 0;
export const DEVICE_UART: u32 = 1;
export const DEVICE_HOSTDIR: u32 = 2;
export const DEVICE_BLOCK: u32 = 3;

/** Whether [base, base + length) is not empty and inside the `size` bytes from `from` on. */
export function isWithin(base: u64, length: u64, from: u64, size: u64): bool {
  return length > 0 && base >= from && length <= size && base - from <= size - length;
}

/** The device that holds all of [base, base + length); DEVICE_NONE when none does. */
export function deviceAt(base: u64, length: u64): u32 {
  if (isWithin(base, length, UART_BASE, UART_SIZE)) return DEVICE_UART;
  if (hasHostdir() && isWithin(base, length, HOSTDIR_BASE, HOSTDIR_SIZE)) return DEVICE_HOSTDIR;
  if (hasBlock() && isWithin(base, length, BLOCK_BASE, BLOCK_SIZE)) return DEVICE_BLOCK;
  return DEVICE_NONE;
}

/** Base address of a device. */
export function deviceBase(device: u32): u64 {
  if (device == DEVICE_UART) return UART_BASE;
  return device == DEVICE_HOSTDIR ? HOSTDIR_BASE : BLOCK_BASE;
}

/** Reads 1, 2 or 4 bytes at an address of the bus; all ones if no device responds. */
export function busLoad(address: u64, width: u32): u32 {
  const device = deviceAt(address, width);
  return device == DEVICE_NONE ? u32.MAX_VALUE : deviceLoad(device, <u32>(address - deviceBase(device)), width);
}

/** Writes the low 1, 2 or 4 bytes of `value` at an address of the bus. */
export function busStore(address: u64, value: u32, width: u32): void {
  const device = deviceAt(address, width);
  if (device != DEVICE_NONE) deviceStore(device, <u32>(address - deviceBase(device)), value, width);
}

/** Reads 1, 2 or 4 bytes at `offset` of a device. */
export function deviceLoad(device: u32, offset: u32, width: u32): u32 {
  if (device == DEVICE_UART) return uartLoad(offset);
  return device == DEVICE_HOSTDIR ? hostdirLoad(offset, width) : blockLoad(offset, width);
}

/** Writes the low 1, 2 or 4 bytes of `value` at `offset` of a device. */
export function deviceStore(device: u32, offset: u32, value: u32, width: u32): void {
  if (device == DEVICE_UART) uartStore(offset, value);
  else if (device == DEVICE_HOSTDIR) hostdirStore(offset, value, width);
  else blockStore(offset, value, width);
}
