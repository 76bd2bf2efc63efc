/*
 * The clients of a file server: one channel and one table of fids each. Answers never wait: a client whose answers pile
 * up has sent more requests than its ring has entries, and is hung up on.
 *
 * A server that only serves files calls `run`. A server that waits for other things too waits on `clients` and slot 0
 * itself, and passes on events (`take`) and ready slots (`serve`).
 */

import { NEVER, NOWAIT } from "../../abi/calls";
import { EPIPE } from "../../abi/errno";
import { EVENT_CONNECTED, EVENT_GONE, Event } from "../../abi/event";
import { EVENTS, nextEvent } from "../events";
import { mask, recv, send, wait } from "../raw";
import { Fids } from "./fids";
import { Files } from "./files";
import { Server } from "./server";
import { MESSAGE_MAX, SLOTS } from "../../abi/sizes";

export class Service {
  /** The slots of all clients. */
  clients: u64 = 0;
  private readonly event: Event = changetype<Event>(memory.data(32));
  private readonly request: usize = memory.data(8192);
  private readonly answer: usize = memory.data(8192);
  private readonly server!: Server;
  private readonly fids: StaticArray<Fids | null> = new StaticArray<Fids | null>(<i32>SLOTS);

  constructor(files: Files) {
    this.server = new Server(files, this.answer, MESSAGE_MAX);
  }

  /** Serves for ever. */
  run(): void {
    while (true) {
      const ready = <u64>wait(this.clients | (1 << EVENTS), NEVER);
      while (nextEvent(this.event)) this.take(this.event);
      this.serve(ready);
    }
  }

  /** Notes that a client came or went. */
  take(event: Event): void {
    if (event.kind == EVENT_CONNECTED) this.connect(event.slot);
    if (event.kind == EVENT_GONE) this.drop(event.slot);
  }

  /** Answers one request of each client among the slots `ready`. */
  serve(ready: u64): void {
    for (let left = ready & this.clients; left != 0; left &= left - 1) this.serveClient(<i32>ctz(left));
  }

  /** A table of fids stays with its slot for the next client. */
  private connect(slot: i32): void {
    const fids = this.fids[slot];
    if (fids !== null) this.server.forget(fids);
    else this.fids[slot] = new Fids();
    this.clients |= 1 << (<u64>slot);
  }

  private drop(slot: i32): void {
    const fids = this.fids[slot];
    if (fids !== null) this.server.forget(fids);
    this.clients &= ~((<u64>1) << slot);
    mask(slot, 0);
  }

  private serveClient(slot: i32): void {
    const length = recv(slot, this.request, MESSAGE_MAX, NOWAIT);
    if (length == EPIPE) this.drop(slot);
    const fids = this.fids[slot];
    if (length < 0 || fids === null) return;
    const answered = this.server.handle(fids, this.request, <u32>length);
    if (send(slot, this.answer, answered, NOWAIT) < 0) this.drop(slot);
  }
}
