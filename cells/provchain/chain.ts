/*
 * The chain: every event of the kernel, in the order in which it came, each bound by a hash to all that came before; a
 * block that is full is sealed with a signature. The chain is saved (checkpoint.ts) when a block is sealed and when an
 * event accuses somebody, so that nobody can cover up a deed by bringing this cell down.
 *
 *   opening --hash--> link -- event --> link -- event --> link ... 64 entries, seal | next block
 *
 * Guarantees: an entry is never changed once it is there. At most LEDGER_KEPT_BLOCKS sealed blocks are kept; older ones
 * are dropped from the front, `before` then being the last link of what was dropped. A block that a reader needs stays
 * up to CAPACITY blocks. Events that were lost because an instance of this cell died are reported by an entry of its
 * own.
 */

import {
  AUDIT_CLAIM,
  AUDIT_DENIED,
  AUDIT_FAULT,
  AUDIT_LOST,
  AUDIT_STRIKE,
  AUDIT_VIOLATION,
  AuditEvent,
  KEY_SIZE,
  LEDGER_BLOCK,
  LEDGER_KEPT_BLOCKS,
  LEDGER_LINK_SIZE,
  LEDGER_OPENING_MAGIC,
  LEDGER_RESUMED,
  LEDGER_SEAL_MAGIC,
  LEDGER_STARTED,
  LEDGER_VERSION,
  LedgerOpening,
  LedgerSeal,
} from "rumpk/abi";
import { now } from "rumpk/clock";
import { CAPACITY, entryAt, sealAt } from "./blocks";
import { hash, hashPair } from "./hash";
import { publicKey, sign } from "./signature";

/** Bytes of an event. */
const EVENT_SIZE: u32 = <u32>offsetof<AuditEvent>();
/** Where an entry's link lies. */
const LINK: usize = offsetof<AuditEvent>();
/** No block is needed by a reader. */
export const UNPINNED: u64 = u64.MAX_VALUE;

/** The link before the first kept entry, and the last link. */
export const before: usize = memory.data(32, 16);
export const head: usize = memory.data(32, 16);

const opening: LedgerOpening = changetype<LedgerOpening>(memory.data(64, 16));
const own: AuditEvent = changetype<AuditEvent>(memory.data(64, 16));
const sealed: usize = memory.data(64, 16);

/** Generation of the cell that started the chain, and when, in nanoseconds since 1970. */
export let segment: u32 = 0;
export let started: u64 = 0;
/** Number of the first kept block, and of the block that is being filled. */
export let first: u64 = 0;
export let filling: u64 = 0;
/** Entries of the block that is being filled. */
export let filled: u32 = 0;
/** The id that comes next. */
export let next: u64 = 1;
/** The oldest block that a reader needs. */
let pinned: u64 = UNPINNED;
/** LEDGER_STARTED or LEDGER_RESUMED when the next event shows what was lost before; 0. */
let announce: u32 = 0;
let self: u32 = 0;
let generation: u32 = 0;

/** Who writes the chain: its index and generation go into the entries of its own. */
export function writtenBy(cell: u32, instance: u32): void {
  self = cell;
  generation = instance;
}

/** Starts a chain with the key that is in use, at `time` in nanoseconds since 1970. */
export function start(time: u64): void {
  segment = generation;
  started = time;
  first = 0;
  filling = 0;
  filled = 0;
  next = 1;
  opening.magic = LEDGER_OPENING_MAGIC;
  opening.version = LEDGER_VERSION;
  opening.blockEntries = <u16>LEDGER_BLOCK;
  opening.segment = segment;
  opening.reserved = 0;
  opening.started = started;
  memory.copy(changetype<usize>(opening) + offsetof<LedgerOpening>("key"), publicKey, KEY_SIZE);
  hash(changetype<usize>(opening), <u32>offsetof<LedgerOpening>(), before);
  memory.copy(head, before, LEDGER_LINK_SIZE);
  announce = generation > 1 ? LEDGER_STARTED : 0;
}

