/*
 * The fids of one client: what its numbers stand for. A fid that was opened cannot be walked; a client has
 * at most FIDS of them at once.
 */

import { NONE } from "./tree";

/** Most fids of a client. */
const FIDS: i32 = 64;

export class Fids {
  /** Largest message this client agreed on, 0 before Tversion. */
  messageSize: u32 = 0;
  private readonly numbers: StaticArray<u32> = new StaticArray<u32>(FIDS);
  private readonly nodes: StaticArray<i32> = new StaticArray<i32>(FIDS);
  private readonly opened: StaticArray<bool> = new StaticArray<bool>(FIDS);

  constructor() {
    this.reset();
  }

  /** Forgets all. */
  reset(): void {
    this.messageSize = 0;
    for (let i = 0; i < FIDS; i++) this.nodes[i] = NONE;
  }

  /** The place of fid `number`, NONE when it is not in use. */
  find(number: u32): i32 {
    for (let i = 0; i < FIDS; i++) {
      if (this.nodes[i] != NONE && this.numbers[i] == number) return i;
    }
    return NONE;
  }

  /** Makes fid `number` stand for `node`: its place, NONE when there are too many. */
  add(number: u32, node: i32): i32 {
    for (let i = 0; i < FIDS; i++) {
      if (this.nodes[i] != NONE) continue;
      this.numbers[i] = number;
      this.nodes[i] = node;
      this.opened[i] = false;
      return i;
    }
    return NONE;
  }

  /** The node that the fid at `place` stands for. */
  node(place: i32): i32 {
    return this.nodes[place];
  }

  isOpen(place: i32): bool {
    return this.opened[place];
  }

  open(place: i32): void {
    this.opened[place] = true;
  }

  /** Moves the fid at `place` to another node. */
  move(place: i32, node: i32): void {
    this.nodes[place] = node;
  }

  remove(place: i32): void {
    this.nodes[place] = NONE;
  }
}
