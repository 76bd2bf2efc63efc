/*
 * With the argument "read" or "write": copies what its parent lent it over the channel, and ends with the kernel's
 * answer. Without: accepts what it is granted, and sleeps.
 */
import { portSlot } from "rumpk";
import { COPY_TO_LENDER, META_COPY } from "abi/calls";
import { meta, recv } from "rumpk/raw";

/** The name of the channel between the two. */
const PORT: i32 = 0x7777;
/** Bytes to copy, and bytes of an event. */
const LENGTH: i64 = 8;
const EVENT_LENGTH: i32 = 32;

const bytes = memory.data(EVENT_LENGTH, 8);

export function main(args: string[]): i32 {
  const writes = args.includes("write");
  if (!writes && !args.includes("read")) while (true) recv(0, bytes, EVENT_LENGTH, 0);
  const what = portSlot(PORT) | (writes ? COPY_TO_LENDER : 0);
  return <i32>meta(META_COPY, what, 0, (LENGTH << 32) | (<i64>bytes));
}