/** Goes on from a saved state: the chain's, its first block, and the id that was to come next. */
export function resume(segmentWas: u32, startedWas: u64, firstBlock: u64, nextWas: u64): void {
  segment = segmentWas;
  started = startedWas;
  first = firstBlock;
  filling = firstBlock;
  next = nextWas;
  memory.copy(head, before, LEDGER_LINK_SIZE);
  announce = LEDGER_RESUMED;
}

/** Restores `count` consecutive events; the seal of a full block is already in place. */
export function relink(events: usize, count: u32): void {
  for (let index: u32 = 0; index < count; index++) put(events + <usize>index * EVENT_SIZE);
  if (filled < LEDGER_BLOCK) return;
  filling++;
  filled = 0;
}

/** Adds an event of the kernel: true when the chain should be saved. */
export function take(event: AuditEvent): bool {
  let sealed: bool = false;
  if (announce != 0) sealed = announceLoss(event.kind == AUDIT_LOST ? event.data1 : event.id);
  next = event.id + 1;
  return add(event) || sealed || accuses(event.kind);
}

/** Whether the event accuses somebody: those are saved at once. */
function accuses(kind: u32): bool {
  if (kind == AUDIT_CLAIM) return true;
  return kind == AUDIT_FAULT || kind == AUDIT_DENIED || kind == AUDIT_VIOLATION || kind == AUDIT_STRIKE;
}

/** Adds the entry that says which events, up to `id`, are missing: true when that filled a block. */
function announceLoss(id: u64): bool {
  own.id = 0;
  own.time = <u64>now();
  own.kind = announce;
  own.cell = self;
  own.entity = 0;
  own.cause = 0;
  own.data0 = next;
  own.data1 = id - next;
  own.data2 = generation;
  announce = 0;
  return add(own);
}

/** Adds an entry: true when that filled a block, which was sealed. */
function add(event: AuditEvent): bool {
  put(changetype<usize>(event));
  if (filled < LEDGER_BLOCK) return false;
  seal();
  return true;
}

/** Links an event to the chain. */
function put(event: usize): void {
  const entry = entryAt(filling, filled);
  memory.copy(entry, event, EVENT_SIZE);
  hashPair(head, LEDGER_LINK_SIZE, entry, EVENT_SIZE, head);
  memory.copy(entry + LINK, head, LEDGER_LINK_SIZE);
  filled++;
}

/** Signs the full block, starts the next one, drops what is too old. */
function seal(): void {
  const record = sealAt(filling);
  record.number = filling;
  record.time = <u64>now();
  store<u32>(sealed, LEDGER_SEAL_MAGIC);
  store<u64>(sealed, record.number, 4);
  store<u64>(sealed, record.time, 12);
  memory.copy(sealed + 20, head, LEDGER_LINK_SIZE);
  sign(sealed, 20 + LEDGER_LINK_SIZE, changetype<usize>(record) + offsetof<LedgerSeal>("signature"));
  filling++;
  filled = 0;
  drop();
}

/** Sealed blocks that are kept. */
@inline
function kept(): u64 {
  return filling - first;
}

/** Drops old blocks: those beyond the kept ones if no reader needs them, and always as many as needed for room. */
function drop(): void {
  while (kept() >= CAPACITY || (kept() > LEDGER_KEPT_BLOCKS && first < pinned)) {
    memory.copy(before, entryAt(first, LEDGER_BLOCK - 1) + LINK, LEDGER_LINK_SIZE);
    first++;
  }
}

/** Sets the oldest block that a reader needs, UNPINNED for none. */
export function pin(block: u64): void {
  pinned = block;
  drop();
}

/** Entries from the first kept block on. */
export function entries(): u32 {
  return <u32>kept() * LEDGER_BLOCK + filled;
}
