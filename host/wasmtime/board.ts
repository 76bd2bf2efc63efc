/*
 * The simulated board: what lies where, and the device tree that says so. The same board as the Node machine's.
 *
 *   0x0c00_0000  interrupt controller       0x4000_0000  boot archive, read-only, when the system has one
 *   0x1000_0000  16550 UART, line 10        0x8000_0000  memory of the cells
 *   0x2000_0000  folders of the host, when there are any
 *   0x3000_0000  disk, when there is one
 *
 * A load or store of 64 bits reaches a device as two of 32 bits, low half first.
 */
import { BLOCK_SIZE } from "../../assembly/abi/block";
import { HOSTDIR_SIZE } from "../../assembly/abi/hostdir";
import { diskLoad, diskStore, hasDisk } from "./disk";
import * as tree from "./fdt";
import { hostdirLoad, hostdirStore } from "./hostdir";
import { archive8, archive16, archive32, archiveSize } from "./rack";
import { UART_LINE, uartLoad, uartStore } from "./uart16550";

export const RAM_BASE: u64 = 0x80000000;
/** Bytes that all cells' memories may have together. */
export const RAM_SIZE: u64 = 0x80000000;

/** Devices. */
export const REGION_NONE: u32 = 0;
export const REGION_UART: u32 = 1;
export const REGION_ARCHIVE: u32 = 2;
export const REGION_HOSTDIR: u32 = 3;
export const REGION_DISK: u32 = 4;

const UART_BASE: u64 = 0x10000000;
const UART_SIZE: u64 = 0x100;
const UART_CLOCK: u32 = 3686400;
const ARCHIVE_BASE: u64 = 0x40000000;
const HOSTDIR_BASE: u64 = 0x20000000;
const DISK_BASE: u64 = 0x30000000;
const CONTROLLER_BASE: u64 = 0x0c000000;
const CONTROLLER_SIZE: u64 = 0x1000;
const CONTROLLER_HANDLE: u32 = 1;

/** Folders of the host. */
let folders: u32 = 0;

/** The device that holds all of [base, base + length); REGION_NONE when none does. */
export function regionAt(base: u64, length: u64): u32 {
  if (length == 0 || base + length < base) return REGION_NONE;
  if (base >= UART_BASE && base + length <= UART_BASE + UART_SIZE) return REGION_UART;
  if (base >= ARCHIVE_BASE && base + length <= ARCHIVE_BASE + archiveSize()) return REGION_ARCHIVE;
  if (folders > 0 && base >= HOSTDIR_BASE && base + length <= HOSTDIR_BASE + HOSTDIR_SIZE) return REGION_HOSTDIR;
  if (hasDisk() && base >= DISK_BASE && base + length <= DISK_BASE + BLOCK_SIZE) return REGION_DISK;
  return REGION_NONE;
}

/** Where a device begins. */
export function regionBase(region: u32): u64 {
  if (region == REGION_UART) return UART_BASE;
  if (region == REGION_DISK) return DISK_BASE;
  return region == REGION_HOSTDIR ? HOSTDIR_BASE : ARCHIVE_BASE;
}

/** Reads 1, 2 or 4 bytes at `offset` of a device. */
export function deviceLoad(region: u32, offset: u32, width: u32): u32 {
  if (region == REGION_UART) return uartLoad(offset);
  if (region == REGION_HOSTDIR) return hostdirLoad(offset, width);
  if (region == REGION_DISK) return diskLoad(offset, width);
  if (width == 1) return archive8(offset);
  return width == 2 ? archive16(offset) : archive32(offset);
}

/** Writes 1, 2 or 4 bytes to a device; the archive takes no notice. */
export function deviceStore(region: u32, offset: u32, value: u32, width: u32): void {
  if (region == REGION_UART) uartStore(offset, value);
  if (region == REGION_HOSTDIR) hostdirStore(offset, value, width);
  if (region == REGION_DISK) diskStore(offset, value, width);
}

/** Writes the device tree for the kernel, of a board with `hostFolders`. False when the command line is too long for it. */
export function describeBoard(commandLine: string, hostFolders: u32): bool {
  folders = hostFolders;
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
  if (folders > 0) describeWindow("hostdir@20000000", "rumpk,hostdir", HOSTDIR_BASE, HOSTDIR_SIZE);
  if (hasDisk()) describeWindow("block@30000000", "rumpk,block", DISK_BASE, BLOCK_SIZE);
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

function describeWindow(name: string, compatible: string, base: u64, size: u64): void {
  tree.nodeBegin(name);
  tree.propertyText("compatible", compatible);
  tree.propertyRange("reg", base, size);
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
