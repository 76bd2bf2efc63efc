/*
 * Starts the spinner, takes ten naps of 5 ms beside it and ends it. Each nap must end on time, give or take the turn of
 * one other cell.
 */
import { MILLISECOND, console, now, sleep, spawn } from "rumpk";

const NAPS: i32 = 10;
const NAP: i64 = 5 * MILLISECOND;
/** The spinner's turn, and a margin. */
const LATE: i64 = 4 * MILLISECOND;

export function main(args: string[]): i32 {
  const spinner = spawn("spinner", []);
  if (spinner.error < 0) return 1;
  let onTime = 0;
  for (let i = 0; i < NAPS; i++) {
    const end = now() + NAP;
    sleep(NAP);
    if (now() >= end && now() < end + LATE) onTime++;
  }
  spinner.kill();
  const end = spinner.join(i64.MAX_VALUE);
  console.log(onTime.toString() + " of " + NAPS.toString() + " naps on time; spinner ended by " + end.cause.toString());
  return 0;
}
