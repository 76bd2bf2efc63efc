/*
 * Makes checkpoints, as many as its argument says and without a pause: each time the kernel tells the ledger, which
 * runs on what others leave, so in a spectrum above it nobody reads the event ring meanwhile.
 */
import { console } from "rumpk";
import { checkpoint } from "rumpk/raw";

const state: usize = memory.data(8);

export function main(args: string[]): i32 {
  const count = args.length > 0 ? I32.parseInt(args[0]) : 0;
  for (let i = 0; i < count; i++) if (checkpoint(state, 8) < 0) return 1;
  console.log(count.toString() + " checkpoints");
  return 0;
}
