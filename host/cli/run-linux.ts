/*
 * Runs an image that is a program of Linux, as a child with this process's own standard input and output. The program
 * finds the terminal raw and leaves it alone, so that it is given back here however the child ends.
 */
import { ChildProcess, spawn } from "node:child_process";

import { UserError } from "../pipeline/errors.js";
import { shown } from "../pipeline/paths.js";
import { holdTerminal, statusOf } from "./signals.js";

/** Runs the program; answers the system's exit status. */
export async function runOnLinux(program: string, memoryMiB: number, words: string[]): Promise<number> {
  let child: ChildProcess | undefined;
  const held = holdTerminal({
    end: (_status, signal) => void child?.kill(signal),
    stop: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    leave: () => void child?.kill("SIGKILL"),
  });
  const running = spawn(program, [`memory=${memoryMiB}`, ...words], { stdio: "inherit" });
  child = running;
  try {
    return await new Promise((resolve, reject) => {
      running.on("error", reject);
      running.on("close", (status, signal) => {
        // A signal that came before the program listened.
        const ended = status ?? statusOf(signal!);
        if (ended !== undefined) resolve(ended);
        else reject(new UserError(`${shown(program)} was ended by ${signal}`));
      });
    });
  } finally {
    held.release();
  }
}
