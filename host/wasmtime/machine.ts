/*
 * The machine in Wasm: one of the machines of docs/machine.md, over WASI preview 1. `run` is the whole life of a
 * system: it describes the machine to the kernel, boots it, and then serves interrupts, dispatches and sleeps.
 *
 *   standard streams <- console.ts <- board <- mmio.ts <- driver cell <- fibers.ts <- hal.ts <- kernel <- run
 *
 * The words after the module's name on the command line are the kernel's command line.
 */
import { ABI_VERSION, CALLS, NEVER } from "../../assembly/abi/calls";
import * as area from "../../assembly/abi/systable";
import { SysTable } from "../../assembly/abi/systable";
import {
  MACHINE_WASMTIME,
  blockOpen,
  boardDescribe,
  boardTree,
  boardUpdate,
  boardWords,
  hostdirOpen,
  isLineDeliverable,
} from "../../assembly/board/board";
import { ARCHIVE_BASE, windowArchive } from "../../assembly/board/window";
import { clockStart, now, realTime } from "./clock";
import { consoleOpen, flush, waitForInput } from "./console";
import { DISK_FOLDER, diskOpen } from "./disk";
import { deliverInterrupts } from "./fibers";
import { countFolders, folderName } from "./folders";
import * as kernel from "./kernel";
import { powerOff, say } from "./power";
import { archiveSize, kernelStore32, kernelStore64, kernelStore8 } from "./rack";
import { FIRST_FOLDER, argsGet, argsSizesGet, randomGet } from "./wasi";

export { callFromCell, exitFromCell, checkWatchdog as watchdog_check } from "./fibers";
export * from "./hal";
export * from "./mmio";

/** Word of the command line: output stays escaped, so that the command that runs this machine can split it. */
const WIRE_KEPT: string = "wire=kept";
/** Word of the command line: the disk's file. */
const DISK: string = "disk=";
/** Prefix of a guest path at which the cell vfs mounts a folder of the host. */
const MOUNT_HOST: string = "vfs.host=";
/** Longest time between two checks of the input, in nanoseconds, if the cells make calls. */
const SLICE: i64 = 5000000;
const NANOSECONDS_PER_SECOND: u64 = 1000000000;
const RAM_BASE: u64 = 0x80000000;
/** Total bytes of all cells' memories. */
const RAM_SIZE: u64 = 0x80000000;
const STATUS_FAILED: u32 = 2;
const ARGUMENTS_SIZE: u32 = 65536;
/** Table index of the first system call in the kernel's table; the others follow by number. */
const CALLS_BASE: u32 = area.KERNEL_TABLE - CALLS;

const sizes: usize = memory.data(8, 8);
const random: usize = memory.data(16, 8);

/** Runs the system until it powers off; does not return. */
export function run(): void {
  clockStart();
  const words = commandLine();
  const terminal = consoleOpen(words.split(" ").includes(WIRE_KEPT));
  const folders = countFolders(DISK_FOLDER);
  openDisk(words.split(" "), FIRST_FOLDER + folders);
  const line = (terminal ? "" : "uart.console=pipe ") + mountWords(folders) + words;
  hostdirOpen(folders);
  describe(line);
  writeSysTable();
  const failed = kernel.boot(area.KERNEL_BOOT_AREA);
  if (failed < 0) fail("kernel: boot failed with " + failed.toString());
  while (true) {
    deliverInterrupts();
    const time = now();
    const next = kernel.dispatch(time, time + SLICE);
    flush();
    sleep(next);
    boardUpdate();
  }
}

/** Waits for the deadline or for input; not at all if there is work. */
function sleep(next: i64): void {
  if (next == NEVER && !isLineDeliverable()) return waitForInput(i64.MAX_VALUE);
  const left = next - now();
  waitForInput(left <= 0 || isLineDeliverable() ? 0 : left);
}

/** Adds a word for each folder, for the cell vfs, followed by a space. */
function mountWords(folders: u32): string {
  let words = "";
  for (let folder: u32 = 0; folder < folders; folder++) words += MOUNT_HOST + folderName(folder) + " ";
  return words;
}

/** Opens the disk that the command line names, in the folder after all others. */
function openDisk(words: string[], folder: u32): void {
  for (let index = 0; index < words.length; index++) {
    if (!words[index].startsWith(DISK)) continue;
    const name = words[index].substring(DISK.length);
    const bytes = diskOpen(folder, name);
    if (bytes < 0) fail("disk " + name + ": no such file in a folder given as " + DISK_FOLDER);
    blockOpen(bytes);
  }
}

/** Writes the device tree into the kernel's memory. */
function describe(words: string): void {
  const length = <u32>String.UTF8.byteLength(words);
  const at = boardWords(length);
  if (at != 0) String.UTF8.encodeUnsafe(changetype<usize>(words), words.length, at);
  windowArchive(archiveSize());
  let total: u32 = 0;
  if (at != 0) total = boardDescribe(MACHINE_WASMTIME, length, RAM_BASE, RAM_SIZE, ARCHIVE_BASE, archiveSize());
  if (total == 0) fail("the command line is too long");
  for (let index: u32 = 0; index < total; index++) {
    kernelStore8(area.KERNEL_FDT + index, load<u8>(boardTree() + index));
  }
}

function fail(words: string): void {
  say(words);
  powerOff(STATUS_FAILED);
}

/** The arguments except the first, which names the module, separated by spaces. */
function commandLine(): string {
  argsSizesGet(sizes, sizes + 4);
  const count = load<u32>(sizes);
  const length = load<u32>(sizes, 4);
  if (length > ARGUMENTS_SIZE) fail("the command line is too long");
  const pointers = heap.alloc(4 * count);
  const bytes = heap.alloc(length);
  argsGet(pointers, bytes);
  let words = "";
  for (let index: u32 = 1; index < count; index++) {
    words += (index > 1 ? " " : "") + String.UTF8.decodeUnsafe(load<u32>(pointers + 4 * index), length, true);
  }
  return words;
}

/** Describes the machine to the kernel; the device tree is already in place. */
function writeSysTable(): void {
  const at = area.KERNEL_BOOT_AREA;
  randomGet(random, 16);
  kernelStore32(at, area.SYSTABLE_MAGIC);
  kernelStore32(at + 4, ABI_VERSION | (area.ARCH_WASM << 16));
  for (let number: u32 = 0; number < CALLS; number++) {
    kernelStore64(at + offsetof<SysTable>("entries") + 8 * number, CALLS_BASE + number);
  }
  kernelStore64(at + offsetof<SysTable>("ramBase"), RAM_BASE);
  kernelStore64(at + offsetof<SysTable>("ramSize"), RAM_SIZE);
  kernelStore64(at + offsetof<SysTable>("fdt"), area.KERNEL_FDT);
  kernelStore64(at + offsetof<SysTable>("cpuMask"), 1);
  kernelStore64(at + offsetof<SysTable>("timerHz"), NANOSECONDS_PER_SECOND);
  kernelStore64(at + offsetof<SysTable>("bootNs"), realTime());
  kernelStore64(at + offsetof<SysTable>("seed0"), load<u64>(random));
  kernelStore64(at + offsetof<SysTable>("seed1"), load<u64>(random, 8));
}
