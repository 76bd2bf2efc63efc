/*
 * Lends: a cell opens a range of its own memory to the peer of one channel, to read, to write or both; only a cell that
 * holds the other end can use it. The memory stays where it is; the peer copies with META_COPY, bounds-checked at each
 * use. A lend dies with either end of its channel, and when the lender holds neither.
 */
import { EACCES, EBADF, EINVAL, EMFILE } from "../../abi/errno";
import { COPY_TO_LENDER, LEND_READ, LEND_WRITE } from "../../abi/calls";
import { Channel, channelAt, endGone, peerCell } from "./channel";
import { cellCopy } from "../base/hal";
import { LENDS, NO_CELL } from "../base/limits";
import { LENDS_AT, LEND_STRIDE } from "../base/tables";

if (offsetof<Lend>() > LEND_STRIDE) ERROR("a Lend is larger than its place");


@unmanaged
export class Lend {
  channel: u16;
  /** LEND_READ, LEND_WRITE; 0 for a free entry. */
  flags: u8;
  /** The end over which it was lent. */
  end: u8;
  /** Serial of the channel: the lend is dead when it differs. */
  serial: u32;
  pointer: u32;
  length: u32;
}


@inline
export function lendAt(index: u32, id: u32): Lend {
  return changetype<Lend>(LENDS_AT + <usize>((index * LENDS + id) * LEND_STRIDE));
}


@inline
function isLive(lend: Lend): bool {
  if (lend.flags == 0) return false;
  const channel = channelAt(lend.channel);
  return channel.serial == lend.serial && !endGone(channel, 0) && !endGone(channel, 1);
}

/**
 * Lends [pointer, pointer + length) of `index` over end `end` of `channelIndex`; the range was checked by the caller.
 * Returns the lend id, -EINVAL or -EMFILE.
 */
export function lendMake(index: u32, channelIndex: u32, end: u32, pointer: u32, length: u32, flags: u32): i32 {
  if (flags == 0 || (flags & ~(LEND_READ | LEND_WRITE)) != 0) return EINVAL;
  for (let id: u32 = 0; id < LENDS; ++id) {
    const lend = lendAt(index, id);
    if (isLive(lend)) continue;
    lend.channel = <u16>channelIndex;
    lend.flags = <u8>flags;
    lend.end = <u8>end;
    lend.serial = channelAt(channelIndex).serial;
    lend.pointer = pointer;
    lend.length = length;
    return id;
  }
  return EMFILE;
}

/**
 * Copies between `index`, which holds end `end` of `channelIndex`, and lend `id` of its peer. `direction` is 0 towards
 * the cell, COPY_TO_LENDER towards the lender. Returns the length, -EBADF, -EACCES, -EINVAL or -EFAULT.
 */
export function lendCopy(
  index: u32,
  channelIndex: u32,
  end: u32,
  id: u32,
  direction: u32,
  offset: u64,
  pointer: u32,
  length: u32,
): i32 {
  const record: Channel = channelAt(channelIndex);
  const lender = peerCell(record, end);
  if (id >= LENDS || lender == NO_CELL) return EBADF;
  const lend = lendAt(lender, id);
  if (!isLive(lend) || lend.channel != channelIndex || lend.end == end) return EBADF;
  const needed = direction == COPY_TO_LENDER ? LEND_WRITE : LEND_READ;
  if ((lend.flags & needed) == 0) return EACCES;
  if (offset > lend.length || <u64>length > <u64>lend.length - offset) return EINVAL;
  const there = lend.pointer + <u32>offset;
  const failed =
    direction == COPY_TO_LENDER
      ? cellCopy(lender, there, index, pointer, length)
      : cellCopy(index, pointer, lender, there, length);
  return failed < 0 ? failed : length;
}

/** The channel of a live lend, -1 when the entry is free. */
export function lendChannel(index: u32, id: u32): i32 {
  const lend = lendAt(index, id);
  return isLive(lend) ? <i32>lend.channel : -1;
}

/** Forgets a cell's lends over a channel that it no longer holds. */
export function lendsForget(index: u32, channelIndex: u32): void {
  for (let id: u32 = 0; id < LENDS; ++id) if (lendAt(index, id).channel == channelIndex) lendAt(index, id).flags = 0;
}

/** Forgets every lend of a cell: its memory is gone. */
export function lendsDrop(index: u32): void {
  for (let id: u32 = 0; id < LENDS; ++id) lendAt(index, id).flags = 0;
}
