/*
 * Who is told that a channel has a message or room. The slot that owns an end comes first; if several slots share the
 * end, every cell that waits on one of them is woken and checks again. Nobody is told about an end that only the kernel
 * or a spawn record holds.
 */
import { CELL_BLOCKED } from "../../abi/cell";
import { EVENT_ROOM } from "../../abi/event";
import { CAP_CHANNEL } from "../../abi/rights";
import { CELLS } from "../base/limits";
import { cellAt } from "../run/cell";
import { eventsOf, raise } from "../run/event";
import { callOf, makeReady, wakeOnRoom, wakeOnSlot } from "../run/pending";
import { slotAt } from "./capability";
import { Channel, KERNEL_END, channelAt, endGone, endOf } from "./channel";


@inline
function isShared(channel: Channel, end: u32): bool {
  return endOf(channel, end).references > 1;
}


@inline
function refersTo(cellIndex: u32, slot: u32, index: u32, end: u32): bool {
  const capability = slotAt(cellIndex, slot);
  return capability.kind == CAP_CHANNEL && capability.object == index && capability.end == end;
}

/** Wakes every cell whose pending call waits on a slot with this shared end; the call checks what happened. */
function wakeHolders(index: u32, end: u32): void {
  for (let holder: u32 = 0; holder < CELLS; ++holder) {
    const cell = cellAt(holder);
    if (cell.state != CELL_BLOCKED) continue;
    const call = callOf(cell);
    let left = call.waitSet | call.roomSet;
    while (left != 0 && !refersTo(holder, <u32>ctz(left), index, end)) left &= left - 1;
    if (left != 0) makeReady(holder);
  }
}

/** Gives the room event that a refused send of this cell on `end` armed. */
function tellArmed(holder: u32, index: u32, end: u32): void {
  const events = eventsOf(cellAt(holder));
  for (let left = events.roomArmed; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    if (!refersTo(holder, slot, index, end)) continue;
    events.roomArmed &= ~((<u64>1) << slot);
    raise(holder, EVENT_ROOM, slot);
  }
}

/** There is a message for `end`: wakes who waits for it. */
export function tellMessage(index: u32, end: u32): void {
  const channel = channelAt(index);
  if (endOf(channel, end).cell == KERNEL_END) return;
  wakeOnSlot(endOf(channel, end).cell, endOf(channel, end).slot);
  if (isShared(channel, end)) wakeHolders(index, end);
}

/**
 * There is room for what `end` sends: its blocked sender continues, or gets the room event that a refused send armed.
 */
export function tellRoom(index: u32, end: u32): void {
  const channel = channelAt(index);
  if (endGone(channel, end) || endOf(channel, end).cell == KERNEL_END) return;
  tellArmed(endOf(channel, end).cell, index, end);
  wakeOnRoom(endOf(channel, end).cell, endOf(channel, end).slot);
  if (!isShared(channel, end)) return;
  for (let holder: u32 = 0; holder < CELLS; ++holder) tellArmed(holder, index, end);
  wakeHolders(index, end);
}

/** Wakes the holders of `end`, whatever they wait for on this channel, because it will not come any more. */
export function wakePeer(index: u32, end: u32): void {
  const channel = channelAt(index);
  if (endGone(channel, end) || endOf(channel, end).cell == KERNEL_END) return;
  tellMessage(index, end);
  tellRoom(index, end);
}
