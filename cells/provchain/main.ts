/*
 * ProvChain: keeps the ledger. The kernel's events come in on a ring of their own (LOOKUP_LEDGER); a cell that asks for
 * files comes in on port 0x2004. Runs in the Void spectrum, on what others leave; what does not fit the ring meanwhile
 * is counted by the kernel and told by an event.
 *
 * Events are taken before requests are answered, so a reader sees everything that happened before it asked.
 */

import {
  AUDIT_RING_COUNT,
  AuditEvent,
  Event,
  LOOKUP_LEDGER,
  META_ENTROPY,
  META_LOOKUP,
  META_SELF,
  NEVER,
  NOWAIT,
} from "rumpk/abi";
import { realTime } from "rumpk/clock";
import { EVENTS, nextEvent } from "rumpk/events";
import { Service } from "rumpk/ninep/service";
import { meta, recv, wait } from "rumpk/raw";
import { start, take, writtenBy } from "./chain";
import { restore, save, seed } from "./checkpoint";
import { LedgerFiles } from "./files";
import { SEED_SIZE, useSeed } from "./signature";

const EVENT_SIZE: i32 = <i32>offsetof<AuditEvent>();

const audit: AuditEvent = changetype<AuditEvent>(memory.data(64, 16));
const event: Event = changetype<Event>(memory.data(32, 16));

export function main(args: string[]): i32 {
  const ledger = <i32>meta(META_LOOKUP, LOOKUP_LEDGER, 0, 0);
  if (ledger < 0) return 1;
  const self = meta(META_SELF, 0, 0, 0);
  writtenBy((<u32>self) & 0xffff, <u32>(self >> 16));
  if (!restore()) {
    meta(META_ENTROPY, seed, SEED_SIZE, 0);
    useSeed(seed);
    start(<u64>realTime());
  }
  serve(ledger);
  return 0;
}

/** Serves for ever. */
function serve(ledger: i32): void {
  const service = new Service(new LedgerFiles());
  const own: u64 = (1 << EVENTS) | ((<u64>1) << ledger);
  takeEvents(ledger, true);
  while (true) {
    const ready = <u64>wait(service.clients | own, NEVER);
    while (nextEvent(event)) service.take(event);
    takeEvents(ledger, false);
    service.serve(ready);
  }
}

/**
 * Takes what the kernel has told: a ring full of it at most, then it is the readers' turn. The chain is saved when an
 * event is `worth` it, or when it is anyway.
 */
function takeEvents(ledger: i32, worth: bool): void {
  for (let left = AUDIT_RING_COUNT; left != 0; left--) {
    if (recv(ledger, changetype<usize>(audit), EVENT_SIZE, NOWAIT) != EVENT_SIZE) break;
    if (take(audit)) worth = true;
  }
  if (worth) save();
}
