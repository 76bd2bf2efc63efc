/*
 * The programs that are not on npm: for each its Debian package and what needs it. Missing ones are reported with the
 * command that installs them.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

import { UserError } from "./errors.js";

export interface Tool {
  /** The program on PATH, or the path of a file. */
  program: string;
  debianPackage: string;
  /** Its purpose, as the doctor prints it. */
  use: string;
  /** Every build needs it, even for Node. */
  always?: boolean;
}

const SANITIZER_RUNTIME = "/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.asan-x86_64.a";

export const TOOLS: Tool[] = [
  { program: "clang-19", debianPackage: "clang-19", use: "build for metal; C libraries in cells", always: true },
  { program: "ld.lld-19", debianPackage: "lld-19", use: "build for metal" },
  { program: "wasm-ld-19", debianPackage: "lld-19", use: "build: C libraries in cells", always: true },
  { program: "llvm-objdump-19", debianPackage: "llvm-19", use: "build for metal: check of the kernel's stack" },
  { program: "llvm-dwarfdump-19", debianPackage: "llvm-19", use: "build for metal: places of faults" },
  { program: "llvm-nm-19", debianPackage: "llvm-19", use: "build for metal: places of faults" },
  { program: "llvm-objcopy-19", debianPackage: "llvm-19", use: "build for metal: places of faults; build --output" },
  { program: SANITIZER_RUNTIME, debianPackage: "libclang-rt-19-dev", use: "build for Linux: --sanitize" },
  { program: "apt-get", debianPackage: "apt", use: "build: fetch libfdt, libsodium", always: true },
  { program: "xz", debianPackage: "xz-utils", use: "build: unpack what was fetched", always: true },
  { program: "tar", debianPackage: "tar", use: "build: unpack what was fetched", always: true },
  { program: "cargo", debianPackage: "cargo", use: "test: peers that come from crates.io; wasmtime" },
  { program: "qemu-system-riscv64", debianPackage: "qemu-system-misc", use: "run --on riscv64" },
  { program: "qemu-system-aarch64", debianPackage: "qemu-system-arm", use: "run --on aarch64" },
  { program: "qemu-system-x86_64", debianPackage: "qemu-system-x86", use: "run --on x86_64" },
  { program: "gdb-multiarch", debianPackage: "gdb-multiarch", use: "run --debug" },
  { program: "clang-format-19", debianPackage: "clang-format-19", use: "test: format of C" },
  { program: "spin", debianPackage: "spin", use: "test: model of the ring" },
  { program: "script", debianPackage: "bsdutils", use: "test: sessions on a terminal" },
];

/** Whether a program is on PATH, or a file exists. */
export function isInstalled(program: string): boolean {
  if (isAbsolute(program)) return existsSync(program);
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The error for a missing program, with the command that installs it. */
export function missingTool(program: string): UserError {
  const debianPackage = TOOLS.find((tool) => tool.program === program)?.debianPackage ?? program;
  return new UserError(`${program} is missing; install it with: sudo apt-get install ${debianPackage}`);
}
