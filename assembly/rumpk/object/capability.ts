/*
 * Capabilities: what a slot holds, and from what it was derived, so that a grant can be revoked at once.
 *
 * A cell's CSpace is 63 slots. A slot names an object (channel end, port, cell, device window) and the rights over it.
 * What was granted hangs below the slot that it was granted from: every capability has links to the one above it, the
 * first below it, and its neighbours there. A revoke takes away what hangs below a slot, leaf by leaf, and touches and
 * wakes nothing else; there is no counter that could wrap, and using a capability needs no extra check.
 *
 *   place = cell x 64 + slot; 0, the events of cell 0, stands for none
 *
 *   giver --below--> second grant --behind--> first grant          above: the giver, for both
 *
 * The capabilities that spawn gave (given.ts) follow the slots: SPAWN_GRANTS_MAX places for each cell, linked in the
 * same way.
 *
 * Invariants: rights never grow along a chain; a link goes both ways; when a slot is emptied, what hangs below it moves
 * to the one above, so that a revoke further up still finds it; `level` is the number of grants that led to it and at
 * most DERIVATION_DEPTH, and no chain is longer than the level of its last one; a slot whose capability was taken away
 * stays CAP_REVOKED, and is in no chain, until its holder drops it.
 *
 * Source: the capability derivation tree of seL4, with the links in the slots themselves.
 */
import { CAP_NONE } from "../../abi/rights";
import { EACCES, EBADF } from "../../abi/errno";
import { cellAt } from "../run/cell";
import { CHECKED } from "../base/checked";
import { CELLS, DERIVATION_DEPTH, SLOTS, SLOT_STRIDE } from "../base/limits";
import { CAPABILITY_STRIDE, CSPACE_AT } from "../base/tables";

if (offsetof<Capability>() > CAPABILITY_STRIDE) ERROR("a Capability is larger than its place");


@unmanaged
export class Capability {
  /** CAP_... */
  kind: u8;
  /** Which end of the channel: 0 the client's, 1 the server's. */
  end: u8;
  /** RIGHT_... */
  rights: u16;
  /** Channel, port, cell or window. */
  object: u32;
  /** Serial of the channel or cell; device + 1 of a window. */
  serial: u32;
  /** Port under which META_LOOKUP finds it, 0 for none. */
  port: u32;
  /** Bytes of a device window. */
  length: u32;
  /**
   * Places of the capability that it was granted from, of the first that was granted from it, and of its neighbours.
   */
  above: u16;
  below: u16;
  before: u16;
  behind: u16;
  /** PROMISE_... of which its use needs one, 0 for none. */
  needs: u8;
  /** Grants that led to it, its own making included. */
  level: u8;
  /** 1 when the spawn record gave it. */
  given: u8;
  /** In the spawn record: the slot in which an instance finds it. */
  slot: u8;
}

/** No place. */
export const NO_PLACE: u32 = 0;
/** The first place behind the slots of all cells: what spawn gave. */
export const GIVEN_FIRST: u32 = CELLS * SLOT_STRIDE;

/** The capability in a place. */
@inline
export function capabilityIn(place: u32): Capability {
  return changetype<Capability>(CSPACE_AT + <usize>(place * CAPABILITY_STRIDE));
}

/** The place of a capability. */
@inline
export function placeOf(capability: Capability): u32 {
  return <u32>(changetype<usize>(capability) - CSPACE_AT) / CAPABILITY_STRIDE;
}

/** The record of a slot; `slot` must be below SLOTS. */
@inline
export function slotAt(index: u32, slot: u32): Capability {
  if (CHECKED) assert(index < CELLS && slot < SLOTS, "a cell and one of its slots");
  return capabilityIn(index * SLOT_STRIDE + slot);
}

/** 0 when `slot` holds a capability of `kind` with all of `rights`; -EBADF or -EACCES. */
@inline
export function checkSlot(index: u32, slot: u32, kind: u32, rights: u32): i32 {
  if (slot - 1 >= SLOTS - 1) return EBADF;
  const capability = slotAt(index, slot);
  if (capability.kind != kind) return EBADF;
  return (capability.rights & rights) == rights ? 0 : EACCES;
}

