/*
 * Sleeps for a minute. The machine has nothing to do meanwhile, and arms its timer for the end of the minute only.
 */
import { SECOND, sleep } from "rumpk";

export function main(_args: string[]): i32 {
  sleep(60 * SECOND);
  return 0;
}
