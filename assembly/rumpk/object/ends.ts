/*
 * The life of a channel: it opens with both ends gone, slots and spawn records attach to an end and detach from it, and
 * with the last of them the end hangs up. When both are gone the rings return to the arena.
 *
 * Guarantees: an end that is gone never comes back on this channel (a server's end survives the server's restart); a
 * channel is charged to one payer at any time; an open that fails gives everything back.
 */
import { ENOBUFS } from "../../abi/errno";
import { EVENT_CONNECTED, EVENT_GONE } from "../../abi/event";
import { PORT_STREAM } from "../../abi/image";
import { arenaGive, arenaTake } from "../base/arena";
import { CHANNELS } from "../base/limits";
import { ringBytes, ringInit } from "../base/ring";
import { ARENA_AT, ARENA_END } from "../base/tables";
import { raise } from "../run/event";
import { BROKEN, GONE, KERNEL_END, channelAt, endGone, ringTowards, endOf } from "./channel";
import { NO_PAYER, arenaCharge, quotaAllows, quotaGive, quotaTake } from "./quota";
import { wakePeer } from "./tell";

/** Bytes of the whole arena. */
const ARENA_SIZE: usize = ARENA_END - ARENA_AT;

function makeRing(index: u32, end: u32, entrySize: u32, entryCount: u32): bool {
  const ring = ringTowards(index, end);
  ring.base = 0;
  if (entrySize == 0) return true;
  const bytes = ringBytes(entrySize, entryCount);
  if (bytes > <u64>u32.MAX_VALUE) return false;
  const base = arenaTake(<u32>bytes);
  if (base == 0) return false;
  ringInit(ring, base, entrySize, entryCount);
  return true;
}

function freeRing(index: u32, end: u32): void {
  const ring = ringTowards(index, end);
  if (ring.base == 0) return;
  arenaGive(ring.base, <u32>ringBytes(ring.entrySize, ring.entryCount));
  ring.base = 0;
}

/**
 * Opens a channel whose ends are still unattached: the ring towards the server has `inSize` x `inCount`, the one
 * towards the client `outSize` x `outCount`; size 0 means no ring. It is charged to `payer`. Returns its index, or
 * -ENOBUFS: no room, or more than the payer may have.
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
    for (let end: u32 = 0; end < 2; ++end) {
      endOf(channel, end).references = 0;
      endOf(channel, end).records = 0;
    }
    return index;
  }
  return ENOBUFS;
}

/** What a ring is charged with. */
function ringCharge(entrySize: u32, entryCount: u32): u64 {
  if (entrySize == 0) return 0;
  const bytes = ringBytes(entrySize, entryCount);
  return bytes > <u64>ARENA_SIZE ? bytes : arenaCharge(<u32>bytes);
}

/** What a channel is charged with. */
export function channelCharge(index: u32): u32 {
  const one = ringTowards(index, 0);
  const other = ringTowards(index, 1);
  const first = one.base == 0 ? 0 : ringCharge(one.entrySize, one.entryCount);
  return <u32>(first + (other.base == 0 ? 0 : ringCharge(other.entrySize, other.entryCount)));
}

/** Charges the channel to another cell, whatever that cell's bound, or to nobody. */
export function channelPayer(index: u32, payer: u32): void {
  const channel = channelAt(index);
  const charge = channelCharge(index);
  quotaGive(channel.payer, charge, 1);
  channel.payer = <u16>payer;
  quotaTake(payer, charge, 1);
}

/** A spawn record refers to `end`, which must not be gone. Nobody is told about its messages. */
export function channelHold(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert(!endGone(channel, end));
  ++endOf(channel, end).references;
  ++endOf(channel, end).records;
}

/** A spawn record refers to `end` no longer. */
export function channelUnhold(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert(endOf(channel, end).records != 0);
  --endOf(channel, end).records;
  channelDetach(index, end);
}

/** One more slot refers to `end`; from now on its cell and slot are the ones told about messages. */
export function channelAttach(index: u32, end: u32, cellIndex: u32, slot: u32): void {
  const channel = channelAt(index);
  assert(channel.used != 0);
  channelMoveOwner(index, end, cellIndex, slot);
  ++endOf(channel, end).references;
  channel.flags &= ~(GONE << end);
}

/** Makes `end` the kernel's for good: the kernel sends from it, and nobody is told about its messages. */
export function channelAttachKernel(index: u32, end: u32): void {
  channelAttach(index, end, KERNEL_END, 0);
}

/** Makes another slot that refers to `end` already the one told about messages. */
export function channelMoveOwner(index: u32, end: u32, cellIndex: u32, slot: u32): void {
  const record = endOf(channelAt(index), end);
  record.cell = <u8>cellIndex;
  record.slot = <u8>slot;
}

/**
 * One slot less refers to `end`. With the last one it hangs up: a server gets an event, a client is woken. With both
 * ends gone the channel is freed.
 */
export function channelDetach(index: u32, end: u32): void {
  const channel = channelAt(index);
  assert(channel.used != 0 && !endGone(channel, end));
  if (--endOf(channel, end).references != 0) return;
  channel.flags |= GONE << end;
  const other = end ^ 1;
  if (!endGone(channel, other)) {
    const peer = endOf(channel, other);
    if (other == 1 && channel.port != 0 && peer.cell != KERNEL_END) raise(peer.cell, EVENT_GONE, peer.slot);
    wakePeer(index, other);
    return;
  }
  channelPayer(index, NO_PAYER);
  freeRing(index, 0);
  freeRing(index, 1);
  channel.used = 0;
  ++channel.serial;
}

/**
 * The server of a channel was restarted and keeps its end: the client gets one -EPIPE, the server an event. A session
 * starts empty; a stream keeps what was not consumed.
 */
export function channelRenew(index: u32): void {
  const channel = channelAt(index);
  if ((channel.flags & PORT_STREAM) == 0) {
    channel.denied = 0;
    for (let end: u32 = 0; end < 2; ++end) {
      const ring = ringTowards(index, end);
      if (ring.base != 0) ringInit(ring, ring.base, ring.entrySize, ring.entryCount);
    }
    // The rings no longer know who waits: others that share the server's end look again.
    wakePeer(index, 1);
  }
  const server = endOf(channel, 1);
  raise(server.cell, EVENT_CONNECTED, server.slot);
  if (endGone(channel, 0)) {
    raise(server.cell, EVENT_GONE, server.slot);
    return;
  }
  channel.flags |= BROKEN;
  wakePeer(index, 0);
}
