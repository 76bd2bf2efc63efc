/*
 * Runs an image under QEMU, with the command that `rumpk run` uses; returns its output and the time it took.
 */
import { spawn } from "node:child_process";
import { missingTool } from "../../build/host/pipeline/tools.js";
import { qemuCommand } from "../../build/host/cli/qemu.js";
import { createWireDecoder } from "../../build/host/node/wire.js";

const MEMORY_MIB = 128;
/** Limit against hangs, in milliseconds; not a measure. */
const LIMIT = 20 * 60_000;
const PIPE = "uart.console=pipe";

/**
 * Runs `elf` until it ends, or until its output contains `until`. Options: icount (an instruction is a nanosecond),
 * words (of the command line), more (arguments for QEMU). Resolves to { output, milliseconds } from the start of QEMU
 * to its end or to `until`.
 */
export function runImage(isa, elf, { icount = true, words = [], more = [], until } = {}) {
  const command = qemuCommand(isa, elf, { memoryMiB: MEMORY_MIB, icount, words });
  return new Promise((resolve, reject) => {
    let output = "";
    let reached;
    const start = performance.now();
    const decode = words.includes(PIPE) ? createWireDecoder() : (bytes) => [["output", bytes]];
    const child = spawn(command.program, [...command.args, ...more], { stdio: ["pipe", "pipe", "pipe"] });
    const watch = setTimeout(() => child.kill("SIGKILL"), LIMIT);
    let diagnostics = "";
    child.stderr.on("data", (bytes) => (diagnostics += bytes));
    child.stdout.on("data", (bytes) => {
      for (const [, piece] of decode(bytes)) output += Buffer.from(piece).toString("latin1");
      if (until === undefined || reached !== undefined || !output.includes(until)) return;
      reached = performance.now() - start;
      child.kill("SIGKILL");
    });
    child.on("error", (error) => reject(error.code === "ENOENT" ? missingTool(command.program) : error));
    child.on("close", (status, signal) => {
      const milliseconds = reached ?? performance.now() - start;
      clearTimeout(watch);
      command.clean();
      if (reached !== undefined || (until === undefined && !signal)) return resolve({ output, milliseconds });
      reject(
        new Error(`${elf} did not finish: ${diagnostics.trim() || output.trim().slice(-200) || "it printed nothing"}`),
      );
    });
  });
}
