/*
 * Every instance restores the count that the previous one saved, saves the next, and faults, until the count is three,
 * which is its exit status.
 */
import { console, flush } from "rumpk";
import { checkpoint, meta } from "rumpk/raw";
import { META_RESTORE } from "abi/calls";

const state = memory.data(8);

export function main(args: string[]): i32 {
  const found = meta(META_RESTORE, state, 8, 0);
  const count = found < 0 ? 0 : load<i32>(state);
  console.log(found < 0 ? "cold start" : "restored " + count.toString());
  if (count == 3) return 3;
  store<i32>(state, count + 1);
  checkpoint(state, 4);
  flush();
  store<u8>(<usize>-16, 0);
  return 1;
}
