/*
 * The fids of one client. A fid has a place, an index that does not change during its life; the low bits of its number
 * choose one of BUCKETS chains of places. There are at most FIDS at once: the VFS needs one for each of its clients'
 * fids.
 */

import { NONE } from "./files";

/** Most fids of a client. */
const FIDS: i32 = 2048;
/** Chains, a power of two. */
const BUCKETS: i32 = 64;
/** Set in `flags` of a fid that was opened. */
const OPENED: u32 = 0x80000000;

export class Fids {
  /** Largest message this client agreed on, 0 before Tversion. */
  messageSize: u32 = 0;
  private readonly numbers: StaticArray<u32> = new StaticArray<u32>(FIDS);
  private readonly nodes: StaticArray<i32> = new StaticArray<i32>(FIDS);
  private readonly flags: StaticArray<u32> = new StaticArray<u32>(FIDS);
  /** The place after each place, in its chain or in that of the free ones. */
  private readonly next: StaticArray<i32> = new StaticArray<i32>(FIDS);
  private readonly chains: StaticArray<i32> = new StaticArray<i32>(BUCKETS);
  private free: i32 = 0;

  constructor() {
    this.reset();
  }

  /** Forgets all. */
  reset(): void {
    this.messageSize = 0;
    this.free = 0;
    for (let place = 0; place < FIDS; place++) this.next[place] = place + 1 < FIDS ? place + 1 : NONE;
    for (let chain = 0; chain < BUCKETS; chain++) this.chains[chain] = NONE;
  }

  /** The place of fid `number`; NONE when it is not in use. */
  find(number: u32): i32 {
    let place = this.chains[chainOf(number)];
    while (place != NONE && this.numbers[place] != number) place = this.next[place];
    return place;
  }

  /** Makes the unused fid `number` stand for `node`: its place, or NONE when there are too many. */
  add(number: u32, node: i32): i32 {
    const place = this.free;
    if (place == NONE) return NONE;
    const chain = chainOf(number);
    this.free = this.next[place];
    this.numbers[place] = number;
    this.nodes[place] = node;
    this.flags[place] = 0;
    this.next[place] = this.chains[chain];
    this.chains[chain] = place;
    return place;
  }

  /** The node that the fid at `place` stands for. */
  node(place: i32): i32 {
    return this.nodes[place];
  }

  isOpen(place: i32): bool {
    return (this.flags[place] & OPENED) != 0;
  }

  /** The flags with which it was opened: OPEN_... */
  openFlags(place: i32): u32 {
    return this.flags[place] & ~OPENED;
  }

  open(place: i32, flags: u32): void {
    this.flags[place] = flags | OPENED;
  }

  /** Moves the fid at `place` to another node. */
  move(place: i32, node: i32): void {
    this.nodes[place] = node;
  }

  remove(place: i32): void {
    const chain = chainOf(this.numbers[place]);
    let at = this.chains[chain];
    if (at == place) this.chains[chain] = this.next[place];
    else {
      while (this.next[at] != place) at = this.next[at];
      this.next[at] = this.next[place];
    }
    this.next[place] = this.free;
    this.free = place;
  }

  /** The place of any fid in use, NONE when there is none. */
  any(): i32 {
    for (let chain = 0; chain < BUCKETS; chain++) {
      if (this.chains[chain] != NONE) return this.chains[chain];
    }
    return NONE;
  }
}


@inline
function chainOf(number: u32): i32 {
  return <i32>(number & (BUCKETS - 1));
}
