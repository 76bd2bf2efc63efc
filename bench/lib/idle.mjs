/*
 * Timer interrupts of a machine that is idle for 60 seconds of virtual time. The cell cells/idle sleeps for a minute
 * and ends; QEMU logs every interrupt. All timer interrupts of the whole run count, boot included, except the one that
 * ends the minute.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBench } from "./build.mjs";
import { runImage } from "./qemu.mjs";

/** What QEMU logs, and the lines that are the kernel's timer interrupts. */
export const TRACES = {
  // Interrupt 5 of S-mode, by its exception log.
  riscv64: { args: ["-d", "int"], line: /async:1, cause:0*5,/g },
  // Interrupt 27, the virtual timer's, as its controller delivers it.
  aarch64: { args: ["-trace", "gic_acknowledge_irq"], line: /gic_acknowledge_irq .*irq 27\b/g },
  // The vector of hal/arch/x86_64.
  x86_64: { args: ["-d", "int"], line: /Servicing hardware INT=0x50\b/g },
};

/** Their number, which is 0 for a tickless kernel. */
export async function timerInterrupts(isa) {
  const { args, line } = TRACES[isa];
  const folder = mkdtempSync(join(tmpdir(), "rumpk-bench-"));
  try {
    const log = join(folder, "interrupts");
    await runImage(isa, await buildBench(isa, "idle"), { words: ["uart.console=pipe"], more: [...args, "-D", log] });
    const found = readFileSync(log, "utf8").match(line)?.length ?? 0;
    if (found === 0)
      throw new Error(`${isa}: QEMU wrote down no timer interrupt, not even the one that ends the minute`);
    return found - 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
