/*
 * What the rim tells of a path in a folder of the host, as the device's registers have it (assembly/abi/hostdir.ts).
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
  /** The same number for the same file, and another one for every other. */
  identity: u64;
}
