/*
 * Runs a system under the wasmtime command, as a child with this process's own standard input and output: the machine
 * in Wasm finds out by itself whether that is a terminal. The terminal is raw meanwhile, and restored however the child
 * ends.
 *
 * WASI passes on exit statuses up to 125. For a larger one the machine writes a line `rumpk: status N` on standard
 * error, which is removed here.
 */
import { ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { UserError } from "../pipeline/errors.js";
import { shown } from "../pipeline/paths.js";
import { findWasmtime } from "../pipeline/wasmtime/install.js";
import type { WasmtimeSystem } from "../pipeline/wasmtime/wasmtime-system.js";
import type { Folder } from "../node/index.js";
import { splitOutput } from "../node/rim/split.js";
import { holdTerminal } from "./signals.js";

const STATUS_LINE = /^rumpk: status (\d+)\n$/;
/** Tells the machine to leave its output escaped: both streams share one pipe, in order. */
const WIRE_KEPT = "wire=kept";
/** WASI's largest status; larger ones are wasmtime's own. */
const STATUS_MAX = 125;
/** The engine's stack: four times the limit for the cells' depth (pipeline/passes/contain/frames.ts). */
const ENGINE_STACK = 4 << 20;

/** The command that runs a built system with these folders; `words` are the kernel's command line. */
export function wasmtimeCommand(systemJson: string, words: string[], folders: Folder[]): string[] {
  const { preloads, main } = JSON.parse(readFileSync(systemJson, "utf8")) as WasmtimeSystem;
  const modules = preloads.flatMap(({ name, path }) => ["--preload", `${name}=${shown(path)}`]);
  const given = folders.flatMap(({ host, guest }) => ["--dir", `${host}::${guest}`]);
  return ["wasmtime", "run", "-W", `max-wasm-stack=${ENGINE_STACK}`, ...given, ...modules, shown(main), ...words];
}

/** The same as a line to paste into a shell here. */
export function printedCommand(systemJson: string, words: string[], folders: Folder[]): string {
  const quoted = (word: string) => (/^[\w./=+:,@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return wasmtimeCommand(systemJson, words, folders).map(quoted).join(" ");
}

/** Runs the system; returns its exit status. */
export async function runOnWasmtime(systemJson: string, words: string[], folders: Folder[]): Promise<number> {
  const { program } = findWasmtime();
  const { stdout } = process;
  let running: ChildProcess | undefined;
  const held = holdTerminal({
    end: (status) => process.exit(status),
    stop: () => void running?.kill("SIGSTOP"),
    goOn: () => void running?.kill("SIGCONT"),
    leave: () => void running?.kill("SIGKILL"),
  });
  const { interactive } = held;
  const size = interactive && stdout.columns ? [`uart.columns=${stdout.columns}`, `uart.rows=${stdout.rows}`] : [];
  const [, ...args] = wasmtimeCommand(systemJson, [...(interactive ? size : [WIRE_KEPT]), ...words], folders);
  const child = spawn(program, args, { stdio: ["inherit", interactive ? "inherit" : "pipe", "pipe"] });
  running = child;
  const written = child.stdout ? splitTo(child.stdout) : undefined;
  const diagnostics = passOn(child.stderr!, interactive);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    await written;
    return diagnostics.status() || checked(status);
  } finally {
    held.release();
  }
}

/**
 * Splits the driver's wire into this process's output and error; resolves when everything is written. Errors come from
 * one of them and end the command (main.ts).
 */
async function splitTo(wire: Readable): Promise<void> {
  await pipeline(wire, splitOutput(process.stdout, process.stderr)).catch(() => undefined);
}

/** Forwards the child's standard error, line by line, except for the status. */
function passOn(stream: NodeJS.ReadableStream, raw: boolean): { status(): number } {
  let [rest, status] = ["", 0];
  const write = (text: string): void => {
    const said = STATUS_LINE.exec(text);
    if (said) status = Number(said[1]);
    else if (text) process.stderr.write(raw ? text.replace(/\n$/, "\r\n") : text);
  };
  stream.on("data", (bytes: Buffer) => {
    const lines = (rest + bytes.toString()).split(/(?<=\n)/);
    rest = lines.at(-1)!.endsWith("\n") ? "" : lines.pop()!;
    lines.forEach(write);
  });
  stream.on("end", () => write(rest));
  return { status: () => status };
}

/** The child's own status; one that no system can have is an error of the machine. */
function checked(status: number | null): number {
  if (status !== null && status <= STATUS_MAX) return status;
  throw new MachineFailed(`wasmtime ended with ${status ?? "a signal"}; what it said stands above`);
}

/** wasmtime failed, not the system. */
class MachineFailed extends UserError {
  override status = 1;
}
