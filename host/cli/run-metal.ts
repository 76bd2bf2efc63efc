/*
 * Runs an image under QEMU. This process owns the terminal; QEMU has pipes. Standard output carries only the guest's
 * output; the guest's error output and QEMU's own messages go to standard error.
 */
import { ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Transform } from "node:stream";

import { UserError } from "../pipeline/errors.js";
import { Isa } from "../pipeline/metal/isa.js";
import { shown } from "../pipeline/paths.js";
import { missingTool } from "../pipeline/tools.js";
import { QemuCommand, QemuOptions, qemuCommand } from "./qemu.js";
import { splitOutput } from "../node/rim/split.js";
import { WIRE_CLOSE, WIRE_OPEN, escapeInput } from "../node/wire.js";
import { consoleWords, openTerminal } from "./terminal.js";

/** Runs the image; returns the guest's exit status. */
export async function runOnMetal(isa: Isa, elf: string, options: QemuOptions): Promise<number> {
  let child: ChildProcessWithoutNullStreams | undefined;
  let command: QemuCommand | undefined;
  const terminal = openTerminal({
    leave() {
      child?.kill("SIGKILL");
      command?.clean();
    },
    stop: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
  });
  try {
    command = qemuCommand(isa, elf, { ...options, words: [...consoleWords(terminal), ...options.words] });
    if (options.gdbPort) {
      const gdb = `gdb-multiarch ${shown(elf)} -ex "target remote :${options.gdbPort}"`;
      process.stderr.write(`waiting for gdb: ${gdb}${terminal.interactive ? "\r\n" : "\n"}`);
    }
    child = spawn(command.program, command.args);
    const wire = terminal.interactive ? terminal.input : terminal.input.pipe(wireInput());
    child.stdin.on("error", () => undefined);
    wire.pipe(child.stdin, { end: false });
    return await finished(child, command, terminal.interactive);
  } finally {
    terminal.close();
    command?.clean();
  }
}

/** Forwards output until QEMU has ended; returns the guest's status. */
function finished(child: ChildProcessWithoutNullStreams, command: QemuCommand, raw: boolean): Promise<number> {
  let diagnostics = "";
  const output = raw ? process.stdout : splitOutput(process.stdout, process.stderr);
  // The error is from standard output or error, which end the command (main.ts).
  output.on("error", () => undefined);
  child.stdout.pipe(output, { end: false });
  child.stderr.on("data", (bytes: Buffer) => {
    diagnostics += bytes.toString();
    process.stderr.write(raw ? bytes.toString().replaceAll("\n", "\r\n") : bytes);
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? missingTool(command.program) : error);
    });
    child.on("close", async (exit, signal) => {
      await new Promise((written) => output.write("", written));
      const status = signal ? undefined : command.status(exit, diagnostics);
      if (status !== undefined) return resolve(status);
      reject(new QemuError(`${command.program} ended without the guest's status (${signal ?? `its own is ${exit}`})`));
    });
  });
}

/** QEMU failed, not the guest. */
class QemuError extends UserError {
  override status = 1;
}

/** Input that is not from a terminal, as it goes over the wire: fill, escaped bytes, the end. */
function wireInput(): Transform {
  const wire = new Transform({
    transform: (bytes: Buffer, _encoding, done) => done(null, escapeInput(bytes)),
    flush: (done) => done(null, WIRE_CLOSE),
  });
  wire.push(WIRE_OPEN);
  return wire;
}
