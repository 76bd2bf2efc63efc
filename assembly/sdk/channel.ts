/*
 * A channel: two rings of messages between this cell and another; a slot is this cell's end of it. A message is a run
 * of bytes, at most `sendLimit` long, and arrives whole. Results are the number of bytes, or a negative errno; -EPIPE
 * tells once that the peer died, after which the channel works against its next generation if there is one.
 */

import { grant, mask, meta, recv, send, wait } from "./raw";
import { decodeText, encodeText } from "./text";
import { META_CHANNEL, META_CONNECT, META_LOOKUP, META_RING, NEVER, RING_RECV, RING_SEND } from "../abi/calls";
import { RING_ENTRY_HEADER } from "../abi/ring";

/** The slot that the manifest or the parent gave this cell for `port`, or -ENOENT. */
export function portSlot(port: u32): i32 {
  return <i32>meta(META_LOOKUP, port, 0, 0);
}

/** Longest message that the ring `side` (RING_SEND, RING_RECV) of `slot` takes; 0 for no ring or no channel. */
export function messageLimit(slot: i32, side: i32): i32 {
  const geometry = meta(META_RING, slot, side, 0);
  const size = <i32>geometry;
  return geometry > 0 && size > <i32>RING_ENTRY_HEADER ? size - <i32>RING_ENTRY_HEADER : 0;
}

/** Entries of the ring `side` (RING_SEND, RING_RECV) of `slot`; 0 for no ring or no channel. */
export function messageCount(slot: i32, side: i32): i32 {
  return <i32>(max<i64>(meta(META_RING, slot, side, 0), 0) >> 32);
}

/** Whether `slot` is an end of a channel with rings both ways: a pipe instead of a console. */
export function isPipe(slot: i32): bool {
  return messageLimit(slot, RING_SEND) > 0 && messageLimit(slot, RING_RECV) > 0;
}

/**
 * Returns when the peer has taken everything that was sent, and has finished with it if it takes messages one by one:
 * the last of these empty messages fits only after the peer has taken the first.
 */
export function drain(slot: i32): void {
  for (let left = messageCount(slot, RING_SEND); left >= 0; left--) {
    if (send(slot, 0, 0, 0) < 0 && send(slot, 0, 0, 0) < 0) return;
  }
}

/** Sends a whole range in as many messages as needed: `length`, or a negative errno. */
export function sendAll(slot: i32, data: usize, length: i32, limit: i32): i32 {
  let done = 0;
  while (done < length) {
    const part = min(limit, length - done);
    let result = send(slot, data + done, part, 0);
    if (result < 0) result = send(slot, data + done, part, 0);
    if (result < 0) return <i32>result;
    done += part;
  }
  return length;
}

/** One end of a channel. */
export class Channel {
  /** A negative `slot` is an errno; every call then returns an error. */
  constructor(public readonly slot: i32) {}

  /** The channel to the service on `port`. */
  static open(port: u32): Channel {
    return new Channel(portSlot(port));
  }

  /** A new channel to the server of the port that `portSlot` holds. */
  static connect(portSlot: i32): Channel {
    return new Channel(<i32>meta(META_CONNECT, portSlot, 0, 0));
  }

  /** Both ends of a new channel, each way `entryCount` (a power of two) entries of `entrySize` bytes. */
  static pair(entrySize: i32, entryCount: i32): Channel[] {
    const slots = meta(META_CHANNEL, entrySize, entryCount, 0);
    if (slots < 0) return [new Channel(<i32>slots), new Channel(<i32>slots)];
    return [new Channel(<i32>(slots & 0xff)), new Channel(<i32>((slots >> 8) & 0xff))];
  }

  /** 0, or the errno that says why there is no channel. */
  get error(): i32 {
    return min(this.slot, 0);
  }

  /** Longest message that can be sent. */
  get sendLimit(): i32 {
    return messageLimit(this.slot, RING_SEND);
  }

  /** Longest message that can arrive. */
  get receiveLimit(): i32 {
    return messageLimit(this.slot, RING_RECV);
  }

  /** Sends one message; blocks while the ring is full, unless `flags` has NOWAIT. */
  send(message: Uint8Array, flags: i32 = 0): i32 {
    return <i32>send(this.slot, message.dataStart, message.byteLength, flags);
  }

  /** Sends one message of text. */
  sendText(text: string, flags: i32 = 0): i32 {
    const bytes = encodeText(text);
    return <i32>send(this.slot, changetype<usize>(bytes), bytes.byteLength, flags);
  }

  /** Receives one message; blocks while there is none, unless `flags` has NOWAIT. DISCARD drops it instead. */
  receive(buffer: Uint8Array, flags: i32 = 0): i32 {
    return <i32>recv(this.slot, buffer.dataStart, buffer.byteLength, flags);
  }

  /** Receives one message as text: null on an error, or when there is no message and `flags` has NOWAIT. */
  receiveText(flags: i32 = 0): string | null {
    const buffer = new Uint8Array(this.receiveLimit);
    const length = this.receive(buffer, flags);
    return length < 0 ? null : decodeText(buffer.dataStart, length);
  }

  /** True when a message or the peer's hang-up arrives by `deadline`. */
  waitUntil(deadline: i64): bool {
    return wait(1 << (<i64>this.slot), deadline) > 0;
  }

  /** Hands this end on to the cell in slot `to`, or to the peer of the channel in slot `to`. */
  grantTo(to: i32, rights: i32): i32 {
    return <i32>grant(this.slot, to, rights);
  }

  /** Hangs up. */
  close(): void {
    mask(this.slot, 0);
  }
}

/** Waits until one of `channels` has something to receive: its index in the array, -1 when `deadline` passed. */
export function waitAny(channels: Channel[], deadline: i64 = NEVER): i32 {
  let slots: i64 = 0;
  for (let i = 0; i < channels.length; i++) {
    if (channels[i].slot >= 0) slots |= 1 << (<i64>channels[i].slot);
  }
  const ready = wait(slots, deadline);
  if (ready <= 0) return -1;
  const first = <i32>ctz(ready);
  for (let i = 0; i < channels.length; i++) {
    if (channels[i].slot == first) return i;
  }
  return -1;
}
