/*
 * Reads its device, pledges it away, and reads it again: the window disappears within the call, and the access is a
 * fault. Before that it shows that promises do not come back. With the argument "outside" it reads past the end
 * instead.
 */
import { console, flush } from "rumpk";
import { meta, pledge } from "rumpk/raw";
import { load8 } from "rumpk/mmio";
import { LOOKUP_DEVICE, META_LOOKUP, META_PROMISES, META_RING } from "abi/calls";
import { PROMISE_DEVICE, SPECTRUM_SHIFT } from "abi/promise";

/** META_PROMISES returns the spectrum one bit lower than pledge takes it. */
function ownPromises(): i64 {
  const answer = meta(META_PROMISES, 0, 0, 0);
  const spectrum = answer >> (SPECTRUM_SHIFT - 1);
  return (answer & ((1 << (SPECTRUM_SHIFT - 1)) - 1)) | (spectrum << SPECTRUM_SHIFT);
}

export function main(args: string[]): i32 {
  const slot = <i32>meta(META_LOOKUP, LOOKUP_DEVICE, 0, 0);
  const length = <u32>meta(META_RING, slot, 0, 0);
  console.log("device: " + (load8(0, 0) > 0 ? "read" : "empty"));
  const all = ownPromises();
  const fewer = all & ~(<i64>PROMISE_DEVICE);
  console.log("pledge: " + pledge(fewer).toString());
  console.log("pledge more: " + pledge(all).toString());
  console.log("lookup: " + meta(META_LOOKUP, LOOKUP_DEVICE, 0, 0).toString());
  flush();
  console.log("read " + load8(0, args.includes("outside") ? length : 0).toString());
  return 0;
}
