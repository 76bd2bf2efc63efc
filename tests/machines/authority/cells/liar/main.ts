/*
 * Reports refusals to the kernel: for every client when it connects, for a request twice and with promises that its
 * port does not stand for, and again when the request is answered. The answer to the request holds the kernel's
 * answers.
 */
import { META_DENY, NEVER } from "abi/calls";
import { PROMISE_INET, PROMISE_RPATH } from "abi/promise";
import { EVENT_CONNECTED } from "abi/event";
import { meta, recv, send, wait } from "rumpk/raw";

const event = memory.data(32, 8);
const message = memory.data(64, 8);
const path = memory.data<u8>([0x2f, 0x78]);

function deny(slot: i32, promise: i64): i8 {
  return <i8>meta(META_DENY, slot, promise, ((<i64>2) << 32) | path);
}

function serve(slot: i32): void {
  const before = load<i8>(message);
  if (recv(slot, message, 64, 1) < 0) return;
  store<i8>(message, before);
  store<i8>(message, deny(slot, PROMISE_RPATH), 1);
  store<i8>(message, deny(slot, PROMISE_INET), 2);
  store<i8>(message, deny(slot, 0), 3);
  store<i8>(message, deny(slot, 0), 4);
  send(slot, message, 5, 1);
  deny(slot, 0);
}

export function main(args: string[]): i32 {
  let clients: i64 = 0;
  while (true) {
    const ready = wait(clients | 1, NEVER);
    if ((ready & 1) != 0 && recv(0, event, 32, 1) > 0) {
      const slot = load<i32>(event, 4);
      if (load<u32>(event) == EVENT_CONNECTED) {
        clients |= (<i64>1) << slot;
        store<i8>(message, deny(slot, 0));
      } else clients &= ~((<i64>1) << slot);
      continue;
    }
    for (let slot = 1; slot < 63; slot++) if (((ready >> slot) & 1) != 0) serve(slot);
  }
}
