/*
 * Starts the cells named by `run=NAME,NAME...` one after the other, and prints for each the errno that spawn returned,
 * or the status with which it ended, 128 + cause for a fault.
 */
import { console, spawn } from "rumpk";

export function main(args: string[]): i32 {
  for (let i = 0; i < args.length; i++) {
    if (!args[i].startsWith("run=")) continue;
    const names = args[i].substring(4).split(",");
    for (let n = 0; n < names.length; n++) console.log(names[n] + " " + ended(names[n]).toString());
  }
  return 0;
}

function ended(name: string): i32 {
  const child = spawn(name);
  if (child.error < 0) return child.error;
  const end = child.join();
  child.close();
  return end.cause != 0 ? 128 + <i32>end.cause : end.status;
}
