/*
 * The archive as a tree of files that can only be read. Directory entries keep the archive's order.
 */

import { ENOENT } from "rumpk/abi";
import { Attributes, Files, NONE, Space } from "rumpk/ninep/files";
import { Archive } from "./archive";
import { BLOCK } from "./ustar";

export class ArchiveFiles extends Files {
  constructor(private readonly archive: Archive) {
    super();
  }

  attributes(node: i32, into: Attributes): void {
    const file = this.archive.tree.at(node);
    into.isDirectory = file.isDirectory;
    into.mode = file.mode;
    into.size = file.size;
    into.modified = file.modified;
    into.inode = node;
  }

  parent(node: i32): i32 {
    return this.archive.tree.at(node).parent;
  }

  find(directory: i32, name: usize, length: u32): i32 {
    const node = this.archive.tree.find(directory, name, length);
    return node != NONE ? node : ENOENT;
  }

  nameOf(node: i32): usize {
    return changetype<usize>(this.archive.tree.at(node).name);
  }

  nameLength(node: i32): u32 {
    return this.archive.tree.at(node).name.length;
  }

  /** Entries are made in the order in which they stand in their directory. */
  cookieOf(node: i32): u64 {
    return node;
  }

  entryAfter(directory: i32, cookie: u64): i32 {
    const tree = this.archive.tree;
    if (cookie == 0) return tree.at(directory).child;
    if (cookie >= <u64>tree.nodes.length) return NONE;
    const previous = tree.at(<i32>cookie);
    return previous.parent == directory ? previous.next : NONE;
  }

  read(node: i32, offset: u64, target: usize, length: u32): i32 {
    const file = this.archive.tree.at(node);
    const left = offset < <u64>file.size ? file.size - <u32>offset : 0;
    const count = min(length, left);
    if (count > 0) this.archive.read(file.offset + <u32>offset, target, count);
    return count;
  }

  space(into: Space): void {
    into.blockSize = BLOCK;
    into.blocks = this.archive.position / BLOCK;
    into.files = this.archive.tree.nodes.length;
  }
}
