/*
 * What spawn reads: one SpawnSpec, its argument bytes and its grants.
 */

import { NAME_SIZE } from "./sizes";

/** The child's manifest decides alone; else the promises are ANDed. */
export const SPAWN_ALL_PROMISES: i64 = -1;
/** Most bytes of arguments of one cell, NULs included. */
export const ARGS_MAX: u32 = 1024;
/** Most grants in one spawn. */
export const SPAWN_GRANTS_MAX: u32 = 16;

/** The record that spawn's pointer names. */
@unmanaged
export class SpawnSpec {
  /** Package name, UTF-8, padded with NUL. */
  @bytes(NAME_SIZE)
  name: bytes;
  /** Arguments, each ended by a NUL; the first is the child's name by custom. */
  args: u32;
  /** Bytes of arguments. */
  argsLength: u32;
  /** Promises, ANDed with the manifest's and the parent's. */
  promises: u64;
  /** Pointer to an array of SpawnGrant. */
  grants: u32;
  /** Number of grants. */
  grantCount: u32;
  /** 0. */
  flags: u32;
  /** 0. */
  reserved: u32;
}

/** One capability handed to a child. */
@unmanaged
export class SpawnGrant {
  /** Slot of the parent. */
  slot: u32;
  /** Rights, a subset of the parent's. */
  rights: u32;
  /**
   * Port under which the child finds it with META_LOOKUP; takes the place of the manifest's channel to that port. 0 for
   * none.
   */
  port: u32;
  /** 0. */
  reserved: u32;
}
