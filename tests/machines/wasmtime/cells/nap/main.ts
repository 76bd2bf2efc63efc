/*
 * Sleeps for a fifth of a second, so that several instances run at the same time.
 */
import { MILLISECOND, sleep } from "rumpk";

export function main(args: string[]): i32 {
  sleep(200 * MILLISECOND);
  return 0;
}
