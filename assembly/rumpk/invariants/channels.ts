/*
 * Invariants of channel.ts, ends.ts, kin.ts, ring.ts and lend.ts: an end counts the capabilities that refer to it, and
 * is gone when there is none; it is owned by one of them; a channel that is not used has no rings, and a ring no more
 * than its entries; a lend is over a channel that its lender holds.
 */
import { CAP_CHANNEL } from "../../abi/rights";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { isAuditEnd } from "../keep/audit";
import { Capability, capabilityIn, slotAt } from "../object/capability";
import { cellAt, cellIsAlive } from "../run/cell";
import { Channel, KERNEL_END, channelAt, endGone, endSlots, isAmongKin, ringTowards, endOf } from "../object/channel";
import { grantPlace } from "../keep/given";
import { joinsKin } from "../object/kin";
import { lendAt, lendChannel } from "../object/lend";
import { CELLS, CHANNELS, LENDS, SLOTS } from "../base/limits";
import { ownsMemory } from "../base/report";
import { SCRATCH_AT, SCRATCH_END } from "../base/tables";

/** References to each end of each channel as counted here, then those of spawn records: u16 each. */
const COUNTS: usize = SCRATCH_AT;
const RECORDS: usize = COUNTS + (CHANNELS << 2);
if (RECORDS + (CHANNELS << 2) > SCRATCH_END) ERROR("the counts are larger than the scratch space");


@inline
function placeOf(counts: usize, channelIndex: u32, end: u32): usize {
  return counts + (((channelIndex << 1) | end) << 1);
}

function count(capability: Capability, counts: usize): void {
  if (capability.kind != CAP_CHANNEL) return;
  const channel = channelAt(capability.object);
  assert(channel.used != 0 && channel.serial == capability.serial, "a slot refers to a channel that is there");
  const at = placeOf(counts, capability.object, capability.end);
  store<u16>(at, load<u16>(at) + 1);
}

function countHolders(): void {
  memory.fill(COUNTS, 0, CHANNELS << 3);
  for (let index: u32 = 0; index < CELLS; ++index) {
    for (let left = cellAt(index).slots; left != 0; left &= left - 1) count(slotAt(index, <u32>ctz(left)), COUNTS);
    for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) count(capabilityIn(grantPlace(index, n)), RECORDS);
  }
}

function checkEnd(index: u32, channel: Channel, end: u32): void {
  const references: u32 = endOf(channel, end).references;
  assert(endGone(channel, end) == (references == 0), "an end is gone when nobody holds it");
  if (references == 0) return;
  const cell = endOf(channel, end).cell;
  const records: u32 = load<u16>(placeOf(RECORDS, index, end));
  const slots: u32 = isAuditEnd(index, end) ? 1 : load<u16>(placeOf(COUNTS, index, end));
  assert(references == slots + records && endSlots(channel, end) == slots, "an end counts who holds it");
  if (cell == KERNEL_END) {
    assert(slots == 0 || isAuditEnd(index, end), "an end that a slot refers to is owned by a slot");
    return;
  }
  const owner = slotAt(cell, endOf(channel, end).slot);
  const owns = owner.kind == CAP_CHANNEL && owner.object == index && owner.end == end;
  assert(owns, "the end is owned by a slot that refers to it");
}

function checkLends(index: u32): void {
  for (let id: u32 = 0; id < LENDS; ++id) {
    const lent = lendChannel(index, id);
    if (lent < 0) continue;
    assert(cellIsAlive(cellAt(index)), "who lends lives");
    let held = false;
    for (let slot: u32 = 1; slot < SLOTS && !held; ++slot) {
      held = slotAt(index, slot).kind == CAP_CHANNEL && slotAt(index, slot).object == <u32>lent;
    }
    assert(held, "a lend is over a channel that its lender holds");
    const lend = lendAt(index, id);
    assert(ownsMemory(index, lend.pointer, lend.length), "what is lent lies in the memory of its lender");
  }
}

function checkRing(index: u32, end: u32): void {
  const ring = ringTowards(index, end);
  if (ring.base == 0) return;
  assert(ring.head - ring.tail <= ring.entryCount, "a ring holds no more than its entries");
  assert(ring.producerWaits <= 1 && ring.consumerWaits <= 1 && ring.broken == 0, "a local ring only waits or not");
}

export function checkChannels(): void {
  countHolders();
  for (let index: u32 = 0; index < CHANNELS; ++index) {
    const channel = channelAt(index);
    if (channel.used == 0) {
      assert(ringTowards(index, 0).base == 0 && ringTowards(index, 1).base == 0, "what is not used has no rings");
      continue;
    }
    assert(!endGone(channel, 0) || !endGone(channel, 1), "a channel without ends is free");
    for (let end: u32 = 0; end < 2; ++end) {
      checkEnd(index, channel, end);
      checkRing(index, end);
    }
    assert(isAmongKin(channel) || !joinsKin(index), "a channel among kin is marked");
  }
  for (let index: u32 = 0; index < CELLS; ++index) checkLends(index);
}
