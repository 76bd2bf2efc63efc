/*
 * Files in memory, as a writable tree. A request that does not fit answers -ENOSPC and changes nothing; only a write
 * stores as much as fits. A file that is removed while fids stand for it stays until they are gone.
 */

import { EISDIR, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY } from "rumpk/abi";
import { Attributes, Files, NONE, ROOT, Space } from "rumpk/ninep/files";
import { BLOCK, BLOCKS, Blocks, END } from "./blocks";
import { NODES, Node, Nodes } from "./nodes";

/** Permissions of the root. */
const ROOT_MODE: u32 = 0o755;

export class MemoryFiles extends Files {
  private readonly nodes: Nodes = new Nodes();
  private readonly blocks: Blocks = new Blocks();

  /** `clock` answers the seconds since 1970. */
  constructor(private readonly clock: () => u64) {
    super();
    const root = this.nodes.at(this.nodes.make(true, ROOT_MODE));
    root.parent = ROOT;
    root.modified = clock();
  }

  get writable(): bool {
    return true;
  }

  attributes(index: i32, into: Attributes): void {
    const node = this.nodes.at(index);
    into.isDirectory = node.isDirectory;
    into.mode = node.mode;
    into.size = node.size;
    into.modified = node.modified;
    into.inode = node.inode;
  }

  parent(index: i32): i32 {
    return this.nodes.at(index).parent;
  }

  find(directory: i32, name: usize, length: u32): i32 {
    const index = this.nodes.find(directory, name, length);
    return index != NONE ? index : ENOENT;
  }

  nameOf(index: i32): usize {
    return this.nodes.nameOf(index);
  }

  nameLength(index: i32): u32 {
    return this.nodes.at(index).nameLength;
  }

  cookieOf(index: i32): u64 {
    return this.nodes.at(index).cookie;
  }

  entryAfter(directory: i32, cookie: u64): i32 {
    return this.nodes.entryAfter(directory, cookie);
  }

  space(into: Space): void {
    into.blockSize = BLOCK;
    into.blocks = BLOCKS;
    into.freeBlocks = this.blocks.free;
    into.files = NODES;
    into.freeFiles = this.nodes.left;
  }

  hold(index: i32): void {
    this.nodes.at(index).holds++;
  }

  release(index: i32): void {
    const node = this.nodes.at(index);
    node.holds--;
    this.forget(index, node);
  }

  /** Frees a removed node that nobody holds. */
  private forget(index: i32, node: Node): void {
    if (node.parent != NONE || node.holds > 0) return;
    this.blocks.release(node.first);
    this.nodes.discard(index);
  }

  create(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    const index = this.nodes.make(isDirectory, mode);
    if (index == NONE) return ENOSPC;
    this.nodes.enter(index, directory, name, length);
    this.touch(index);
    this.touch(directory);
    return index;
  }

  remove(index: i32): i32 {
    const node = this.nodes.at(index);
    if (node.child != NONE) return ENOTEMPTY;
    const directory = node.parent;
    this.nodes.leave(index);
    this.touch(directory);
    this.forget(index, node);
    return 0;
  }

  rename(index: i32, directory: i32, name: usize, length: u32): i32 {
    const other = this.nodes.find(directory, name, length);
    if (other == index) return 0;
    if (other != NONE) {
      const isDirectory = this.nodes.at(index).isDirectory;
      if (this.nodes.at(other).isDirectory != isDirectory) return isDirectory ? ENOTDIR : EISDIR;
      const error = this.remove(other);
      if (error < 0) return error;
    }
    this.touch(this.nodes.at(index).parent);
    this.nodes.leave(index);
    this.nodes.enter(index, directory, name, length);
    this.touch(directory);
    return 0;
  }

  setMode(index: i32, mode: u32): i32 {
    this.nodes.at(index).mode = mode;
    return 0;
  }

  setModified(index: i32, seconds: u64, now: bool): i32 {
    this.nodes.at(index).modified = now ? this.clock() : seconds;
    return 0;
  }

  private touch(index: i32): void {
    this.nodes.at(index).modified = this.clock();
  }

  read(index: i32, offset: u64, target: usize, length: u32): i32 {
    const node = this.nodes.at(index);
    if (offset >= node.size) return 0;
    const count = min<u32>(length, node.size - <u32>offset);
    this.copy(node, <u32>offset, target, count, false);
    return count;
  }

  write(index: i32, offset: u64, source: usize, length: u32): i32 {
    const node = this.nodes.at(index);
    const limit: u64 = <u64>BLOCKS * BLOCK;
    if (offset >= limit) return ENOSPC;
    const before = node.size;
    const wanted = <u32>min(offset + length, limit);
    const reached = wanted > before ? this.lengthen(node, wanted) : before;
    if (<u64>reached <= offset) {
      this.shorten(node, before);
      return ENOSPC;
    }
    const count = min(length, reached - <u32>offset);
    this.copy(node, <u32>offset, source, count, true);
    this.touch(index);
    return count;
  }

  resize(index: i32, size: u64): i32 {
    const node = this.nodes.at(index);
    const before = node.size;
    if (size > <u64>BLOCKS * BLOCK) return ENOSPC;
    if (size < before) this.shorten(node, <u32>size);
    else if (this.lengthen(node, <u32>size) < <u32>size) {
      this.shorten(node, before);
      return ENOSPC;
    }
    this.touch(index);
    return 0;
  }

  /** Lengthens a file with zeros as far as there is space, at most to `size`: its size then. */
  private lengthen(node: Node, size: u32): u32 {
    const held = blocksOf(node.size);
    const wanted = blocksOf(size);
    let last = held > 0 ? this.seek(node, held - 1) : END;
    let count = held;
    for (; count < wanted; count++) {
      const block = this.blocks.append(last);
      if (block == END) break;
      if (last == END) node.first = block;
      last = block;
    }
    node.size = max(node.size, min(size, count * BLOCK));
    return node.size;
  }

  /** Truncates a file. The rest of its last block is zeroed. */
  private shorten(node: Node, size: u32): void {
    const kept = blocksOf(size);
    if (kept == 0) {
      this.blocks.release(node.first);
      node.first = END;
    } else {
      const last = this.seek(node, kept - 1);
      const end = size - (kept - 1) * BLOCK;
      this.blocks.cut(last);
      memory.fill(this.blocks.address(last) + end, 0, BLOCK - end);
    }
    node.size = size;
    node.recent = END;
  }

  /** The block `index` of a file, which has it. */
  private seek(node: Node, index: u32): i32 {
    let block = node.first;
    let at: u32 = 0;
    if (node.recent != END && node.recentIndex <= index) {
      block = node.recent;
      at = node.recentIndex;
    }
    for (; at < index; at++) block = this.blocks.follower(block);
    node.recent = block;
    node.recentIndex = index;
    return block;
  }

  /** Copies `length` bytes between a file, which has them, and `memory`. */
  private copy(node: Node, offset: u32, outside: usize, length: u32, inwards: bool): void {
    let done: u32 = 0;
    while (done < length) {
      const at = offset + done;
      const inside = this.blocks.address(this.seek(node, at / BLOCK)) + (at % BLOCK);
      const part = min(length - done, BLOCK - (at % BLOCK));
      if (inwards) memory.copy(inside, outside + done, part);
      else memory.copy(outside + done, inside, part);
      done += part;
    }
  }
}

function blocksOf(size: u32): u32 {
  return (size + BLOCK - 1) / BLOCK;
}
