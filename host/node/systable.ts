/*
 * Hands the machine's description to the kernel: SysTable and device tree, at the places in the kernel's memory that
 * assembly/abi/systable.ts names.
 */
import { randomBytes } from "node:crypto";
import * as abi from "../abi.js";
import { RAM_BASE, RAM_SIZE } from "./board.js";
import type { Clock } from "./clock.js";
import { MachineError } from "./errors.js";
import { CALLS_BASE, type Kernel } from "./kernel.js";
import { writeRecord } from "./record.js";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Writes SysTable and device tree into the kernel's memory. Throws a MachineError when the tree is too long. */
export function writeSysTable(kernel: Kernel, tree: Uint8Array, clock: Clock): void {
  if (tree.length > abi.KERNEL_FDT_MAX) throw new MachineError("the command line is too long for the device tree");
  kernel.memory.set(tree, abi.KERNEL_FDT);
  const seeds = new DataView(new Uint8Array(randomBytes(16)).buffer);
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
