/*
 * The files in use: a table of nodes, each a name in a directory, so that going up gives a node's path. The host has
 * the files; this table only says which of them the numbers in use mean.
 *
 *   0             the root of all, an empty directory above the folders
 *   1 to folders  the folders
 *   above         a name in `parent`; the entry is free again when no fid stands for it and no node lies in it
 */

import { EMFILE } from "rumpk/abi";
import { NONE, ROOT } from "rumpk/ninep/files";

/** Most nodes. */
const NODES: i32 = 4096;
/** The longest name, and room for it. */
const NAME_SIZE: u32 = 256;
/** Parent of an entry that is not in use. */
const FREE: i32 = -2;

export class Node {
  parent: i32 = FREE;
  /** Fids that stand for it, and nodes that lie in it. */
  users: u32 = 0;
  /** The host's last answer: HOSTDIR_FILE and so on, bytes, nanoseconds since 1970. */
  kind: u32 = 0;
  size: u64 = 0;
  modified: u64 = 0;
  identity: u64 = 0;
  /** Its place in its directory. */
  cookie: u64 = 0;
  nameLength: u32 = 0;
  readonly name: usize = heap.alloc(NAME_SIZE);
}

export class Nodes {
  private readonly nodes: StaticArray<Node | null> = new StaticArray<Node | null>(NODES);
  /** All entries from here on are free. */
  private end: i32 = 0;

  /** A table with the root and `folders` folders. */
  constructor(private readonly folders: i32) {
    for (let node = ROOT; node <= folders; node++) {
      this.place(node, ROOT, 0, 0);
      this.at(node).users = 1;
    }
  }

  at(node: i32): Node {
    return this.nodes[node]!;
  }

  /** Whether a node is a folder, or the root of all. */
  isTop(node: i32): bool {
    return node <= this.folders;
  }

  /** The node of a name in a directory, NONE when it has none. */
  find(directory: i32, name: usize, length: u32): i32 {
    for (let node = this.folders + 1; node < this.end; node++) {
      const entry = this.at(node);
      if (entry.parent != directory || entry.nameLength != length) continue;
      if (memory.compare(entry.name, name, length) == 0) return node;
    }
    return NONE;
  }

  /** The node of a name (at most 255 bytes) in a directory, made when it has none; -EMFILE when there are too many. */
  make(directory: i32, name: usize, length: u32): i32 {
    const found = this.find(directory, name, length);
    if (found != NONE) return found;
    for (let node = this.folders + 1; node < NODES; node++) {
      if (node == directory || (node < this.end && this.at(node).users > 0)) continue;
      this.leave(node);
      this.place(node, directory, name, length);
      this.at(directory).users++;
      return node;
    }
    return EMFILE;
  }

  /** Gives a node another name in another directory. */
  move(node: i32, directory: i32, name: usize, length: u32): void {
    const entry = this.at(node);
    this.at(directory).users++;
    this.leave(node);
    entry.parent = directory;
    this.rename(entry, name, length);
  }

  /** The node's file is gone; fids may still stand for it. */
  lose(node: i32): void {
    this.leave(node);
    this.at(node).parent = NONE;
  }

  private place(node: i32, directory: i32, name: usize, length: u32): void {
    if (this.nodes[node] === null) this.nodes[node] = new Node();
    const entry = this.at(node);
    entry.parent = directory;
    entry.users = 0;
    entry.cookie = 0;
    this.rename(entry, name, length);
    this.end = max(this.end, node + 1);
  }

  private rename(entry: Node, name: usize, length: u32): void {
    memory.copy(entry.name, name, length);
    entry.nameLength = length;
  }

  /** Takes a node out of its directory. */
  private leave(node: i32): void {
    if (node >= this.end) return;
    const parent = this.at(node).parent;
    if (parent > ROOT) this.at(parent).users--;
  }
}
