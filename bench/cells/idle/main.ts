/*
 * Sleeps for a minute. Meanwhile the machine is idle, and arms its timer only for the end of the minute.
 */
import { SECOND, sleep } from "rumpk";

export function main(_args: string[]): i32 {
  sleep(60 * SECOND);
  return 0;
}
