/*
 * A typical server: it waits until any client has sent something, takes one message from each, and answers without
 * blocking.
 */
import { EVENTS, nextEvent } from "rumpk";
import { EVENT_CONNECTED, EVENT_GONE, Event, NEVER, NOWAIT } from "rumpk/abi";
import { mask, recv, send, wait } from "rumpk/raw";

const SIZE: i32 = 60;

export function main(args: string[]): i32 {
  const event = changetype<Event>(memory.data(32));
  const buffer = memory.data(64);
  let clients: u64 = 0;
  while (true) {
    while (nextEvent(event)) {
      const bit: u64 = 1 << (<u64>event.slot);
      if (event.kind == EVENT_CONNECTED) clients |= bit;
      if (event.kind != EVENT_GONE) continue;
      clients &= ~bit;
      mask(event.slot, 0);
    }
    const ready = wait(clients | (1 << EVENTS), NEVER);
    for (let left = (<u64>ready) & clients; left != 0; left &= left - 1) {
      const slot = <i32>ctz(left);
      const length = recv(slot, buffer, SIZE, NOWAIT);
      if (length >= 0) send(slot, buffer, <i32>length, NOWAIT);
    }
  }
}
