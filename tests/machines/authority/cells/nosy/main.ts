/*
 * Says which parts of its manifest it was given.
 */
import { LOOKUP_CELLS, META_LOOKUP } from "abi/calls";
import { console } from "rumpk";
import { meta } from "rumpk/raw";

function has(what: i32): string {
  return meta(META_LOOKUP, what, 0, 0) < 0 ? "no" : "yes";
}

export function main(args: string[]): i32 {
  console.log("all cells " + has(LOOKUP_CELLS) + "; port " + has(0x7100));
  return 0;
}
