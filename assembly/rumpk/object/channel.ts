/*
 * Channels: a duplex pair of ION rings between two cells. End 0 is the client's, end 1 the server's; the ring numbered
 * by an end carries messages towards it, and either ring may be absent. Several slots may refer to an end after a grant,
 * and it is gone when none does. One of them owns it: its cell is the peer, and gets the events. A cell that waits on any of
 * them is woken. An end that only a spawn record holds is owned by nobody.
 *
 * Guarantees: an end that is gone never comes back on this channel (a server's end survives the server's restart); what
 * was sent stays readable until it is read; when both ends are gone the rings return to the arena and the serial changes,
 * so that a stale slot finds nothing.
 */
import { CELL_BLOCKED } from "../../abi/cell";
import { ENOBUFS } from "../../abi/errno";
import { EVENT_CONNECTED, EVENT_GONE, EVENT_ROOM } from "../../abi/event";
import { PORT_STREAM } from "../../abi/image";
import { CAP_CHANNEL } from "../../abi/rights";
import { arenaGive, arenaTake } from "../base/arena";
import { Capability, slotAt } from "./capability";
import { cellAt } from "../run/cell";
import { CHECKED } from "../base/checked";
import { eventsOf, raise } from "../run/event";
import { CELLS, CHANNELS, NO_CELL, SLOTS } from "../base/limits";
import { NO_PAYER, arenaCharge, quotaAllows, quotaGive, quotaTake } from "./quota";
import { Ring, ringBytes, ringInit } from "../base/ring";
import { callOf, makeReady, wakeOnRoom, wakeOnSlot } from "../run/scheduler";
import { ARENA_AT, ARENA_END, CHANNELS_AT, CHANNEL_STRIDE, RINGS_AT, RING_STRIDE } from "../base/tables";

/** In place of a cell: no slot refers to the end, only the kernel or a spawn record, and nobody waits on it. */
export const KERNEL_END: u32 = 0xff;

if (CELLS > KERNEL_END || SLOTS > <u32>u8.MAX_VALUE) ERROR("a cell or a slot has no room in a Channel");
if (offsetof<Channel>() > CHANNEL_STRIDE) ERROR("a Channel is larger than its place");
if (offsetof<Ring>() > RING_STRIDE) ERROR("a Ring is larger than its place");

/** Bytes of the whole arena. */
const ARENA_SIZE: usize = ARENA_END - ARENA_AT;


@unmanaged
export class Channel {
  /** 1 while in use. */
  used: u16;
  /** The cell that it is charged to, or NO_PAYER. */
  payer: u16;
  serial: u32;
  /** Port by which it was opened, 0 for a channel between two slots of one cell. */
  port: u32;
  /** PORT_STREAM, BROKEN, GONE, KIN. */
  flags: u32;
  /** Of each end: the cell and slot that own it, how many slots and spawn records refer to it, and how many of those are records. */
  cell0: u8;
  slot0: u8;
  references0: u16;
  records0: u16;
  cell1: u8;
  slot1: u8;
  references1: u16;
  records1: u16;
  /** Requests of a session up to which its server has told of a refusal. */
  denied: u32;
}

/** Flag: the server was restarted and the client has not been told yet; its next call answers -EPIPE, once. */
const BROKEN: u32 = 0x100;
/** Flag of end 0, shifted left by one for end 1: no slot refers to it any more. */
const GONE: u32 = 0x200;
/** Flag: a holder of one end is kin of a holder of the other (kin.ts). */
const KIN: u32 = 0x800;


@inline
export function channelAt(index: u32): Channel {
  if (CHECKED) assert(index < CHANNELS, "a channel's index");
  return changetype<Channel>(CHANNELS_AT + <usize>(index * CHANNEL_STRIDE));
}

/** The ring that carries messages towards `end`. */
@inline
export function ringTowards(index: u32, end: u32): Ring {
  return changetype<Ring>(RINGS_AT + <usize>((2 * index + end) * RING_STRIDE));
}

