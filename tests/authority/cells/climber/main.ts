/*
 * Starts the program that its argument names and waits for its end. That its own manifest has `may-give` is worth
 * nothing: it was not started at boot.
 */
import { spawn } from "rumpk";

export function main(args: string[]): i32 {
  return spawn(args[0], args.slice(1)).join().status;
}
