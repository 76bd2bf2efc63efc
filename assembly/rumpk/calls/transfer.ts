/*
 * send and recv: one message, copied into or out of the ring of a channel. Both check first and change last: a call
 * that fails or blocks has moved nothing and cost nothing. recv on slot 0 reads the cell's events.
 */
import { CAP_CELL, CAP_CHANNEL, RIGHT_RECV, RIGHT_SEND } from "../../abi/rights";
import { COST_RECV, COST_SEND } from "../../abi/energy";
import { DISCARD, NEVER, NOWAIT } from "../../abi/calls";
import { EACCES, EAGAIN, EFAULT, EINVAL, EMSGSIZE, EPERM, EPIPE, WOULD_BLOCK } from "../../abi/errno";
import { EVENT_CONNECTED, EVENT_INTERRUPT, Event } from "../../abi/event";
import { CELL_BLOCKED } from "../../abi/cell";
import { checkSlot, slotAt } from "../object/capability";
import { Cell, cellAt } from "../run/cell";
import { Channel, channelAt, endGone, isAmongKin, needsAttention, peerCell, ringTowards } from "../object/channel";
import { takeBroken } from "../object/channel";
import { tellMessage, tellRoom } from "../object/tell";
import { chargeCall } from "../run/energy";
import { eventAbout, eventSlot, eventsOf, nextEvent, takeEvent } from "../run/event";
import { cellRead, cellWrite } from "../base/hal";
import {
  ringCommit,
  ringConsumerWaits,
  ringPayload,
  ringPeek,
  ringProducerWaits,
  ringRelease,
  ringReserve,
} from "../base/ring";
import { NO_CELL } from "../base/limits";
import { checkPromise } from "../authority/pledge";
import { noteRest } from "../run/rest";
import { accountOf, endLoanAlong, lendRank } from "../run/loan";
import { block, callOf } from "../run/pending";
import { turnOf } from "../run/ready";
import { SCRATCH_EVENT, SCRATCH_EVENT_SIZE } from "../base/tables";

if (offsetof<Event>() > SCRATCH_EVENT_SIZE) ERROR("a Event is larger than its place");

/** Bytes of a message's length in front of it. */
const HEADER: usize = 4;

/**
 * A client that waits lends its rank to its server, and along the chain of servers that wait themselves. A borrowed
 * rank is passed on; `steps` counts the hops.
 */
function lendAlong(rank: u32, lender: u32, steps: u32, channel: Channel, end: u32): void {
  let record = channel;
  let own = end;
  for (let step = steps + 1; own == 0; ++step) {
    const server = peerCell(record, 0);
    if (server == NO_CELL) return;
    const cell = cellAt(server);
    if (!lendRank(server, rank, lender, step) || cell.state != CELL_BLOCKED) return;
    const waitSet = callOf(cell).waitSet;
    if (popcnt(waitSet) != 1) return;
    const capability = slotAt(server, <u32>ctz(waitSet));
    if (capability.kind != CAP_CHANNEL) return;
    record = channelAt(capability.object);
    own = capability.end;
  }
}

/** send(slot, pointer, length, flags): docs/abi.md. */
export function send(index: u32, slot: u32, pointer: u32, length: u32, flags: u32): i64 {
  if ((flags & ~NOWAIT) != 0) return EINVAL;
  const refused = checkSlot(index, slot, CAP_CHANNEL, RIGHT_SEND);
  if (refused < 0) return refused;
  if (checkPromise(index, slot) < 0) return EPERM;
  const capability = slotAt(index, slot);
  const other: u32 = capability.end ^ 1;
  const channel = channelAt(capability.object);
  if (needsAttention(channel, capability.end)) {
    takeBroken(channel, capability.end);
    return EPIPE;
  }
  const ring = ringTowards(capability.object, other);
  if (ring.base == 0) return EACCES;
  if (length > ringPayload(ring)) return EMSGSIZE;
  const target = ringReserve(ring);
  if (target == 0) {
    ringProducerWaits(ring);
    return sendBlocked(index, slot, flags);
  }
  if (cellRead(index, pointer, target + HEADER, length) < 0) return EFAULT;
  if (other == 0) endLoanAlong(index);
  if (ringCommit(ring, target, length)) tellMessage(capability.object, other);
  const cell = cellAt(index);
  if (other == 0 && !isAmongKin(channel)) noteRest(cell);
  chargeCall(cell, COST_SEND);
  return length;
}

