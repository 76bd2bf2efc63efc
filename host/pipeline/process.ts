/*
 * Child processes of the build. Output is collected and returned, never mixed into the terminal; with --verbose every
 * command and its output goes to build/log.
 */
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";

import { UserError } from "./errors.js";
import { BUILD, inBuild } from "./paths.js";
import { missingTool } from "./tools.js";

export interface Finished {
  status: number;
  stdout: string;
  stderr: string;
}

let logging = false;

/** Starts a new build/log; from now on commands are written there. */
export function logCommands(): void {
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(inBuild("log"), "");
  logging = true;
}

/** Writes a command and its output to build/log, if logging is on. */
export function logCommand(words: string[], { stdout, stderr }: Finished): void {
  if (logging) appendFileSync(inBuild("log"), `$ ${words.join(" ")}\n${stdout}${stderr}`);
}

/** Runs a program to its end. A missing program is a UserError; any exit status is returned. */
export function run(program: string, args: string[], options: { cwd?: string } = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on("data", (bytes: Buffer) => parts.stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => parts.stderr.push(bytes));
    child.on("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? missingTool(program) : error));
    child.on("close", (code) => {
      const done = {
        status: code ?? 1,
        stdout: Buffer.concat(parts.stdout).toString(),
        stderr: Buffer.concat(parts.stderr).toString(),
      };
      logCommand([program, ...args], done);
      resolve(done);
    });
  });
}

/** Runs a program that must succeed; otherwise its output is the error. */
export async function runChecked(program: string, args: string[], options: { cwd?: string } = {}): Promise<Finished> {
  const done = await run(program, args, options);
  if (done.status === 0) return done;
  throw new UserError((done.stderr + done.stdout).trimEnd() || `${program} failed with status ${done.status}`);
}
