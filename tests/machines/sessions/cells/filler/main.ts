/*
 * Starts copies of itself until there is no room for another, and ends, with status 0 if it got that far. One of them,
 * the keeper, also takes places that become free later, including the first one's. They outlive it, and wait until they
 * are killed. None of them has a channel, so that only the table of cells gets full.
 */
import { MILLISECOND, sleep, sleepUntil, spawn } from "rumpk";
import { NEVER } from "rumpk/abi";

/** More than there can be. */
const MANY: i32 = 64;
const PAUSE: i64 = 10 * MILLISECOND;

export function main(args: string[]): i32 {
  if (args.length == 0) return fill();
  while (args[0] == "keeper") {
    spawn("filler", ["copy"]);
    sleep(PAUSE);
  }
  sleepUntil(NEVER);
  return 0;
}

function fill(): i32 {
  let copies = spawn("filler", ["keeper"]).error < 0 ? MANY : 0;
  while (copies < MANY && spawn("filler", ["copy"]).error == 0) copies++;
  return copies > 0 && copies < MANY ? 0 : 1;
}
