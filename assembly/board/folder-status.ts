/*
 * The rim's report on a path in a folder of the host, in the form of the device's registers (assembly/abi/hostdir.ts).
 */

/** What a path in a folder names. */
@unmanaged
export class FolderStatus {
  /** HOSTDIR_FILE, ... */
  kind: u32;
  /** 0. */
  reserved: u32;
  /** Bytes of a file. */
  size: u64;
  /** Last change, in nanoseconds since 1970. */
  modified: u64;
  /** A number that is the same for the same file, and different for every other. */
  identity: u64;
}
