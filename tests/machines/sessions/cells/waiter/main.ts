/*
 * Says that it is waiting, and sleeps until it is killed.
 */
import { SECOND, console, sleep } from "rumpk";

export function main(args: string[]): i32 {
  console.log("waiting");
  while (true) sleep(SECOND);
}
