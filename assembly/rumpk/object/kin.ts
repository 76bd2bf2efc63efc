/*
 * Kin: a cell, its ancestors and its descendants. Messages among kin are no rest (rest.ts); else a cell could keep the
 * watchdog and its strikes away with a pipe of its own, or with a child.
 *
 * A mark on each channel says whether a holder of one end is kin of a holder of the other. Every message reads it, so
 * it is set where ends are attached and detached (slots.ts), which is rare. When a cell in between ends, so does the
 * kinship, but the mark stays until an end moves.
 */
import { CAP_CHANNEL } from "../../abi/rights";
import { slotAt } from "./capability";
import { cellAt } from "../run/cell";
import { Channel, KERNEL_END, channelAt, endGone, endSlots, markKin, endOf } from "./channel";
import { CELLS, NO_CELL } from "../base/limits";

/** A cell and its ancestors, one bit each. */
function lineage(index: u32): u64 {
  let set: u64 = 0;
  let at = index;
  for (let steps: u32 = 0; steps < CELLS; ++steps) {
    set |= (<u64>1) << at;
    const cell = cellAt(at);
    if (cell.parent == NO_CELL || cellAt(cell.parent).serial != cell.parentSerial) break;
    at = cell.parent;
  }
  return set;
}

function holds(index: u32, channelIndex: u32, end: u32): bool {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const capability = slotAt(index, <u32>ctz(left));
    if (capability.kind == CAP_CHANNEL && capability.object == channelIndex && capability.end == end) return true;
  }
  return false;
}

/** The cells that hold an end, a bit each; the kernel is none. */
function holdersOf(index: u32, channel: Channel, end: u32): u64 {
  if (endGone(channel, end) || endOf(channel, end).cell == KERNEL_END) return 0;
  if (endSlots(channel, end) == 1) return (<u64>1) << endOf(channel, end).cell;
  let set: u64 = 0;
  for (let holder: u32 = 0; holder < CELLS; ++holder) if (holds(holder, index, end)) set |= (<u64>1) << holder;
  return set;
}

/** Whether some holder of one end of a channel is kin of some holder of the other. */
export function joinsKin(index: u32): bool {
  const channel = channelAt(index);
  const clients = holdersOf(index, channel, 0);
  const servers = holdersOf(index, channel, 1);
  for (let left = clients | servers; left != 0; left &= left - 1) {
    const cell = <u32>ctz(left);
    const others = (((clients >> cell) & 1) != 0 ? servers : 0) | (((servers >> cell) & 1) != 0 ? clients : 0);
    if ((lineage(cell) & others) != 0) return true;
  }
  return false;
}

/** Marks a channel by who holds its ends now. */
export function reckonKin(index: u32): void {
  markKin(channelAt(index), joinsKin(index));
}
