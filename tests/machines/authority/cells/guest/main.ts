/*
 * Says that it runs, which only a verified package can, and keeps running.
 */
import { NEVER } from "abi/calls";
import { console, flush } from "rumpk";
import { wait } from "rumpk/raw";

export function main(args: string[]): i32 {
  console.log("guest: as it was signed");
  flush();
  while (true) wait(0, NEVER);
}
