/*
 * The simulated board: what lies where, and the device tree that says so. The same board as the Node machine's.
 *
 *   0x1000_0000  16550 UART, line 10        0x4000_0000  boot archive, read-only, when the system has one
 *   0x0c00_0000  interrupt controller       0x8000_0000  memory of the cells
 *
 * A load or store of 64 bits reaches a device as two of 32 bits, low half first.
 */
import * as tree from "./fdt";
import { archive8, archive16, archive32, archiveSize } from "./rack";
import { UART_LINE, uartLoad, uartStore } from "./uart16550";

export const RAM_BASE: u64 = 0x80000000;
/** Bytes that all cells' memories may have together. */
export const RAM_SIZE: u64 = 0x80000000;

/** Devices. */
export const REGION_NONE: u32 = 0;
export const REGION_UART: u32 = 1;
export const REGION_ARCHIVE: u32 = 2;

const UART_BASE: u64 = 0x10000000;
const UART_SIZE: u64 = 0x100;
const UART_CLOCK: u32 = 3686400;
const ARCHIVE_BASE: u64 = 0x40000000;
const CONTROLLER_BASE: u64 = 0x0c000000;
const CONTROLLER_SIZE: u64 = 0x1000;
const CONTROLLER_HANDLE: u32 = 1;

/** The device that holds all of [base, base + length); REGION_NONE when none does. */
export function regionAt(base: u64, length: u64): u32 {
  if (length == 0 || base + length < base) return REGION_NONE;
  if (base >= UART_BASE && base + length <= UART_BASE + UART_SIZE) return REGION_UART;
  if (base >= ARCHIVE_BASE && base + length <= ARCHIVE_BASE + archiveSize()) return REGION_ARCHIVE;
  return REGION_NONE;
}

/** Where a device begins. */
export function regionBase(region: u32): u64 {
  return region == REGION_UART ? UART_BASE : ARCHIVE_BASE;
}

/** Reads 1, 2 or 4 bytes at `offset` of a device. */
export function deviceLoad(region: u32, offset: u32, width: u32): u32 {
  if (region == REGION_UART) return uartLoad(offset);
  if (width == 1) return archive8(offset);
  return width == 2 ? archive16(offset) : archive32(offset);
}

/** Writes to a device; the archive takes no notice. */
export function deviceStore(region: u32, offset: u32, value: u32): void {
  if (region == REGION_UART) uartStore(offset, value);
}

/** Writes the device tree for the kernel. False when the command line is too long for it. */
export function describeBoard(commandLine: string): bool {
  tree.treeBegin();
  tree.nodeBegin("");
  tree.propertyText("compatible", "rumpk,wasmtime");
  tree.propertyText("model", "Rumpk on wasmtime");
  wide();
  tree.nodeBegin("chosen");
  tree.propertyText("bootargs", commandLine);
  tree.propertyText("stdout-path", "/serial@10000000");
  tree.nodeEnd();
  tree.nodeBegin("memory@80000000");
  tree.propertyText("device_type", "memory");
  tree.propertyRange("reg", RAM_BASE, RAM_SIZE);
  tree.nodeEnd();
  describeController();
  describeUart();
  if (archiveSize() > 0) describeArchive();
  tree.nodeEnd();
  return tree.treeEnd();
}

function wide(): void {
  tree.propertyWord("#address-cells", 2);
  tree.propertyWord("#size-cells", 2);
}

/** It has no registers, since the kernel asks the machine for its lines; `interrupts` need a parent. */
function describeController(): void {
  tree.nodeBegin("interrupt-controller@c000000");
  tree.propertyText("compatible", "rumpk,lines");
  tree.propertyRange("reg", CONTROLLER_BASE, CONTROLLER_SIZE);
  tree.propertyWord("#interrupt-cells", 1);
  tree.propertyEmpty("interrupt-controller");
  tree.propertyWord("phandle", CONTROLLER_HANDLE);
  tree.nodeEnd();
}

function describeUart(): void {
  tree.nodeBegin("serial@10000000");
  tree.propertyText("compatible", "ns16550a");
  tree.propertyRange("reg", UART_BASE, UART_SIZE);
  tree.propertyWord("interrupts", UART_LINE);
  tree.propertyWord("interrupt-parent", CONTROLLER_HANDLE);
  tree.propertyWord("clock-frequency", UART_CLOCK);
  tree.nodeEnd();
}

function describeArchive(): void {
  tree.nodeBegin("rumpk");
  wide();
  tree.propertyEmpty("ranges");
  tree.nodeBegin("rootfs");
  tree.propertyText("compatible", "rumpk,tar");
  tree.propertyRange("reg", ARCHIVE_BASE, archiveSize());
  tree.nodeEnd();
  tree.nodeEnd();
}
