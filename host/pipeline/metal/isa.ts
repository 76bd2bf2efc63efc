/*
 * The three instruction sets of metal, the Linux process, and how C is compiled for them.
 */
import { inRoot } from "../paths.js";

export type Isa = "riscv64" | "aarch64" | "x86_64";

export const ISAS: Isa[] = ["riscv64", "aarch64", "x86_64"];

/** What an image can be built for: a bare machine, or a Linux process on x86_64. */
export type Platform = Isa | "linux" | "linux-sanitized";

const LINUX = ["-target", "x86_64-unknown-linux-gnu", "-mcmodel=small", "-msse4.1"];

const TARGETS: Record<Platform, string[]> = {
  // Without -mno-strict-align every unaligned load becomes a loop over bytes.
  riscv64: [
    "-target",
    "riscv64-unknown-none-elf",
    "-march=rv64gc_zba_zbb_zbs",
    "-mabi=lp64d",
    "-mcmodel=medany",
    "-mno-strict-align",
  ],
  aarch64: ["-target", "aarch64-none-elf", "-mno-outline-atomics"],
  x86_64: ["-target", "x86_64-none-elf", "-mno-red-zone", "-mcmodel=small", "-msse4.1"],
  linux: LINUX,
  "linux-sanitized": LINUX,
};

const COMMON = [
  ...["-ffreestanding", "-nostdlibinc", "-fno-pic", "-fno-stack-protector", "-fno-math-errno", "-ffp-contract=off"],
  ...[
    "-fomit-frame-pointer",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-ffunction-sections",
    "-fdata-sections",
    "-fstack-usage",
    "-g",
  ],
];

/** Flags for all C and assembly. Names in debug information are relative to the repository. */
export function compilerFlags(platform: Platform): string[] {
  return [...TARGETS[platform], ...COMMON, `-ffile-prefix-map=${inRoot()}=.`];
}

/**
 * Flags for the output of wasm2c: guard pages check accesses, and FORCE_READ, which __GNUC__ enables, is unwanted.
 */
export const GENERATED_FLAGS = ["-w", "-U__GNUC__", "-DWASM_RT_MEMCHECK_GUARD_PAGES=1"];

/**
 * On aarch64 and riscv64 -Oz outlines code that several functions share, even prologues, into separate functions, which
 * belong to no source line. Only releases use it.
 */
export const OUTLINING: Platform[] = ["aarch64", "riscv64"];
export const NO_OUTLINING = "-mno-outline";

/** The optimization level for the output of wasm2c, by the goal in a cell's manifest. */
export const GENERATED_LEVEL = { speed: "-O3", size: "-Oz" };

/**
 * The kernel's level. With -O2 its code would be a third bigger, and the smallest image over its 64 KiB; the price is
 * 11 % more instructions for a message from cell to cell than with -O2 or -Os.
 */
export const KERNEL_FLAGS = ["-Oz", "-fno-slp-vectorize"];

/**
 * That of the simulated board, which is no cell: hal/linux/simulated.c has its memory and ends the machine on a trap.
 */
export const BOARD_FLAGS = [
  "-Oz",
  ...["allocate_memory", "free_memory", "trap"].map((name) => `-Dwasm_rt_${name}=simulated_${name}`),
];

/**
 * Bytes of a cell's stack that hal/ reserves for the kernel's calls; the build checks that they are enough. On Linux
 * the clock's function is Linux's own, and the sanitizers make every frame bigger.
 */
export function kernelStackNeed(platform: Platform): number {
  if (platform === "linux-sanitized") return 16384;
  return platform === "linux" ? 4096 : 2048;
}

/** Flags for the sources of hal/ and boot/: for size, which costs 5 % of the instructions of a restart. */
export function halFlags(platform: Platform): string[] {
  const size = ["-Oz", "-fno-vectorize", "-fno-slp-vectorize"];
  return [...size, "-std=gnu17", "-Wall", "-Wextra", `-DKERNEL_STACK_NEED=${kernelStackNeed(platform)}`];
}
