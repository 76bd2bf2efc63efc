/*
 * One build at a time: all processes in this repository share build/, and a half-written file must never be taken for a
 * product. The lock is a file with the process id of its owner; the lock of a dead process does not count.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { BUILD, inBuild } from "./paths.js";

const POLL_MS = 50;

/** Runs `work` while no other process builds, or holds the lock `name`. */
export async function exclusively<T>(work: () => Promise<T>, name = "lock"): Promise<T> {
  const lock = inBuild(name);
  mkdirSync(BUILD, { recursive: true });
  while (!take(lock)) await sleep(POLL_MS);
  const release = () => rmSync(lock, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!ownerLives(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** A lock without a number is new: its owner is about to write it. */
function ownerLives(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    if (owner) process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
