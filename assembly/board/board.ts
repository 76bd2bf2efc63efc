/*
 * The simulated board as one device tree, and the interface for machines: its description, its interrupt lines, and
 * notice from the host that input arrived. A machine writes the kernel's command line to the address from boardWords,
 * and reads the tree at boardTree.
 */
import { BLOCK_SIZE } from "../abi/block";
import { HOSTDIR_SIZE } from "../abi/hostdir";
import { hasBlock } from "./block";
import { BLOCK_BASE, CONTROLLER_BASE, CONTROLLER_SIZE, HOSTDIR_BASE, UART_BASE, UART_SIZE } from "./bus";
import { hasHostdir } from "./hostdir";
import { UART_LINE, uartUpdate } from "./uart16550";
import * as tree from "./tree";

export { blockOpen } from "./block";
export { busLoad, busStore } from "./bus";
export { hostdirOpen } from "./hostdir";
export { bindLine, isLineDeliverable, takeLine, unmaskLine } from "./lines";

/** Machines, as arguments of boardDescribe. */
export const MACHINE_NODE: u32 = 0;
export const MACHINE_WASMTIME: u32 = 1;
export const MACHINE_LINUX: u32 = 2;

/** Longest command line in bytes. */
const WORDS_MAX: u32 = 65536;
const CONTROLLER_HANDLE: u32 = 1;
/** Hertz of the UART's clock. */
const UART_CLOCK: u32 = 3686400;

const words: usize = memory.data(WORDS_MAX);

/** Address for `length` bytes of the command line; 0 if they are too many. */
export function boardWords(length: u32): usize {
  return length <= WORDS_MAX ? words : 0;
}

/** Address of the tree that boardDescribe wrote. */
export function boardTree(): usize {
  return tree.treeAddress();
}

/** The host may have input, or accept output again. */
export function boardUpdate(): void {
  uartUpdate();
}

/**
 * Writes the device tree of a board with `ramSize` bytes at `ramBase` for all cells' memories, and a boot archive of
 * `archiveSize` bytes at `archiveBase`, 0 for none. `wordsLength` bytes of the command line are at the address from
 * boardWords. Returns the size of the tree, or 0 if it is larger than the kernel accepts.
 */
export function boardDescribe(
  machine: u32,
  wordsLength: u32,
  ramBase: u64,
  ramSize: u64,
  archiveBase: u64,
  archiveSize: u64,
): u32 {
  tree.treeBegin();
  tree.nodeBegin("");
  describeMachine(machine);
  tree.nodeBegin("chosen");
  tree.propertyBytes("bootargs", words, wordsLength);
  tree.propertyText("stdout-path", "/serial@10000000");
  tree.nodeEnd();
  tree.nodeBeginAt("memory", ramBase);
  tree.propertyText("device_type", "memory");
  tree.propertyRange("reg", ramBase, ramSize);
  tree.nodeEnd();
  describeController();
  describeUart(machine);
  if (hasHostdir()) describeWindow(machine, "hostdir@20000000", "rumpk,hostdir", HOSTDIR_BASE, HOSTDIR_SIZE);
  if (hasBlock()) describeWindow(machine, "block@30000000", "rumpk,block", BLOCK_BASE, BLOCK_SIZE);
  if (archiveSize > 0) describeArchive(archiveBase, archiveSize);
  tree.nodeEnd();
  return tree.treeEnd();
}

function describeMachine(machine: u32): void {
  const node = machine == MACHINE_NODE;
  const wasmtime = machine == MACHINE_WASMTIME;
  tree.propertyText("compatible", node ? "rumpk,node" : wasmtime ? "rumpk,wasmtime" : "rumpk,linux");
  tree.propertyText("model", node ? "Rumpk on Node" : wasmtime ? "Rumpk on wasmtime" : "Rumpk on Linux");
  describeWide();
}

/** Addresses and sizes of two words. */
function describeWide(): void {
  tree.propertyWord("#address-cells", 2);
  tree.propertyWord("#size-cells", 2);
}

/** `interrupts` need a parent. */
function describeController(): void {
  tree.nodeBegin("interrupt-controller@c000000");
  tree.propertyText("compatible", "rumpk,lines");
  tree.propertyRange("reg", CONTROLLER_BASE, CONTROLLER_SIZE);
  tree.propertyWord("#interrupt-cells", 1);
  tree.propertyEmpty("interrupt-controller");
  tree.propertyWord("phandle", CONTROLLER_HANDLE);
  tree.nodeEnd();
}

function describeUart(machine: u32): void {
  beginDevice(machine, "serial@10000000", "ns16550a", UART_BASE, UART_SIZE);
  tree.propertyWord("interrupts", UART_LINE);
  tree.propertyWord("interrupt-parent", CONTROLLER_HANDLE);
  tree.propertyWord("clock-frequency", UART_CLOCK);
  tree.nodeEnd();
}

/** On Linux the hal is that of bare machines, where an I/O port needs a call and other devices a plain load. */
function beginDevice(machine: u32, name: string, compatible: string, base: u64, size: u64): void {
  tree.nodeBegin(name);
  tree.propertyText("compatible", compatible);
  tree.propertyRange("reg", base, size);
  if (machine == MACHINE_LINUX) tree.propertyEmpty("rumpk,io-ports");
}

function describeWindow(machine: u32, name: string, compatible: string, base: u64, size: u64): void {
  beginDevice(machine, name, compatible, base, size);
  tree.nodeEnd();
}

function describeArchive(base: u64, size: u64): void {
  tree.nodeBegin("rumpk");
  describeWide();
  tree.propertyEmpty("ranges");
  tree.nodeBegin("rootfs");
  tree.propertyText("compatible", "rumpk,tar");
  tree.propertyRange("reg", base, size);
  tree.nodeEnd();
  tree.nodeEnd();
}
