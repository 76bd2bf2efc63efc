/*
 * What a file server offers, apart from the protocol: a tree of files, each known by a number, its node.
 * `Server` speaks 9P2000.L for it; a subclass says what is in the tree. Results below 0 are errnos, and a
 * function that answers one has changed nothing.
 *
 * What a tree that cannot be written has to say is abstract here; the rest answers -EROFS.
 */

import { EROFS } from "../../abi/errno";

/** The node of the root. */
export const ROOT: i32 = 0;
/** No node. */
export const NONE: i32 = -1;

/** What a server says about a file. */
export class Attributes {
  isDirectory: bool = false;
  /** Permissions, without the type. */
  mode: u32 = 0;
  /** Bytes. */
  size: u64 = 0;
  /** Last change, in seconds since 1970. */
  modified: u64 = 0;
  /** A number that no other file of this server has or had. */
  inode: u64 = 0;
}

/** How much there is, and how much is left. */
export class Space {
  /** Bytes of a block. */
  blockSize: u32 = 512;
  blocks: u64 = 0;
  freeBlocks: u64 = 0;
  files: u64 = 0;
  freeFiles: u64 = 0;
}

export abstract class Files {
  /** Whether files can be written; without it nothing but reading is ever asked for. */
  get writable(): bool {
    return false;
  }

  /** The node that a client begins at who attaches with the name of `length` bytes at `name`; or a negative errno. */
  attach(name: usize, length: u32): i32 {
    return ROOT;
  }

  /** Fills in what is known about `node`. */
  abstract attributes(node: i32, into: Attributes): void;

  /** Finds out what may have changed outside about `node`: 0, or why that cannot be; `attributes` then says what was known. */
  refresh(node: i32): i32 {
    return 0;
  }

  /** The directory that `node` lies in; the root's is the root. NONE for a file that was removed. */
  abstract parent(node: i32): i32;

  /** The entry of `directory` (a directory) with the name of `length` bytes at `name`: its node, or -ENOENT. */
  abstract find(directory: i32, name: usize, length: u32): i32;

  /** The name of a node: where it lies, and its bytes. */
  abstract nameOf(node: i32): usize;
  abstract nameLength(node: i32): u32;

  /** The place of a node within its directory: at least 1, and the same as long as it lies there. */
  abstract cookieOf(node: i32): u64;

  /**
   * The entry of `directory` with the smallest cookie above `cookie`: its node, NONE at the end, or why that cannot be told:
   * an errno other than -EPERM, whose number NONE has.
   */
  abstract entryAfter(directory: i32, cookie: u64): i32;

  /** Copies up to `length` bytes of a file from `offset` on to `target`: bytes, 0 at the end, or an errno. */
  abstract read(node: i32, offset: u64, target: usize, length: u32): i32;

  /** A file or directory is opened: 0, or why it cannot be. */
  open(node: i32): i32 {
    return 0;
  }

  /** A fid stands for `node` from now on; it must stay usable, even when it is removed, until it is released as often. */
  hold(node: i32): void {}

  /** A fid that stood for `node` is gone. */
  release(node: i32): void {}

  /** Says how much there is. */
  space(into: Space): void {}

  /** Makes an entry in `directory`; its name is good, and no entry has it: the node. */
  create(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    return EROFS;
  }

  /** Writes `length` bytes from `source` at `offset` of a file: how many of them, at least 1. */
  write(node: i32, offset: u64, source: usize, length: u32): i32 {
    return EROFS;
  }

  /** Cuts or lengthens a file: 0 or an errno. */
  resize(node: i32, size: u64): i32 {
    return EROFS;
  }

  /** Removes `node`, which is not the root, from its directory: 0; -ENOTEMPTY for a directory with entries. */
  remove(node: i32): i32 {
    return EROFS;
  }

  /** Moves `node`, which is not the root, to `directory` under a good name, in place of an entry that has it: 0. */
  rename(node: i32, directory: i32, name: usize, length: u32): i32 {
    return EROFS;
  }

  /** Returns when what was written to a file is stored for good: 0 or an errno. */
  sync(node: i32): i32 {
    return 0;
  }

  /** Sets the permissions. */
  setMode(node: i32, mode: u32): i32 {
    return EROFS;
  }

  /** Sets the time of the last change, in seconds since 1970; to the present when `now`. */
  setModified(node: i32, seconds: u64, now: bool): i32 {
    return EROFS;
  }
}
