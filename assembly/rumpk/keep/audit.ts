/*
 * The audit trail: what the kernel tells the cell that keeps the ledger (layout and kinds in abi/audit.ts).
 *
 *   kernel --audit()--> ring of a channel whose sending end is nobody's slot --> the ledger's cell, slot LOOKUP_LEDGER
 *
 * Guarantees: events are numbered without a gap in the order in which they happened; an event that finds the ring full
 * is counted, and the next one that fits is preceded by AUDIT_LOST with the count, so an overflow is never silent. The
 * ring survives restarts of its reader. Events that a reader with checkpoints has taken stay in the ring until its next
 * checkpoint, so that a new instance reads what the dead one had not saved. Without such a cell nothing is kept.
 *
 * `cause` links events into chains: each cell remembers the event that last changed its life; its next event names that
 * one, and a child's first event names its parent's.
 */
import {
  AUDIT_BOOT,
  AUDIT_CLAIM,
  AUDIT_CLOSE,
  AUDIT_DELEGATE,
  AUDIT_DENIED,
  AUDIT_GRANT,
  AUDIT_KINDS,
  AUDIT_LOST,
  AUDIT_MAP,
  AUDIT_NO_CELL,
  AUDIT_OPEN,
  AUDIT_RING_COUNT,
  AUDIT_SPAWN,
  AuditEvent,
} from "../../abi/audit";
import { RING_ENTRY_HEADER } from "../../abi/ring";
import { Cell, cellAt } from "../run/cell";
import { channelAt, ringTowards, endOf } from "../object/channel";
import { channelAttachKernel, channelOpen } from "../object/ends";
import { tellMessage } from "../object/tell";
import { CHECKED } from "../base/checked";
import { timeNow } from "../base/hal";
import { imageAt } from "../object/image";
import { CELLS, NAME_SIZE, NO_CELL } from "../base/limits";
import { NO_PAYER } from "../object/quota";
import { Ring, ringCommit, ringReserve, ringRewind } from "../base/ring";
import { siphash } from "../base/siphash";
import { CHECKPOINTS_IN, SCRATCH_AUDIT, TRAIL_IN } from "../base/tables";

if (offsetof<Trail>() > CHECKPOINTS_IN - TRAIL_IN) ERROR("a Trail is larger than its place");

/** Bytes of an entry of the event ring: header and event, a multiple of 8. */
const ENTRY_SIZE: u32 = 72;

/** Channel of the event ring and its serial, which tells whether it is still the same; -1 for none. */
let channel: i32 = -1;
let serial: u32 = 0;
/** Id of the reader that makes checkpoints, 0 for none, and how many messages it had taken at its last one. */
let saver: u64 = 0;
let saved: u32 = 0;
/** Id of the newest event. */
let newest: u64 = 0;
/** Events that did not fit since the last one that did, and the id of the first of them. */
let lost: u64 = 0;
let firstLost: u64 = 0;


@unmanaged
export class Trail {
  /** The cell's id in the ledger. */
  entity: u64;
  /** Id of the last event that changed its life. */
  story: u64;
}


@inline
export function trailOf(cell: Cell): Trail {
  return changetype<Trail>(changetype<usize>(cell) + TRAIL_IN);
}

/** A cell's id in the ledger. */
@inline
export function entityOf(cell: Cell): u64 {
  return trailOf(cell).entity;
}

/** The state at boot. */
export function auditReset(): void {
  channel = -1;
  saver = 0;
  newest = 0;
  lost = 0;
}


@inline
function isOpen(): bool {
  return channel >= 0 && channelAt(channel).serial == serial;
}

/**
 * Opens the event ring; events are kept from now on, also before the ledger's cell runs. False when the arena has no
 * room.
 */
export function auditOpen(): bool {
  channel = channelOpen(NO_PAYER, 0, 0, ENTRY_SIZE, AUDIT_RING_COUNT, 0, 0);
  if (channel < 0) return false;
  serial = channelAt(channel).serial;
  saved = 0;
  channelAttachKernel(channel, 0);
  return true;
}

/** Whether the cell reads the event ring. */
function isReader(index: u32): bool {
  return isOpen() && endOf(channelAt(channel), 1).cell == index;
}

/** Whether the cell reads the event ring, and makes checkpoints. */
function isSavingReader(index: u32): bool {
  return isReader(index) && entityOf(cellAt(index)) == saver;
}

/** A cell made a checkpoint: what it has taken from the event ring is in it. */
export function auditSaved(index: u32): void {
  if (!isReader(index)) return;
  saver = entityOf(cellAt(index));
  saved = ringTowards(channel, 1).tail;
}

