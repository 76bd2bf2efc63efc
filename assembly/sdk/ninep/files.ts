/*
 * What a file server offers, apart from the protocol: a tree of files, each known by a number, its node.
 * `Server` speaks 9P2000.L for it; a subclass says what is in the tree. Results below 0 are errnos, and a
 * function that answers one has changed nothing.
 *
 * What a read-only tree needs is abstract here; the rest answers -EROFS.
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
  /** A number that no other file of this server has or ever had. */
  inode: u64 = 0;
}

/** Size and free space. */
export class Space {
  /** Bytes of a block. */
  blockSize: u32 = 512;
  blocks: u64 = 0;
  freeBlocks: u64 = 0;
  files: u64 = 0;
  freeFiles: u64 = 0;
}

export abstract class Files {
  /** Whether files can be written; otherwise only reading methods are called. */
  get writable(): bool {
    return false;
  }

  /** The node at which a client starts that attaches with the name of `length` bytes at `name`, or a negative errno. */
  attach(name: usize, length: u32): i32 {
    return ROOT;
  }

  /** Fills in the attributes of `node`. */
  abstract attributes(node: i32, into: Attributes): void;

  /** Refreshes what may have changed outside about `node`: 0, or an errno; `attributes` then has the old values. */
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

  /** The cookie of a node within its directory: at least 1, and constant while the node is there. */
  abstract cookieOf(node: i32): u64;

  /**
   * The entry of `directory` with the smallest cookie above `cookie`: its node, NONE at the end, or an errno other than
   * -EPERM, which has the same number as NONE.
   */
  abstract entryAfter(directory: i32, cookie: u64): i32;

  /** Copies up to `length` bytes of a file from `offset` on to `target`: bytes, 0 at the end, or an errno. */
  abstract read(node: i32, offset: u64, target: usize, length: u32): i32;

  /** A file or directory is opened: 0, or why it cannot be. */
  open(node: i32): i32 {
    return 0;
  }

  /** A fid now stands for `node`, which must stay usable, even if removed, until it is released as often. */
  hold(node: i32): void {}

  /** A fid for `node` is gone. */
  release(node: i32): void {}

  /** Says how much there is. */
  space(into: Space): void {}

  /** Creates an entry in `directory` and returns its node; the name is good and not in use. */
  create(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    return EROFS;
  }

  /** Writes `length` bytes from `source` at `offset` of a file: how many it wrote, at least 1. */
  write(node: i32, offset: u64, source: usize, length: u32): i32 {
    return EROFS;
  }

  /** Truncates or extends a file: 0 or an errno. */
  resize(node: i32, size: u64): i32 {
    return EROFS;
  }

  /** Removes `node`, which is not the root, from its directory: 0; -ENOTEMPTY for a directory with entries. */
  remove(node: i32): i32 {
    return EROFS;
  }

  /** Moves `node`, which is not the root, to `directory` under a good name, replacing an entry of that name: 0. */
  rename(node: i32, directory: i32, name: usize, length: u32): i32 {
    return EROFS;
  }

  /** Returns when everything written to a file is on stable storage: 0 or an errno. */
  sync(node: i32): i32 {
    return 0;
  }

  /** Sets the permissions. */
  setMode(node: i32, mode: u32): i32 {
    return EROFS;
  }

  /** Sets the time of the last change, in seconds since 1970, or to the current time with `now`. */
  setModified(node: i32, seconds: u64, now: bool): i32 {
    return EROFS;
  }
}
