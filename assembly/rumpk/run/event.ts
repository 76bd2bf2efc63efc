/*
 * Slot 0: events. An event is a bit in one of eight sets of its cell, so it is never lost and never counted twice,
 * however late the cell reads it. recv(0) takes one bit at a time and turns it into a record of what is true now.
 *
 *   set          bit is a   raised when
 *   connected    slot       a client connected, or survived the server's restart
 *   shrunk       slot       the client's promises shrank
 *   gone         slot       the peer is gone
 *   interrupts   window     the device's line fired
 *   restarted    slot       the child was restarted
 *   ended        slot       the child ended for good
 *   room         slot       there is room after a refused send
 *   granted      slot       somebody granted a capability
 *
 * The sets stand in the record in the order of the EVENT_ numbers, which is also the order of delivery.
 */
import { EVENT_CONNECTED, EVENT_GRANT, EVENT_INTERRUPT } from "../../abi/event";
import { Cell, cellAt } from "./cell";
import { CHECKED } from "../base/checked";
import { SLOTS } from "../base/limits";
import { wakeOnSlot } from "./pending";
import { ENERGY_IN, EVENTS_IN } from "../base/tables";

if (offsetof<Events>() > ENERGY_IN - EVENTS_IN) ERROR("an Events is larger than its place");


@unmanaged
export class Events {
  /** Slots about which an event is unread: the union of the sets below but `interrupts`. */
  about: u64;
  /** Unread events, a bit a slot (or window), in the order of EVENT_... */
  connected: u64;
  shrunk: u64;
  gone: u64;
  interrupts: u64;
  restarted: u64;
  ended: u64;
  room: u64;
  granted: u64;
  /** Slots on which a refused send armed a room event. */
  roomArmed: u64;
}


@inline
export function eventsOf(cell: Cell): Events {
  return changetype<Events>(changetype<usize>(cell) + EVENTS_IN);
}

/** A new instance: no events. */
export function eventsClear(cell: Cell): void {
  const events = eventsOf(cell);
  events.about = 0;
  events.connected = 0;
  events.shrunk = 0;
  events.gone = 0;
  events.interrupts = 0;
  events.restarted = 0;
  events.ended = 0;
  events.room = 0;
  events.granted = 0;
  events.roomArmed = 0;
}

/** Whether an event about `slot` is unread; interrupts are about windows, not slots. */
@inline
export function eventAbout(cell: Cell, slot: u32): bool {
  return ((eventsOf(cell).about >> slot) & 1) != 0;
}

/** Where the set of `kind` lies: the sets of a cell stand in the order of the kinds. */
@inline
function setAt(cell: Cell, kind: u32): usize {
  return changetype<usize>(cell) + EVENTS_IN + offsetof<Events>("connected") + ((<usize>(kind - EVENT_CONNECTED)) << 3);
}

/** Brings `about` up to date after an event was taken. */
function sumUp(cell: Cell): void {
  const events = eventsOf(cell);
  const clients = events.connected | events.shrunk | events.gone;
  events.about = clients | events.restarted | events.ended | events.room | events.granted;
}

/** Whether any event is unread. */
@inline
export function eventsPending(cell: Cell): bool {
  const events = eventsOf(cell);
  return (events.about | events.interrupts) != 0;
}

/** Raises an event for a cell and wakes it when it waits on slot 0 or on the slot itself. */
export function raise(index: u32, kind: u32, slot: u32): void {
  const cell = cellAt(index);
  if (CHECKED) assert(kind - EVENT_CONNECTED <= EVENT_GRANT - EVENT_CONNECTED && slot < SLOTS, "an event and its slot");
  const bit = (<u64>1) << slot;
  const set = setAt(cell, kind);
  store<u64>(set, load<u64>(set) | bit);
  wakeOnSlot(index, 0);
  if (kind == EVENT_INTERRUPT) return;
  eventsOf(cell).about |= bit;
  wakeOnSlot(index, slot);
}

/** The kind of the next unread event, 0 when there is none. The slot is eventSlot(cell, kind). */
export function nextEvent(cell: Cell): u32 {
  for (let kind = EVENT_CONNECTED; kind <= EVENT_GRANT; ++kind) {
    if (load<u64>(setAt(cell, kind)) != 0) return kind;
  }
  return 0;
}

/** The lowest slot (or window) with an unread event of `kind`; there must be one. */
@inline
export function eventSlot(cell: Cell, kind: u32): u32 {
  return <u32>ctz(load<u64>(setAt(cell, kind)));
}

/** Takes an event: it has been delivered. */
export function takeEvent(cell: Cell, kind: u32, slot: u32): void {
  const set = setAt(cell, kind);
  if (CHECKED) assert(((load<u64>(set) >> slot) & 1) != 0, "what is taken was raised");
  store<u64>(set, load<u64>(set) & ~((<u64>1) << slot));
  sumUp(cell);
}

/**
 * Forgets the events of a slot's object, which was revoked; the grant event stays, so that the holder can drop the
 * slot.
 */
export function forgetObject(cell: Cell, slot: u32): void {
  const events = eventsOf(cell);
  const granted = events.granted & ((<u64>1) << slot);
  forgetSlot(cell, slot);
  events.granted |= granted;
  events.about |= granted;
}

/** Forgets every event about a slot: its holder dropped it. */
export function forgetSlot(cell: Cell, slot: u32): void {
  const keep = ~((<u64>1) << slot);
  for (let kind = EVENT_CONNECTED; kind <= EVENT_GRANT; ++kind) {
    const set = setAt(cell, kind);
    if (kind != EVENT_INTERRUPT) store<u64>(set, load<u64>(set) & keep);
  }
  const events = eventsOf(cell);
  events.roomArmed &= keep;
  events.about &= keep;
}
