/*
 * Sleeps until the time in its first argument, in nanoseconds since boot. Status 1 when that time had already passed.
 */
import { now, sleepUntil } from "rumpk";

export function main(args: string[]): i32 {
  const deadline = I64.parseInt(args[0]);
  if (now() >= deadline) return 1;
  sleepUntil(deadline);
  return 0;
}
