/*
 * Runs an image that is a program of Linux, as a child with this process's own standard input and output. The program
 * sets the terminal raw itself and gives it back; it is done here too, so that it is given back however the child ends.
 */
import { spawn } from "node:child_process";

import { UserError } from "../build/errors.js";
import { shown } from "../build/paths.js";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Runs the program; answers the system's exit status. */
export async function runOnLinux(program: string, memoryMiB: number, words: string[]): Promise<number> {
  const { stdin } = process;
  const interactive = stdin.isTTY === true;
  if (interactive) stdin.setRawMode(true);
  const child = spawn(program, [`memory=${memoryMiB}`, ...words], { stdio: "inherit" });
  const handlers = SIGNALS.map((name) => [name, () => void child.kill(name)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status, signal) => {
        if (status !== null) resolve(status);
        else reject(new UserError(`${shown(program)} was ended by ${signal}`));
      });
    });
  } finally {
    for (const [name, handler] of handlers) process.off(name, handler);
    if (interactive) stdin.setRawMode(false);
  }
}
