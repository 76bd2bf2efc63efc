/*
 * Makes as many checkpoints as its argument says, without a pause. The kernel reports each to the ledger, which runs
 * only when others are idle; a flood from a higher spectrum keeps it from reading the event ring.
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
