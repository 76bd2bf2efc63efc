/*
 * The loop of a service of the campaign: learns of clients from slot 0, takes their messages, and lets `answer` turn
 * each into its reply. It drops capabilities that it is given unasked. A client whose ring is full gets no answer; it
 * asks again.
 */
import { EVENT_CONNECTED, EVENT_GONE, EVENT_GRANT, Event, NEVER, NOWAIT } from "rumpk/abi";
import { mask, recv, send, wait } from "rumpk/raw";
import { isWhole, MESSAGE_SIZE } from "./question";

/** Bytes of the buffer for a message: the payload of a slot. */
const BUFFER_SIZE: i32 = 60;
const SLOTS: i32 = 63;

/** Makes the answer in place; returns false for no answer. */
export type Answer = (message: usize, slot: i32) => bool;

function readEvents(event: Event, clients: i64): i64 {
  let known = clients;
  while (recv(0, changetype<usize>(event), offsetof<Event>(), NOWAIT) > 0) {
    const bit = (<i64>1) << event.slot;
    if (event.kind == EVENT_CONNECTED) known |= bit;
    else if (event.kind == EVENT_GONE) {
      known &= ~bit;
      mask(event.slot, 0);
    } else if (event.kind == EVENT_GRANT) mask(event.slot, 0);
  }
  return known;
}

/** Serves without end. */
export function serve(answer: Answer): void {
  const event = changetype<Event>(heap.alloc(offsetof<Event>()));
  const message = heap.alloc(BUFFER_SIZE);
  let clients: i64 = 0;
  while (true) {
    wait(clients | 1, NEVER);
    clients = readEvents(event, clients);
    for (let slot = 1; slot < SLOTS; slot++) {
      if (((clients >> slot) & 1) == 0) continue;
      const length = recv(slot, message, BUFFER_SIZE, NOWAIT);
      if (isWhole(message, length) && answer(message, slot)) send(slot, message, MESSAGE_SIZE, NOWAIT);
    }
  }
}
