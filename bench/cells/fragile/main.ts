/*
 * Answers every request with the same bytes. A request whose first byte is FAULT makes it store outside its memory,
 * which ends this instance.
 */
import { NEVER } from "abi/calls";
import { EVENT_CONNECTED, Event } from "abi/event";
import { recv, send, wait } from "rumpk/raw";

const FAULT: u8 = 0xff;
const SIZE: i32 = 60;
const event = memory.data(32, 8);
const buffer = memory.data(64, 8);

/** The client that connected, read from slot 0; -1 for any other event. */
function connected(): i32 {
  if (recv(0, event, <i32>offsetof<Event>(), 0) < 0) return -1;
  const record = changetype<Event>(event);
  return record.kind == EVENT_CONNECTED ? <i32>record.slot : -1;
}

export function main(args: string[]): i32 {
  let client = -1;
  while (true) {
    const ready = wait(1 | (client < 0 ? 0 : 1 << (<i64>client)), NEVER);
    if ((ready & 1) != 0) client = connected();
    else {
      const length = <i32>recv(client, buffer, SIZE, 0);
      if (length > 0 && load<u8>(buffer) == FAULT) store<u8>(<usize>0xfffffff0, 0);
      if (length > 0) send(client, buffer, length, 0);
    }
  }
}
