/*
 * wait and join: the calls that let time pass. Deadlines are absolute; one that has passed makes the call a poll, the
 * largest i64 never comes. wait on no slots sleeps, and with a deadline in the past gives the turn away.
 */
import { CAP_CELL, CAP_CHANNEL, RIGHT_JOIN, RIGHT_TICK } from "../../abi/rights";
import { CELL_ENDED, CELL_QUARANTINED } from "../../abi/cell";
import { COST_TICK } from "../../abi/energy";
import { EACCES, EBADF, EINVAL, ETIMEDOUT, WOULD_BLOCK } from "../../abi/errno";
import { NEVER } from "../../abi/calls";
import { checkSlot, slotAt } from "../object/capability";
import { Cell, cellAt } from "../run/cell";
import { channelAt, endGone, isBroken, ringTowards } from "../object/channel";
import { chargeCall } from "../run/energy";
import { eventAbout, eventsPending } from "../run/event";
import { timeNow } from "../base/hal";
import { ringConsumerWaits, ringPeek } from "../base/ring";
import { block, callOf, yieldTurn } from "../run/pending";
import { SLOTS } from "../base/limits";

/** Deadline of a pending yield. No caller can ask for it, because a deadline in the past never blocks. */
const YIELDED: i64 = i64.MIN_VALUE;

/** Whether a call with this deadline may block: it has not passed. */
@inline
function mayBlock(deadline: i64): bool {
  return deadline == NEVER || deadline > timeNow();
}

/** Whether a cell has ended for good. */
@inline
function hasEnded(cell: Cell): bool {
  return cell.state == CELL_ENDED || cell.state == CELL_QUARANTINED;
}

/**
 * 1 when `slot` is ready, 0 when not, or a negative errno when it cannot be waited for. `arm` sets the waiting word.
 */
export function slotReady(index: u32, slot: u32, arm: bool): i32 {
  const cell = cellAt(index);
  if (slot == 0) return eventsPending(cell) ? 1 : 0;
  if (slot >= SLOTS) return EBADF;
  const capability = slotAt(index, slot);
  if (capability.kind == CAP_CELL) {
    if ((capability.rights & RIGHT_JOIN) == 0) return EACCES;
    return !eventAbout(cell, slot) && hasEnded(cellAt(capability.object)) ? 1 : 0;
  }
  if (capability.kind != CAP_CHANNEL) return EBADF;
  if ((capability.rights & RIGHT_TICK) == 0) return EACCES;
  if (eventAbout(cell, slot)) return 0;
  const channel = channelAt(capability.object);
  const end: u32 = capability.end;
  if (endGone(channel, end ^ 1) || isBroken(channel, end)) return 1;
  const ring = ringTowards(capability.object, end);
  if (ring.base == 0) return 0;
  if (arm) ringConsumerWaits(ring);
  return ringPeek(ring) != 0 ? 1 : 0;
}

/** The ready ones of `slots`, or a negative errno. */
function readySlots(index: u32, slots: u64, arm: bool): i64 {
  let ready: u64 = 0;
  for (let left = slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    const answer = slotReady(index, slot, arm);
    if (answer < 0) return answer;
    ready |= (<u64>answer) << slot;
  }
  return <i64>ready;
}

/** wait(slots, deadline): docs/abi.md. */
export function wait(index: u32, slots: i64, deadline: i64): i64 {
  if (slots < 0) return EINVAL;
  const cell = cellAt(index);
  const pending = callOf(cell).deadline;
  callOf(cell).deadline = NEVER;
  const blocks = mayBlock(deadline);
  let ready = readySlots(index, slots, false);
  if (ready == 0 && blocks) ready = readySlots(index, slots, true);
  if (ready < 0) return ready;
  // When repeated, a sleep or a yield is over; only the first poll of no slots gives the turn away.
  const repeated = pending == deadline;
  if (ready != 0 || (!blocks && (slots != 0 || pending == YIELDED || repeated))) {
    chargeCall(cell, COST_TICK);
    return ready;
  }
  if (blocks) block(index, <u64>slots, 0, deadline);
  else {
    callOf(cell).deadline = YIELDED;
    yieldTurn(index);
  }
  return WOULD_BLOCK;
}

/** join(slot, deadline): docs/abi.md. */
export function join(index: u32, slot: u32, deadline: i64): i64 {
  const refused = checkSlot(index, slot, CAP_CELL, RIGHT_JOIN);
  if (refused < 0) return refused;
  const child = cellAt(slotAt(index, slot).object);
  if (hasEnded(child)) {
    chargeCall(cellAt(index), COST_TICK);
    // Not <i64>(<u32>status): optimized, asc loads a signed field with its sign.
    return ((<i64>child.cause) << 32) | ((<i64>child.status) & 0xffffffff);
  }
  if (!mayBlock(deadline)) return ETIMEDOUT;
  block(index, (<u64>1) << slot, 0, deadline);
  return WOULD_BLOCK;
}