/** A cell starts again from its last checkpoint. */
export function auditRestored(index: u32): void {
  if (isSavingReader(index)) ringRewind(ringTowards(channel, 1), saved);
}

/** Whether the ring is full of events that are not taken, or not saved. */
function isFull(ring: Ring): bool {
  const reader = endOf(channelAt(channel), 1).cell;
  return reader < CELLS && isSavingReader(reader) && ring.head - saved >= AUDIT_RING_COUNT;
}

/** How many events in the ring the reader has taken but not saved. */
export function auditUnsaved(): u32 {
  if (!isOpen()) return 0;
  const reader = endOf(channelAt(channel), 1).cell;
  return reader < CELLS && isSavingReader(reader) ? ringTowards(channel, 1).head - saved : 0;
}

/** The channel of the event ring, opened again when its reader ended for good; -1 when the arena has no room. */
export function auditChannel(): i32 {
  return isOpen() || auditOpen() ? channel : -1;
}

/** Whether this is the kernel's own end, which no capability refers to. */
export function isAuditEnd(index: u32, end: u32): bool {
  return end == 0 && isOpen() && channel == <i32>index;
}

/** Whether an event of this kind changes a cell's life; later events name it as their cause. */
function changesLife(kind: u32): bool {
  if (kind == AUDIT_OPEN || kind == AUDIT_CLOSE || kind == AUDIT_GRANT || kind == AUDIT_DELEGATE) return false;
  return kind != AUDIT_MAP && kind != AUDIT_DENIED && kind != AUDIT_CLAIM;
}

/** Id of the event that explains one of `kind` about `index`. */
function causeOf(kind: u32, index: u32): u64 {
  if (index >= CELLS) return 0;
  if (kind != AUDIT_SPAWN) return trailOf(cellAt(index)).story;
  const parent = cellAt(index).parent;
  return parent == NO_CELL ? 1 : trailOf(cellAt(parent)).story;
}

/** Puts one event into the ring; false when it is full. */
function put(id: u64, kind: u32, index: u32, entity: u64, data0: u64, data1: u64, data2: u64): bool {
  const ring = ringTowards(channel, 1);
  if (isFull(ring)) return false;
  const entry = ringReserve(ring);
  if (entry == 0) return false;
  const event = changetype<AuditEvent>(entry + RING_ENTRY_HEADER);
  event.id = id;
  event.time = <u64>timeNow();
  event.kind = kind;
  event.cell = index;
  event.entity = entity;
  event.cause = causeOf(kind, index);
  event.data0 = data0;
  event.data1 = data1;
  event.data2 = data2;
  if (ringCommit(ring, entry, <u32>offsetof<AuditEvent>())) tellMessage(channel, 1);
  return true;
}

/**
 * Tells the ledger of an event: `kind` AUDIT_..., `index` an index or AUDIT_NO_CELL, the rest as abi/audit.ts says for
 * the kind. Never fails and never blocks.
 */
export function audit(kind: u32, index: u32, entity: u64, data0: u64 = 0, data1: u64 = 0, data2: u64 = 0): void {
  if (CHECKED)
    assert(kind - AUDIT_BOOT < AUDIT_KINDS - AUDIT_BOOT && (index < CELLS || index == AUDIT_NO_CELL), "an event");
  if (!isOpen()) return;
  if (lost != 0 && put(newest + 1, AUDIT_LOST, AUDIT_NO_CELL, 0, lost, firstLost, 0)) {
    ++newest;
    lost = 0;
  }
  const id = ++newest;
  if (lost != 0 || !put(id, kind, index, entity, data0, data1, data2)) {
    if (lost == 0) firstLost = id;
    ++lost;
  }
  if (index < CELLS && changesLife(kind)) trailOf(cellAt(index)).story = id;
}

/** Tells of the boot: the first event. */
export function auditBoot(realTime: u64, images: u32): void {
  audit(AUDIT_BOOT, AUDIT_NO_CELL, 0, realTime, images);
}

/** Names a new cell in the ledger, by an id from its name, table entry and serial, and records the spawn. */
export function auditSpawn(index: u32): void {
  const cell = cellAt(index);
  const name = changetype<usize>(imageAt(cell.image));
  memory.copy(SCRATCH_AUDIT, name, NAME_SIZE);
  store<u32>(SCRATCH_AUDIT, index, NAME_SIZE);
  store<u32>(SCRATCH_AUDIT, cell.serial, NAME_SIZE + 4);
  const trail = trailOf(cell);
  trail.entity = siphash(SCRATCH_AUDIT, NAME_SIZE + 8);
  audit(AUDIT_SPAWN, index, trail.entity, cell.parent, cell.promises, load<u64>(name));
}
