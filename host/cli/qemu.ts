/*
 * The QEMU command for each instruction set, and how the guest returns its exit status, 0 to 255 on all three:
 *
 *   riscv64   the value written to sifive_test is QEMU's own exit status
 *   aarch64   semihosting (SYS_EXIT_EXTENDED) is QEMU's own exit status
 *   x86_64    one byte on the debug console, port 0xe9, in a file; isa-debug-exit then ends QEMU
 *
 * On x86_64 the machine is microvm without ACPI, which starts in a third of the time of q35.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Isa } from "../pipeline/metal/isa.js";

export interface QemuOptions {
  memoryMiB: number;
  /** One nanosecond per instruction: every run is the same. */
  icount: boolean;
  /** Wait for gdb on this TCP port. */
  gdbPort?: number;
  /** The kernel's command line. */
  words: string[];
}

export interface QemuCommand {
  program: string;
  args: string[];
  /** The guest's status from QEMU's status and diagnostics, or undefined when QEMU itself failed. */
  status(exit: number | null, diagnostics: string): number | undefined;
  /** Removes temporary files. */
  clean(): void;
}

const COMMON = [
  "-display",
  "none",
  "-monitor",
  "none",
  "-nodefaults",
  "-no-user-config",
  "-serial",
  "stdio",
  "-no-reboot",
];

/** The command that boots `elf`. */
export function qemuCommand(isa: Isa, elf: string, options: QemuOptions): QemuCommand {
  const program = `qemu-system-${isa}`;
  const words = [...options.words];
  const args = [...COMMON, "-m", `${options.memoryMiB}M`, "-kernel", elf];
  if (options.icount) args.push("-icount", "shift=0,sleep=off");
  if (options.gdbPort) args.push("-S", "-gdb", `tcp:127.0.0.1:${options.gdbPort}`);
  if (isa === "x86_64") return x86Command(program, args, words);
  if (isa === "aarch64") {
    args.push("-M", "virt", "-cpu", "cortex-a57", "-semihosting-config", "enable=on,target=native");
    words.push("exit=semihosting");
  } else {
    args.push("-M", "virt", "-bios", "none");
  }
  args.push("-append", words.join(" "));
  const status = (exit: number | null, diagnostics: string) =>
    exit === null || (exit === 1 && diagnostics.includes(`${program}:`)) ? undefined : exit;
  return { program, args, status, clean: () => undefined };
}

function x86Command(program: string, args: string[], words: string[]): QemuCommand {
  const folder = mkdtempSync(join(tmpdir(), "rumpk-"));
  const file = join(folder, "status");
  args.push("-M", "microvm,acpi=off,rtc=on", "-cpu", "max", "-device", "isa-debug-exit,iobase=0x501,iosize=1");
  args.push("-chardev", `file,id=status,path=${file}`, "-device", "isa-debugcon,iobase=0xe9,chardev=status");
  args.push("-append", [...words, "exit=debugcon"].join(" "));
  return {
    program,
    args,
    status: () => (existsSync(file) ? readFileSync(file).at(-1) : undefined),
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
}