function sendBlocked(index: u32, slot: u32, flags: u32): i64 {
  const bit = (<u64>1) << slot;
  if ((flags & NOWAIT) != 0) {
    eventsOf(cellAt(index)).roomArmed |= bit;
    return EAGAIN;
  }
  block(index, 0, bit, NEVER);
  return WOULD_BLOCK;
}

/** recv(slot, pointer, capacity, flags): docs/abi.md. */
export function receive(index: u32, slot: u32, pointer: u32, capacity: u32, flags: u32): i64 {
  if ((flags & ~(NOWAIT | DISCARD)) != 0) return EINVAL;
  if (slot == 0) return receiveEvent(index, pointer, capacity, flags);
  const refused = checkSlot(index, slot, CAP_CHANNEL, RIGHT_RECV);
  if (refused < 0) return refused;
  if (checkPromise(index, slot) < 0) return EPERM;
  const cell = cellAt(index);
  if (eventAbout(cell, slot)) return EAGAIN;
  const capability = slotAt(index, slot);
  const end: u32 = capability.end;
  const channel = channelAt(capability.object);
  if (takeBroken(channel, end)) return EPIPE;
  const ring = ringTowards(capability.object, end);
  if (ring.base == 0) return EACCES;
  const message = ringPeek(ring);
  if (message == 0) {
    if (endGone(channel, end ^ 1)) return EPIPE;
    if ((flags & NOWAIT) != 0) return EAGAIN;
    ringConsumerWaits(ring);
    return receiveBlocked(index, slot, channel, end);
  }
  const length = load<u32>(message);
  if (length > ringPayload(ring)) return EPIPE;
  if ((flags & DISCARD) == 0) {
    if (length > capacity) return EMSGSIZE;
    if (cellWrite(index, pointer, message + HEADER, length) < 0) return EFAULT;
  }
  if (ringRelease(ring)) tellRoom(capability.object, end ^ 1);
  if (!isAmongKin(channel)) noteRest(cell);
  chargeCall(cell, COST_RECV);
  return length;
}

function receiveBlocked(index: u32, slot: u32, channel: Channel, end: u32): i64 {
  const turn = turnOf(cellAt(index));
  const rank = turn.rank;
  const lender = accountOf(index);
  const steps = turn.steps;
  block(index, (<u64>1) << slot, 0, NEVER);
  lendAlong(rank, lender, steps, channel, end);
  return WOULD_BLOCK;
}

/** Fills in who the peer or child on `slot` is; nothing when the slot holds neither, or the peer is gone. */
function describePeer(index: u32, slot: u32, event: Event): void {
  const capability = slotAt(index, slot);
  let peer = index;
  if (capability.kind == CAP_CHANNEL) {
    const channel = channelAt(capability.object);
    if (event.kind == EVENT_CONNECTED) event.data = channel.port;
    // The table entry of a peer that is gone may hold another instance or another cell.
    peer = peerCell(channel, capability.end);
    if (peer == NO_CELL) return;
  } else if (capability.kind == CAP_CELL) {
    peer = capability.object;
    event.data = cellAt(peer).cause;
  } else return;
  const cell = cellAt(peer);
  event.cell = peer;
  event.promises = cell.promises;
  event.generation = cell.generation;
}

function receiveEvent(index: u32, pointer: u32, capacity: u32, flags: u32): i64 {
  const cell: Cell = cellAt(index);
  const kind = nextEvent(cell);
  if (kind == 0) {
    if ((flags & NOWAIT) != 0) return EAGAIN;
    block(index, 1, 0, NEVER);
    return WOULD_BLOCK;
  }
  const slot = eventSlot(cell, kind);
  const event = changetype<Event>(SCRATCH_EVENT);
  memory.fill(SCRATCH_EVENT, 0, offsetof<Event>());
  event.kind = kind;
  event.slot = slot;
  if (kind != EVENT_INTERRUPT) describePeer(index, slot, event);
  if ((flags & DISCARD) == 0) {
    if (capacity < offsetof<Event>()) return EMSGSIZE;
    if (cellWrite(index, pointer, SCRATCH_EVENT, <u32>offsetof<Event>()) < 0) return EFAULT;
  }
  takeEvent(cell, kind, slot);
  if (kind == EVENT_INTERRUPT) noteRest(cell);
  chargeCall(cell, COST_RECV);
  return offsetof<Event>();
}