/** Cell of an end. */
@inline
export function endCell(channel: Channel, end: u32): u32 {
  return end == 0 ? channel.cell0 : channel.cell1;
}

/** Slot of an end in its cell. */
@inline
export function endSlot(channel: Channel, end: u32): u32 {
  return end == 0 ? channel.slot0 : channel.slot1;
}

/** How many slots refer to an end; the kernel counts as one where it holds it. */
@inline
export function endSlots(channel: Channel, end: u32): u32 {
  return end == 0 ? channel.references0 - channel.records0 : channel.references1 - channel.records1;
}

/** Whether an end is gone for good. */
@inline
export function endGone(channel: Channel, end: u32): bool {
  return (channel.flags & (GONE << end)) != 0;
}

/** Whether the client has to be told that its server was restarted; tells it only once. */
@inline
export function takeBroken(channel: Channel, end: u32): bool {
  if (end != 0 || (channel.flags & BROKEN) == 0) return false;
  channel.flags &= ~BROKEN;
  return true;
}

/** Whether a send from `end` has to look closer: its peer is gone, or its server was restarted. */
@inline
export function needsAttention(channel: Channel, end: u32): bool {
  return (channel.flags & (end == 0 ? BROKEN | (GONE << 1) : GONE)) != 0;
}

/** As takeBroken, without telling. */
@inline
export function isBroken(channel: Channel, end: u32): bool {
  return end == 0 && (channel.flags & BROKEN) != 0;
}

/** Whether what is said on this channel stays among kin. */
@inline
export function isAmongKin(channel: Channel): bool {
  return (channel.flags & KIN) != 0;
}


@inline
export function markKin(channel: Channel, kin: bool): void {
  channel.flags = kin ? channel.flags | KIN : channel.flags & ~KIN;
}

function makeRing(index: u32, end: u32, slotSize: u32, slotCount: u32): bool {
  const ring = ringTowards(index, end);
  ring.base = 0;
  if (slotSize == 0) return true;
  const bytes = ringBytes(slotSize, slotCount);
  if (bytes > <u64>u32.MAX_VALUE) return false;
  const base = arenaTake(<u32>bytes);
  if (base == 0) return false;
  ringInit(ring, base, slotSize, slotCount);
  return true;
}

function freeRing(index: u32, end: u32): void {
  const ring = ringTowards(index, end);
  if (ring.base == 0) return;
  arenaGive(ring.base, <u32>ringBytes(ring.slotSize, ring.slotCount));
  ring.base = 0;
}

/**
 * Opens a channel whose ends are still unattached: the ring towards the server has `inSize` x `inCount`, the one towards
 * the client `outSize` x `outCount`; size 0 means no ring. It is charged to `payer`. Returns its index, or -ENOBUFS: no room,
 * or more than the payer may have.
 */
export function channelOpen(
  payer: u32,
  port: u32,
  flags: u32,
  inSize: u32,
  inCount: u32,
  outSize: u32,
  outCount: u32,
): i32 {
  const charge = ringCharge(inSize, inCount) + ringCharge(outSize, outCount);
  if (charge > <u64>ARENA_SIZE || !quotaAllows(payer, <u32>charge, 1)) return ENOBUFS;
  for (let index: u32 = 0; index < CHANNELS; ++index) {
    const channel = channelAt(index);
    if (channel.used != 0) continue;
    if (!makeRing(index, 1, inSize, inCount)) return ENOBUFS;
    if (!makeRing(index, 0, outSize, outCount)) {
      freeRing(index, 1);
      return ENOBUFS;
    }
    channel.used = 1;
    channel.payer = <u16>payer;
    quotaTake(payer, <u32>charge, 1);
    ++channel.serial;
    channel.port = port;
    channel.flags = (flags & PORT_STREAM) | GONE | (GONE << 1);
    channel.denied = 0;
    channel.references0 = 0;
    channel.references1 = 0;
    channel.records0 = 0;
    channel.records1 = 0;
    return index;
  }
  return ENOBUFS;
}