/** The lowest empty slot from `first` (at least 1: slot 0 is the cell's events) on, or 0 when all are taken. */
export function freeSlot(index: u32, first: u32): u32 {
  const below = ((<u64>1) << first) - 1;
  const slot = <u32>ctz(~(cellAt(index).slots | below));
  return slot < SLOTS ? slot : 0;
}

/** Links a capability below another one. */
function hang(place: u32, above: u32): void {
  const capability = capabilityIn(place);
  const over = capabilityIn(above);
  assert(capability.above == NO_PLACE && over.kind != CAP_NONE);
  capability.above = <u16>above;
  capability.before = <u16>NO_PLACE;
  capability.behind = over.below;
  if (over.below != NO_PLACE) capabilityIn(over.below).before = <u16>place;
  over.below = <u16>place;
}

/** Unlinks a capability from the one above it, together with everything below it. */
function unhang(capability: Capability): void {
  if (capability.above == NO_PLACE) return;
  if (capability.before != NO_PLACE) capabilityIn(capability.before).behind = capability.behind;
  else capabilityIn(capability.above).below = capability.behind;
  if (capability.behind != NO_PLACE) capabilityIn(capability.behind).before = capability.before;
  capability.above = <u16>NO_PLACE;
  capability.before = <u16>NO_PLACE;
  capability.behind = <u16>NO_PLACE;
}

/** Takes a capability out of its chain: what hangs below it moves to the one above. */
export function unchain(capability: Capability): void {
  const above: u32 = capability.above;
  while (capability.below != NO_PLACE) {
    const place: u32 = capability.below;
    unhang(capabilityIn(place));
    if (above != NO_PLACE) hang(place, above);
  }
  unhang(capability);
}

/** Whether a capability may be granted on: chains have a longest length. */
@inline
export function mayDerive(capability: Capability): bool {
  return capability.level < DERIVATION_DEPTH;
}

/**
 * A leaf somewhere below a capability: what a revoke takes away next. NO_PLACE when nothing hangs below it.
 */
export function leafBelow(capability: Capability): u32 {
  let leaf: u32 = NO_PLACE;
  let next: u32 = capability.below;
  for (let level: u32 = 0; next != <u16>NO_PLACE; ++level) {
    assert(level < DERIVATION_DEPTH);
    leaf = next;
    next = capabilityIn(leaf).below;
  }
  return leaf;
}

/** Writes a capability into an empty place, granted from the one at `above`, or from none (NO_PLACE). */
export function fillPlace(
  place: u32,
  kind: u32,
  end: u32,
  rights: u32,
  object: u32,
  serial: u32,
  above: u32,
): Capability {
  const capability = capabilityIn(place);
  assert(capability.kind == CAP_NONE);
  capability.kind = <u8>kind;
  capability.end = <u8>end;
  capability.rights = <u16>rights;
  capability.object = object;
  capability.serial = serial;
  capability.port = 0;
  capability.needs = 0;
  capability.level = 1;
  capability.given = 0;
  if (above != NO_PLACE) {
    capability.level = capabilityIn(above).level + 1;
    hang(place, above);
  }
  return capability;
}

/** Writes a capability into an empty slot: see fillPlace. */
export function fillSlot(
  index: u32,
  slot: u32,
  kind: u32,
  end: u32,
  rights: u32,
  object: u32,
  serial: u32,
  above: u32,
): Capability {
  cellAt(index).slots |= (<u64>1) << slot;
  return fillPlace((index << 6) | slot, kind, end, rights, object, serial, above);
}

/** Empties a slot. The caller takes care of the object. */
export function emptySlot(index: u32, slot: u32): void {
  const capability = slotAt(index, slot);
  unchain(capability);
  capability.kind = <u8>CAP_NONE;
  capability.rights = 0;
  cellAt(index).slots &= ~((<u64>1) << slot);
}

/** The slot that `index` holds under `port`, or 0. */
export function slotOfPort(index: u32, port: u32): u32 {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    if (slotAt(index, slot).port == port) return slot;
  }
  return 0;
}
