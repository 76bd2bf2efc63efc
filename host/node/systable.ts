/*
 * Passes the machine's description to the kernel: SysTable and device tree, at the addresses in the kernel's memory
 * that assembly/abi/systable.ts names.
 */
import * as abi from "../abi.js";
import { RAM_BASE, RAM_SIZE } from "./board.js";
import { CALLS_BASE, type Kernel } from "./kernel.js";
import { fillRandom } from "./random.js";
import { writeRecord } from "./record.js";
import type { Clock } from "./rim/clock.js";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Writes SysTable and device tree into the kernel's memory. */
export function writeSysTable(kernel: Kernel, tree: Uint8Array, clock: Clock): void {
  kernel.memory.set(tree, abi.KERNEL_FDT);
  const seeds = new DataView(new ArrayBuffer(16));
  fillRandom(new Uint8Array(seeds.buffer));
  writeRecord(kernel.view, abi.KERNEL_BOOT_AREA, abi.SysTable, {
    magic: abi.SYSTABLE_MAGIC,
    version: abi.ABI_VERSION,
    arch: abi.ARCH_WASM,
    ramBase: RAM_BASE,
    ramSize: RAM_SIZE,
    fdt: abi.KERNEL_FDT,
    cpuMask: 1,
    timerHz: NANOSECONDS_PER_SECOND,
    bootNs: clock.bootNs,
    seed0: seeds.getBigUint64(0, true),
    seed1: seeds.getBigUint64(8, true),
  });
  for (let number = 0; number < abi.CALLS; number++) {
    const at = abi.KERNEL_BOOT_AREA + abi.SysTable.fields.entries.offset + 8 * number;
    kernel.view.setBigUint64(at, BigInt(CALLS_BASE + number), true);
  }
}