/** What a ring is charged with. */
function ringCharge(slotSize: u32, slotCount: u32): u64 {
  if (slotSize == 0) return 0;
  const bytes = ringBytes(slotSize, slotCount);
  return bytes > <u64>ARENA_SIZE ? bytes : arenaCharge(<u32>bytes);
}

/** What a channel is charged with. */
export function channelCharge(index: u32): u32 {
  const one = ringTowards(index, 0);
  const other = ringTowards(index, 1);
  const first = one.base == 0 ? 0 : ringCharge(one.slotSize, one.slotCount);
  return <u32>(first + (other.base == 0 ? 0 : ringCharge(other.slotSize, other.slotCount)));
}

/** From now on the channel is charged to another cell, whatever that one's bound, or to nobody. */
export function channelPayer(index: u32, payer: u32): void {
  const channel = channelAt(index);
  const charge = channelCharge(index);
  quotaGive(channel.payer, charge, 1);
  channel.payer = <u16>payer;
  quotaTake(payer, charge, 1);
}

/** A spawn record refers to `end`: it is not gone, and nobody is told about its messages. */
export function channelHold(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert(!endGone(channel, end));
  if (end == 0) {
    ++channel.references0;
    ++channel.records0;
  } else {
    ++channel.references1;
    ++channel.records1;
  }
}

/** A spawn record refers to `end` no longer. */
export function channelUnhold(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert((end == 0 ? channel.records0 : channel.records1) != 0);
  if (end == 0) --channel.records0;
  else --channel.records1;
  channelDetach(index, end);
}

/** One more slot refers to `end`; from now on its cell and slot are the ones told about messages. */
export function channelAttach(index: u32, end: u32, cell: u32, slot: u32): void {
  const channel = channelAt(index);
  assert(channel.used != 0);
  channelMoveOwner(index, end, cell, slot);
  if (end == 0) ++channel.references0;
  else ++channel.references1;
  channel.flags &= ~(GONE << end);
}

/** Makes `end` the kernel's for good: it can be sent from, and nobody is told about it. */
export function channelAttachKernel(index: u32, end: u32): void {
  channelAttach(index, end, KERNEL_END, 0);
}

/** Makes another slot that refers to `end` already the one told about messages. */
export function channelMoveOwner(index: u32, end: u32, cell: u32, slot: u32): void {
  const channel = channelAt(index);
  if (end == 0) {
    channel.cell0 = <u8>cell;
    channel.slot0 = <u8>slot;
  } else {
    channel.cell1 = <u8>cell;
    channel.slot1 = <u8>slot;
  }
}

/** One slot less refers to `end`. The last one hangs up: a server gets an event, a client is woken; with both ends gone the channel is freed. */
export function channelDetach(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert(channel.used != 0 && !endGone(channel, end));
  const left = end == 0 ? --channel.references0 : --channel.references1;
  if (left != 0) return;
  channel.flags |= GONE << end;
  const other = end ^ 1;
  if (!endGone(channel, other)) {
    const cell = endCell(channel, other);
    const slot = endSlot(channel, other);
    if (other == 1 && channel.port != 0 && cell != KERNEL_END) raise(cell, EVENT_GONE, slot);
    wakePeer(index, other);
    return;
  }
  channelPayer(index, NO_PAYER);
  freeRing(index, 0);
  freeRing(index, 1);
  channel.used = 0;
  ++channel.serial;
}


@inline
function isShared(channel: Channel, end: u32): bool {
  return (end == 0 ? channel.references0 : channel.references1) > 1;
}


@inline
function refersTo(cell: u32, slot: u32, index: u32, end: u32): bool {
  const capability = slotAt(cell, slot);
  return capability.kind == CAP_CHANNEL && capability.object == index && capability.end == end;
}

