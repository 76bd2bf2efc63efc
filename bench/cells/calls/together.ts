/*
 * Messages of 64 bytes between two cells. `transfer`: a stream through a ring of 256 entries, whose two sides take
 * turns, a full ring at a time. `echo`: there and back one by one, so that each round trip has two switches.
 */
import { Channel, Child, Grant, now, spawn } from "rumpk";
import { recv, send } from "rumpk/raw";
import { RIGHT_RECV, RIGHT_SEND, RIGHT_TICK } from "rumpk/abi";
import { report } from "./report";

/** The port under which a partner finds its channel. */
export const PARTNER_PORT: u32 = 0x7000;

const ENTRY: i32 = 128;
const RING: i32 = 256;
const MESSAGE: i32 = 64;
const MESSAGES: i32 = 64 * RING;
const ROUND_TRIPS: i32 = 4096;
const RIGHTS: u32 = RIGHT_SEND | RIGHT_RECV | RIGHT_TICK;

const buffer = memory.data(128, 8);

/** Starts `name` with one end of a new channel; `ends` gets the other. */
export function startPartner(name: string, args: string[], entrySize: i32, entryCount: i32): Partner {
  const ends = Channel.pair(entrySize, entryCount);
  const child = spawn(name, args, [new Grant(ends[1].slot, RIGHTS, PARTNER_PORT)]);
  assert(child.error == 0, name + " does not start");
  ends[1].close();
  return new Partner(child, ends[0]);
}

/** A cell that was started, and the channel to it. */
export class Partner {
  constructor(
    public child: Child,
    public channel: Channel,
  ) {}

  /** Waits for its end, which must be successful, and drops it. */
  finish(): void {
    const end = this.child.join();
    assert(end.error == 0 && end.cause == 0 && end.status == 0, "a partner failed");
    this.child.close();
    this.channel.close();
  }
}

export function transfer(): void {
  const partner = startPartner("peer", ["take", MESSAGES.toString()], ENTRY, RING);
  const slot = partner.channel.slot;
  const start = now();
  for (let i = 0; i < MESSAGES; i++) send(slot, buffer, MESSAGE, 0);
  recv(slot, buffer, ENTRY, 0);
  report("transfer", now() - start, MESSAGES);
  partner.finish();
}

export function echo(): void {
  const partner = startPartner("peer", ["echo", (ROUND_TRIPS + 1).toString()], ENTRY, 4);
  const slot = partner.channel.slot;
  send(slot, buffer, MESSAGE, 0);
  recv(slot, buffer, ENTRY, 0);
  const start = now();
  for (let i = 0; i < ROUND_TRIPS; i++) {
    send(slot, buffer, MESSAGE, 0);
    recv(slot, buffer, ENTRY, 0);
  }
  report("echo", now() - start, ROUND_TRIPS);
  partner.finish();
}
