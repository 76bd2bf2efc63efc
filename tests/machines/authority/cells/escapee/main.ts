/*
 * The first instance narrows what its parent gave it, the second drops it, and each faults; the third prints where its
 * output goes.
 */
import { META_SELF } from "abi/calls";
import { PORT_CONSOLE_OUT } from "abi/port";
import { RIGHT_TICK } from "abi/rights";
import { console, flush, portSlot } from "rumpk";
import { mask, meta } from "rumpk/raw";

export function main(args: string[]): i32 {
  const generation = meta(META_SELF, 0, 0, 0) >> 16;
  console.log("instance " + generation.toString());
  flush();
  if (generation == 3) return 3;
  mask(portSlot(PORT_CONSOLE_OUT), generation == 1 ? RIGHT_TICK : 0);
  store<u8>(<usize>-16, 0);
  return 1;
}