/** Wakes every cell whose pending call waits on a slot with a shared end; it finds out by itself what happened. */
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
  if (endCell(channel, end) == KERNEL_END) return;
  wakeOnSlot(endCell(channel, end), endSlot(channel, end));
  if (isShared(channel, end)) wakeHolders(index, end);
}

/** There is room for what `end` sends: its blocked sender continues, or gets the room event that a refused send armed. */
export function tellRoom(index: u32, end: u32): void {
  const channel = channelAt(index);
  if (endGone(channel, end) || endCell(channel, end) == KERNEL_END) return;
  tellArmed(endCell(channel, end), index, end);
  wakeOnRoom(endCell(channel, end), endSlot(channel, end));
  if (!isShared(channel, end)) return;
  for (let holder: u32 = 0; holder < CELLS; ++holder) tellArmed(holder, index, end);
  wakeHolders(index, end);
}

/** Wakes who holds `end`, whatever it waits for on this channel: a message, or room, which will not come any more. */
export function wakePeer(index: u32, end: u32): void {
  const channel = channelAt(index);
  if (endGone(channel, end) || endCell(channel, end) == KERNEL_END) return;
  tellMessage(index, end);
  tellRoom(index, end);
}

/**
 * The server of a channel was restarted and keeps its end: the client is told once by -EPIPE, the server by an event.
 * A session starts empty; a stream keeps what was not consumed.
 */
export function channelRenew(index: u32): void {
  const channel = channelAt(index);
  if ((channel.flags & PORT_STREAM) == 0) {
    channel.denied = 0;
    for (let end: u32 = 0; end < 2; ++end) {
      const ring = ringTowards(index, end);
      if (ring.base != 0) ringInit(ring, ring.base, ring.slotSize, ring.slotCount);
    }
    // The rings no longer know who waits: others that share the server's end look again.
    wakePeer(index, 1);
  }
  raise(channel.cell1, EVENT_CONNECTED, channel.slot1);
  if (endGone(channel, 0)) {
    raise(channel.cell1, EVENT_GONE, channel.slot1);
    return;
  }
  channel.flags |= BROKEN;
  wakePeer(index, 0);
}

/**
 * Whether the server of a session has taken a request that it has neither answered nor told of a refusal of; that it has
 * told of this one is noted. The rings count: `tail` requests were taken, `head` answers were sent.
 */
export function takeDenial(index: u32): bool {
  const channel = channelAt(index);
  const requests = ringTowards(index, 1);
  const answers = ringTowards(index, 0);
  if ((channel.flags & PORT_STREAM) != 0 || requests.base == 0 || answers.base == 0) return false;
  const open = <i32>(requests.tail - answers.head);
  const untold = requests.tail - channel.denied;
  if (open <= 0 || untold == 0) return false;
  channel.denied = requests.tail - min(<u32>open, untold) + 1;
  return true;
}

/** Whether a message waits in a stream towards a server: something that is still to be written out. */
export function streamPending(index: u32): bool {
  const channel = channelAt(index);
  if (channel.used == 0 || (channel.flags & PORT_STREAM) == 0 || endGone(channel, 1)) return false;
  const ring = ringTowards(index, 1);
  return ring.base != 0 && ring.head != ring.tail;
}

/** Whether a capability is a client's end of a session: the server knows its client by it, so it cannot be handed on. */
export function isSessionClient(capability: Capability): bool {
  if (capability.kind != CAP_CHANNEL || capability.end != 0) return false;
  const channel = channelAt(capability.object);
  return channel.port != 0 && (channel.flags & PORT_STREAM) == 0;
}

/** The cell that a message on `end` goes to, or NO_CELL. */
@inline
export function peerCell(channel: Channel, end: u32): u32 {
  const cell = endCell(channel, end ^ 1);
  return endGone(channel, end ^ 1) || cell == KERNEL_END ? NO_CELL : cell;
}
