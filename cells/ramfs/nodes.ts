/*
 * Files and directories, and how they are linked. A directory's entries form a list in the order of their cookies, each
 * of which is used once: new entries come last. There are at most NODES; a removed node stays until nobody holds it.
 */

import { NAME_MAX } from "rumpk/ninep/types";
import { NONE, ROOT } from "rumpk/ninep/files";
import { END } from "./blocks";

/** Files and directories at most. */
export const NODES: i32 = 512;
/** Bytes kept for a name. */
const NAME_SPACE: i32 = 256;

/** A file or directory. */
export class Node {
  used: bool = false;
  isDirectory: bool = false;
  /** Directory that it lies in; NONE when it was removed. */
  parent: i32 = NONE;
  /** First entry of a directory. */
  child: i32 = NONE;
  /** Next entry of the directory that this lies in, or next free node. */
  next: i32 = NONE;
  /** Fids that stand for it. */
  holds: i32 = 0;
  nameLength: u32 = 0;
  mode: u32 = 0;
  size: u32 = 0;
  /** First block of a file, and the place of the block that was used last. */
  first: i32 = END;
  recent: i32 = END;
  recentIndex: u32 = 0;
  /** Last change, in seconds since 1970. */
  modified: u64 = 0;
  /** Place in its directory, and number of the file: never used twice. */
  cookie: u64 = 0;
  inode: u64 = 0;
}

export class Nodes {
  /** Nodes that are not in use. */
  left: i32 = NODES;
  private readonly nodes: StaticArray<Node> = new StaticArray<Node>(NODES);
  private readonly names: StaticArray<u8> = new StaticArray<u8>(NODES * NAME_SPACE);
  private free: i32 = ROOT;
  private serial: u64 = 0;

  constructor() {
    for (let i = 0; i < NODES; i++) {
      const node = new Node();
      node.next = i + 1 < NODES ? i + 1 : NONE;
      this.nodes[i] = node;
    }
  }


  @inline
  at(index: i32): Node {
    return this.nodes[index];
  }

  /** Where the name of a node lies. */
  nameOf(index: i32): usize {
    return changetype<usize>(this.names) + <usize>(index * NAME_SPACE);
  }

  /** A node of its own, in no directory: NONE when there is none left. The first one is the root. */
  make(isDirectory: bool, mode: u32): i32 {
    const index = this.free;
    if (index == NONE) return NONE;
    const node = this.at(index);
    this.free = node.next;
    this.left--;
    node.used = true;
    node.isDirectory = isDirectory;
    node.parent = NONE;
    node.child = NONE;
    node.next = NONE;
    node.holds = 0;
    node.mode = mode;
    node.size = 0;
    node.first = END;
    node.recent = END;
    node.inode = ++this.serial;
    return index;
  }

  /** Gives a node back. */
  discard(index: i32): void {
    const node = this.at(index);
    node.used = false;
    node.next = this.free;
    this.free = index;
    this.left++;
  }

  /** The entry of `directory` with the name of `length` bytes at `name`, or NONE. */
  find(directory: i32, name: usize, length: u32): i32 {
    let index = this.at(directory).child;
    while (index != NONE && !this.isNamed(index, name, length)) index = this.at(index).next;
    return index;
  }

  private isNamed(index: i32, name: usize, length: u32): bool {
    return this.at(index).nameLength == length && memory.compare(this.nameOf(index), name, length) == 0;
  }

  /** The entry of `directory` with the smallest cookie above `cookie`, or NONE. */
  entryAfter(directory: i32, cookie: u64): i32 {
    let index = this.at(directory).child;
    while (index != NONE && this.at(index).cookie <= cookie) index = this.at(index).next;
    return index;
  }

  /** Makes a node, which is in none, the last entry of `directory`. */
  enter(index: i32, directory: i32, name: usize, length: u32): void {
    const node = this.at(index);
    memory.copy(this.nameOf(index), name, min(length, NAME_MAX));
    node.nameLength = min(length, NAME_MAX);
    node.parent = directory;
    node.cookie = ++this.serial;
    node.next = NONE;
    const parent = this.at(directory);
    if (parent.child == NONE) {
      parent.child = index;
      return;
    }
    let last = parent.child;
    while (this.at(last).next != NONE) last = this.at(last).next;
    this.at(last).next = index;
  }

  /** Takes a node out of its directory. */
  leave(index: i32): void {
    const node = this.at(index);
    const parent = this.at(node.parent);
    if (parent.child == index) parent.child = node.next;
    else {
      let previous = parent.child;
      while (this.at(previous).next != index) previous = this.at(previous).next;
      this.at(previous).next = node.next;
    }
    node.parent = NONE;
    node.next = NONE;
  }
}
