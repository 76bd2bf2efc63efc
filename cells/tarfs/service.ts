/*
 * Clients and their messages: one channel and one table of fids each. Answers never wait: a client whose
 * answers pile up has broken the rule of at most as many requests as its ring has slots, and is hung up on.
 */

import { EPIPE, EVENT_CONNECTED, EVENT_GONE, Event, NEVER, NOWAIT } from "rumpk/abi";
import { EVENTS, nextEvent } from "rumpk/events";
import { mask, recv, send, wait } from "rumpk/raw";
import { Archive } from "./archive";
import { Fids } from "./fids";
import { Server } from "./server";

/** Longest message: the slots of port 0x2000, less their headers. */
const MESSAGE_MAX: u32 = 8188;
/** Slots of a cell. */
const SLOTS: i32 = 64;

export class Service {
  private readonly event: Event = changetype<Event>(memory.data(32));
  private readonly request: usize = memory.data(8192);
  private readonly answer: usize = memory.data(8192);
  private readonly server!: Server;
  private readonly fids: Array<Fids | null> = new Array<Fids | null>(SLOTS);
  private clients: u64 = 0;

  constructor(archive: Archive) {
    this.server = new Server(archive, this.answer, MESSAGE_MAX);
  }

  /** Serves for ever. */
  run(): void {
    while (true) {
      const ready = <u64>wait(this.clients | (1 << EVENTS), NEVER);
      while (nextEvent(this.event)) this.take(this.event);
      for (let left = ready & this.clients; left != 0; left &= left - 1) this.serve(<i32>ctz(left));
    }
  }

  private take(event: Event): void {
    if (event.kind == EVENT_CONNECTED) this.connect(event.slot);
    if (event.kind == EVENT_GONE) this.drop(event.slot);
  }

  /** A table of fids stays with its slot, for the next client. */
  private connect(slot: i32): void {
    const fids = this.fids[slot];
    if (fids !== null) fids.reset();
    else this.fids[slot] = new Fids();
    this.clients |= 1 << (<u64>slot);
  }

  private drop(slot: i32): void {
    this.clients &= ~((<u64>1) << slot);
    mask(slot, 0);
  }

  private serve(slot: i32): void {
    const length = recv(slot, this.request, MESSAGE_MAX, NOWAIT);
    if (length == EPIPE) this.drop(slot);
    const fids = this.fids[slot];
    if (length < 0 || fids === null) return;
    const answered = this.server.handle(fids, this.request, <u32>length);
    if (send(slot, this.answer, answered, NOWAIT) < 0) this.drop(slot);
  }
}
