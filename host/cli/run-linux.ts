/*
 * Runs an image that is a Linux program, as a child with this process's own standard input and output. The terminal is
 * already raw, and the program leaves it alone, so that this process restores it however the child ends.
 */
import { ChildProcess, spawn } from "node:child_process";

import { UserError } from "../pipeline/errors.js";
import { shown } from "../pipeline/paths.js";
import type { Folder } from "../node/index.js";
import { holdTerminal, statusOf } from "./signals.js";

export interface LinuxOptions {
  memoryMiB: number;
  /** The kernel's command line. */
  words: string[];
  /** Folders that the system may use. */
  folders: Folder[];
  /** File that is the system's disk. */
  disk: string | undefined;
}

/** Runs the program; returns the system's exit status. */
export async function runOnLinux(program: string, { memoryMiB, words, folders, disk }: LinuxOptions): Promise<number> {
  const files = [
    ...folders.map(({ host, guest }) => `dir=${host}:${guest}`),
    ...(disk === undefined ? [] : [`disk=${disk}`]),
  ];
  let child: ChildProcess | undefined;
  const held = holdTerminal({
    end: (_status, signal) => void child?.kill(signal),
    stop: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    leave: () => void child?.kill("SIGKILL"),
  });
  const running = spawn(program, [`memory=${memoryMiB}`, ...files, ...words], { stdio: "inherit" });
  child = running;
  try {
    return await new Promise((resolve, reject) => {
      running.on("error", reject);
      running.on("close", (status, signal) => {
        // A signal that arrived before the program handled it.
        const ended = status ?? statusOf(signal!);
        if (ended !== undefined) resolve(ended);
        else reject(new UserError(`${shown(program)} was ended by ${signal}`));
      });
    });
  } finally {
    held.release();
  }
}
