/*
 * Channels: a duplex pair of ION rings between two cells. End 0 is the client's, end 1 the server's; the ring numbered
 * by an end carries messages towards it, and either ring may be absent. Several slots may refer to an end after a
 * grant, and it is gone when none does (ends.ts). One of them owns it: its cell is the peer, and gets the events
 * (tell.ts). An end that only a spawn record holds is owned by nobody.
 *
 * Guarantees: what was sent stays readable until it is read; the serial changes when a channel is freed, so that a
 * stale slot finds nothing.
 */
import { PORT_STREAM } from "../../abi/image";
import { CAP_CHANNEL } from "../../abi/rights";
import { CHECKED } from "../base/checked";
import { CELLS, CHANNELS, NO_CELL, SLOTS } from "../base/limits";
import { Ring } from "../base/ring";
import { CHANNELS_AT, CHANNEL_STRIDE, RINGS_AT, RING_STRIDE } from "../base/tables";
import { Capability } from "./capability";

/** Instead of a cell: only the kernel or a spawn record refers to the end, and nobody waits on it. */
export const KERNEL_END: u32 = 0xff;

if (CELLS > KERNEL_END || SLOTS > <u32>u8.MAX_VALUE) ERROR("a cell or a slot has no room in a Channel");
if (offsetof<Channel>() + 2 * offsetof<End>() > CHANNEL_STRIDE) ERROR("a Channel is larger than its place");
if (offsetof<Ring>() > RING_STRIDE) ERROR("a Ring is larger than its place");


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
  /** The last request of a session for which its server has reported a refusal. */
  denied: u32;
}

/** An end of a channel. */
@unmanaged
export class End {
  /** Cell that owns it, or KERNEL_END. */
  cell: u8;
  /** Slot of that cell. */
  slot: u8;
  /** How many slots and spawn records refer to it. */
  references: u16;
  /** How many of those are spawn records. */
  records: u16;
}

/** Where end 0 lies in a channel's place; end 1 follows. */
const ENDS_IN: usize = offsetof<Channel>();

/** Flag: the server was restarted and the client has not been told yet; its next call answers -EPIPE, once. */
export const BROKEN: u32 = 0x100;
/** Flag of end 0, shifted left by one for end 1: no slot refers to it any more. */
export const GONE: u32 = 0x200;
/** Flag: a holder of one end is kin of a holder of the other (kin.ts). */
export const KIN: u32 = 0x800;


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

/** The record of end `end` (0 or 1). */
@inline
export function endOf(channel: Channel, end: u32): End {
  return changetype<End>(changetype<usize>(channel) + ENDS_IN + <usize>end * offsetof<End>());
}

/** How many slots refer to an end; the kernel counts as one where it holds it. */
@inline
export function endSlots(channel: Channel, end: u32): u32 {
  const record = endOf(channel, end);
  return record.references - record.records;
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

/** Whether a send from `end` needs a closer look: its peer is gone, or its server was restarted. */
@inline
export function needsAttention(channel: Channel, end: u32): bool {
  return (channel.flags & (end == 0 ? BROKEN | (GONE << 1) : GONE)) != 0;
}

/** As takeBroken, without telling. */
@inline
export function isBroken(channel: Channel, end: u32): bool {
  return end == 0 && (channel.flags & BROKEN) != 0;
}

/** Whether messages on this channel stay among kin. */
@inline
export function isAmongKin(channel: Channel): bool {
  return (channel.flags & KIN) != 0;
}


@inline
export function markKin(channel: Channel, kin: bool): void {
  channel.flags = kin ? channel.flags | KIN : channel.flags & ~KIN;
}

/**
 * Whether the server of a session has a request that it has neither answered nor reported as refused; if so, marks one
 * as reported. The rings count: `tail` requests were taken, `head` answers were sent.
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

/** Whether a stream still has messages for its server to write out. */
export function streamPending(index: u32): bool {
  const channel = channelAt(index);
  if (channel.used == 0 || (channel.flags & PORT_STREAM) == 0 || endGone(channel, 1)) return false;
  const ring = ringTowards(index, 1);
  return ring.base != 0 && ring.head != ring.tail;
}

/**
 * Whether a capability is a client's end of a session. It cannot be granted, because the server knows its client by it.
 */
export function isSessionClient(capability: Capability): bool {
  if (capability.kind != CAP_CHANNEL || capability.end != 0) return false;
  const channel = channelAt(capability.object);
  return channel.port != 0 && (channel.flags & PORT_STREAM) == 0;
}

/** The cell that a message on `end` goes to, or NO_CELL. */
@inline
export function peerCell(channel: Channel, end: u32): u32 {
  const cell: u32 = endOf(channel, end ^ 1).cell;
  return endGone(channel, end ^ 1) || cell == KERNEL_END ? NO_CELL : cell;
}
