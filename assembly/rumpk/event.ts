/*
 * Slot 0: events. What happened is a bit in one of eight sets of the cell, so an event is never lost and never counted
 * twice, however late the cell reads it. recv(0) takes one bit at a time and makes a record of what is true now.
 *
 *   set          bit is a   raised when
 *   connected    slot       a client connected, or survived the server's restart
 *   shrunk       slot       the client's promises shrank
 *   granted      slot       somebody granted a capability
 *   interrupts   window     the device's line fired
 *   restarted    slot       the child was restarted
 *   room         slot       there is room after a refused send
 *   gone         slot       the peer is gone
 *   ended        slot       the child ended for good
 */
import {
  EVENT_CONNECTED,
  EVENT_ENDED,
  EVENT_GONE,
  EVENT_GRANT,
  EVENT_INTERRUPT,
  EVENT_RESTARTED,
  EVENT_ROOM,
  EVENT_SHRUNK,
} from "../abi/event";
import { Cell, cellAt } from "./cell";
import { wakeOnSlot } from "./scheduler";

/** Whether an event about `slot` is unread; interrupts are about windows, not slots. */
@inline
export function eventAbout(cell: Cell, slot: u32): bool {
  return ((cell.about >> slot) & 1) != 0;
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
  const bit = (<u64>1) << slot;
  if (kind == EVENT_CONNECTED) cell.connected |= bit;
  else if (kind == EVENT_SHRUNK) cell.shrunk |= bit;
  else if (kind == EVENT_GRANT) cell.granted |= bit;
  else if (kind == EVENT_INTERRUPT) cell.interrupts |= bit;
  else if (kind == EVENT_RESTARTED) cell.restarted |= bit;
  else if (kind == EVENT_ROOM) cell.room |= bit;
  else if (kind == EVENT_GONE) cell.gone |= bit;
  else cell.ended |= bit;
  wakeOnSlot(index, 0);
  if (kind == EVENT_INTERRUPT) return;
  cell.about |= bit;
  wakeOnSlot(index, slot);
}

/** The kind of the next unread event, 0 when there is none. The slot is eventSlot(cell, kind). */
export function nextEvent(cell: Cell): u32 {
  if (cell.connected != 0) return EVENT_CONNECTED;
  if (cell.shrunk != 0) return EVENT_SHRUNK;
  if (cell.granted != 0) return EVENT_GRANT;
  if (cell.interrupts != 0) return EVENT_INTERRUPT;
  if (cell.restarted != 0) return EVENT_RESTARTED;
  if (cell.room != 0) return EVENT_ROOM;
  if (cell.gone != 0) return EVENT_GONE;
  return cell.ended != 0 ? EVENT_ENDED : 0;
}

function setOf(cell: Cell, kind: u32): u64 {
  if (kind == EVENT_CONNECTED) return cell.connected;
  if (kind == EVENT_SHRUNK) return cell.shrunk;
  if (kind == EVENT_GRANT) return cell.granted;
  if (kind == EVENT_INTERRUPT) return cell.interrupts;
  if (kind == EVENT_RESTARTED) return cell.restarted;
  if (kind == EVENT_ROOM) return cell.room;
  return kind == EVENT_GONE ? cell.gone : cell.ended;
}

/** The lowest slot (or window) with an unread event of `kind`; there must be one. */
@inline
export function eventSlot(cell: Cell, kind: u32): u32 {
  return <u32>ctz(setOf(cell, kind));
}

/** Takes an event: it has been delivered. */
export function takeEvent(cell: Cell, kind: u32, slot: u32): void {
  const keep = ~((<u64>1) << slot);
  if (kind == EVENT_CONNECTED) cell.connected &= keep;
  else if (kind == EVENT_SHRUNK) cell.shrunk &= keep;
  else if (kind == EVENT_GRANT) cell.granted &= keep;
  else if (kind == EVENT_INTERRUPT) cell.interrupts &= keep;
  else if (kind == EVENT_RESTARTED) cell.restarted &= keep;
  else if (kind == EVENT_ROOM) cell.room &= keep;
  else if (kind == EVENT_GONE) cell.gone &= keep;
  else cell.ended &= keep;
  sumUp(cell);
}

/** Forgets every event about a slot: its holder dropped it. */
export function forgetSlot(cell: Cell, slot: u32): void {
  const keep = ~((<u64>1) << slot);
  cell.connected &= keep;
  cell.shrunk &= keep;
  cell.granted &= keep;
  cell.restarted &= keep;
  cell.room &= keep;
  cell.gone &= keep;
  cell.ended &= keep;
  cell.roomArmed &= keep;
  cell.about &= keep;
}
