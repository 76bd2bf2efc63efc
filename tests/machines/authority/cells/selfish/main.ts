/*
 * Gets its own client's end, which makes it its own client, and tells the kernel that the client lacks a promise. Ends
 * with the kernel's answer.
 */
import { META_DENY } from "abi/calls";
import { PROMISE_RPATH } from "abi/promise";
import { EVENT_CONNECTED, EVENT_GRANT } from "abi/event";
import { meta, recv } from "rumpk/raw";

const message = memory.data(64, 8);
const path = memory.data<u8>([0x2f, 0x78]);

/** The slot of the next event of this kind. */
function slotOf(kind: u32): i32 {
  do recv(0, message, 64, 0);
  while (load<u32>(message) != kind);
  return load<i32>(message, 4);
}

export function main(args: string[]): i32 {
  const slot = slotOf(EVENT_CONNECTED);
  recv(slot, message, 64, 0);
  slotOf(EVENT_GRANT);
  return <i32>meta(META_DENY, slot, PROMISE_RPATH, ((<i64>2) << 32) | path);
}
