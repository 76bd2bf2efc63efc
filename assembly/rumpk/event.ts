/*
 * Slot 0: events. What happened is a bit in one of eight sets of the cell, so an event is never lost and never counted
 * twice, however late the cell reads it. recv(0) takes one bit at a time and makes a record of what is true now.
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
 * The sets stand in the cell's record in the order of the EVENT_ numbers, which is also the order of delivery.
 */
import { EVENT_CONNECTED, EVENT_GRANT, EVENT_INTERRUPT } from "../abi/event";
import { Cell, cellAt } from "./cell";
import { CHECKED } from "./checked";
import { SLOTS } from "./limits";
import { wakeOnSlot } from "./scheduler";

/** Whether an event about `slot` is unread; interrupts are about windows, not slots. */
@inline
export function eventAbout(cell: Cell, slot: u32): bool {
  return ((cell.about >> slot) & 1) != 0;
}

/** Where the set of `kind` lies: the sets of a cell stand in the order of the kinds. */
@inline
function setAt(cell: Cell, kind: u32): usize {
  return changetype<usize>(cell) + offsetof<Cell>("connected") + ((<usize>(kind - EVENT_CONNECTED)) << 3);
}

/** Brings `about` up to date after an event was taken. */
function sumUp(cell: Cell): void {
  cell.about = cell.connected | cell.shrunk | cell.granted | cell.restarted | cell.room | cell.gone | cell.ended;
}

/** Whether any event is unread. */
@inline
export function eventsPending(cell: Cell): bool {
  return (cell.about | cell.interrupts) != 0;
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
  cell.about |= bit;
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

/** Forgets what a slot's object did: it was revoked. That something was granted is still told, so that its holder can drop it. */
export function forgetObject(cell: Cell, slot: u32): void {
  const granted = cell.granted & ((<u64>1) << slot);
  forgetSlot(cell, slot);
  cell.granted |= granted;
  cell.about |= granted;
}

/** Forgets every event about a slot: its holder dropped it. */
export function forgetSlot(cell: Cell, slot: u32): void {
  const keep = ~((<u64>1) << slot);
  for (let kind = EVENT_CONNECTED; kind <= EVENT_GRANT; ++kind) {
    const set = setAt(cell, kind);
    if (kind != EVENT_INTERRUPT) store<u64>(set, load<u64>(set) & keep);
  }
  cell.roomArmed &= keep;
  cell.about &= keep;
}
