/*
 * Starts the program that its argument names and waits for its end. The `may-give` in its own manifest has no effect,
 * because it was not started at boot.
 */
import { spawn } from "rumpk";

export function main(args: string[]): i32 {
  return spawn(args[0], args.slice(1)).join().status;
}
