/*
 * The SysTable: how the program that booted the machine describes it to the kernel. 240 bytes, little endian.
 *
 *     0  magic | version | arch
 *     8  five ring addresses; 0 where there is none
 *    48  thirteen entry points: addresses on metal, table indices on hosts
 *   152  eleven words
 *
 * Before it calls boot(systable) the machine copies the table to KERNEL_BOOT_AREA in the kernel's
 * memory and the packed device tree behind it, at KERNEL_FDT, and sets the copy's `fdt` to that.
 */

import { CALLS } from "./calls";

/** "NXUS". */
export const SYSTABLE_MAGIC: u32 = 0x4e585553;
/** Bytes of the table. */
export const SYSTABLE_SIZE: u32 = 240;
/** arch: Node, or another host of plain WebAssembly. */
export const ARCH_WASM: u32 = 0;
/** arch: RISC-V 64. */
export const ARCH_RISCV64: u32 = 1;
/** arch: ARM64. */
export const ARCH_AARCH64: u32 = 2;
/** arch: x86_64. */
export const ARCH_X86_64: u32 = 3;

/** Pages of 64 KiB of the kernel's memory. */
export const KERNEL_PAGES: u32 = 96;
/** Where the machine puts the SysTable in the kernel's memory: the last 128 KiB. */
export const KERNEL_BOOT_AREA: u32 = 0x5e0000;
/** Where the machine puts the packed device tree in the kernel's memory. */
export const KERNEL_FDT: u32 = 0x5e1000;
/** Largest packed device tree, in bytes. */
export const KERNEL_FDT_MAX: u32 = 0x1f000;
/** Entries of the kernel's function table. */
export const KERNEL_TABLE: u32 = 64;
/** Most bytes in one hal copy. */
export const COPY_MAX: u32 = 65536;
/** window_map: bit of the base that says I/O ports (x86). */
export const WINDOW_IO_PORTS: i64 = -0x8000000000000000;
/** Device windows of one cell. */
export const WINDOWS_MAX: u32 = 4;

/** The table. */
@unmanaged
export class SysTable {
  /** SYSTABLE_MAGIC. */
  magic: u32;
  /** ABI_VERSION. */
  version: u16;
  /** ARCH_... */
  arch: u16;
  /** Ring kernel to application. */
  ringRx: u64;
  /** Ring application to kernel. */
  ringTx: u64;
  /** Event ring. */
  ringEvent: u64;
  /** Command ring. */
  ringCmd: u64;
  /** Input ring. */
  ringInput: u64;
  /** Entry points of the calls, by number. */
  @words(CALLS)
  entries: words;
  /** Guest window: physical base, 0 for none. */
  ionBase: u64;
  /** Guest window: bytes. */
  ionSize: u64;
  /** First byte of RAM. */
  ramBase: u64;
  /** Bytes of RAM. */
  ramSize: u64;
  /** Flattened device tree. */
  fdt: u64;
  /** Usable cores, a bit each. */
  cpuMask: u64;
  /** Ticks of the machine's timer per second. */
  timerHz: u64;
  /** Real time at boot, in nanoseconds since 1970-01-01 UTC. */
  bootNs: u64;
  /** Random, zeroed once read. */
  seed0: u64;
  /** Random, zeroed once read. */
  seed1: u64;
  /** 0. */
  flags: u64;
}
