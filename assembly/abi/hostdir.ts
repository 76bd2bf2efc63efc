/*
 * Device "rumpk,hostdir": folders of the host, on machines that are programs there. The window holds registers, a path
 * and data; a store of 32 bits to `request` does one request, which is finished when the store returns. Requests leave
 * no state behind, so a restarted driver finds a clean device.
 *
 *      0  HostdirRegisters
 *   4096  path: names with "/" between them, bytes, none of them empty, "." or ".."; no bytes for the folder itself
 *   8192  data
 *
 * A path is refused with -EINVAL where the host has no such names (WASI takes UTF-8 only); it is never changed into
 * another. No request reaches anything outside the folder, neither by its path nor by a symbolic link; attempts are
 * refused. The last name of a path is never followed when it is a link.
 */

/** Offset of the path. */
export const HOSTDIR_PATH: u32 = 4096;
/** Longest path in bytes. */
export const HOSTDIR_PATH_MAX: u32 = 4096;
/** Offset of the data. */
export const HOSTDIR_DATA: u32 = 8192;
/** Most bytes of data. */
export const HOSTDIR_DATA_MAX: u32 = 8192;
/** Bytes of the window. */
export const HOSTDIR_SIZE: u32 = 16384;

/** Request: the guest path of the folder, to data. Result: its bytes. */
export const HOSTDIR_NAME: u32 = 1;
/** Request: fills kind, size, modified and identity. */
export const HOSTDIR_STAT: u32 = 2;
/**
 * Request: entries of a directory from `offset` on, to data: HostdirEntry and name each, whole ones only, without "."
 * and "..". Result: bytes, 0 at the end.
 */
export const HOSTDIR_LIST: u32 = 3;
/** Request: reads `length` bytes at `offset` of a file, to data. Result: bytes, 0 at the end. */
export const HOSTDIR_READ: u32 = 4;
/** Request: writes `length` bytes of data at `offset` of a file that is there. Result: bytes. */
export const HOSTDIR_WRITE: u32 = 5;
/** Request: makes an empty file; -EEXIST when the name is taken. */
export const HOSTDIR_CREATE: u32 = 6;
/** Request: makes a file `offset` bytes long. */
export const HOSTDIR_RESIZE: u32 = 7;
/** Request: makes a directory. */
export const HOSTDIR_MAKE_DIRECTORY: u32 = 8;
/** Request: removes a file or a link. */
export const HOSTDIR_REMOVE: u32 = 9;
/** Request: removes an empty directory. */
export const HOSTDIR_REMOVE_DIRECTORY: u32 = 10;
/** Request: returns when the host has stored a file for good. */
export const HOSTDIR_SYNC: u32 = 11;
/** Request: moves a file or directory to the path of `length` bytes in data, in place of a file that is there. */
export const HOSTDIR_RENAME: u32 = 12;
/** Request: sets the last change of a file or directory to `offset` nanoseconds since 1970. */
export const HOSTDIR_TOUCH: u32 = 13;

/** Kind: a file. */
export const HOSTDIR_FILE: u32 = 1;
/** Kind: a directory. */
export const HOSTDIR_DIRECTORY: u32 = 2;
/** Kind: a symbolic link. */
export const HOSTDIR_LINK: u32 = 3;
/** Kind: anything else, which can only be seen. */
export const HOSTDIR_OTHER: u32 = 4;


@unmanaged
export class HostdirRegisters {
  /** Number of folders. */
  folders: u32;
  /** The folder that a request is about. */
  folder: u32;
  /** Bytes of the path. */
  pathLength: u32;
  /** Bytes of data to read or write. */
  length: u32;
  /** Where in a file; in a directory 0, or an entry's `next`. */
  offset: u64;
  /** What the last request answered: >= 0, or a negative errno. */
  result: i32;
  /** HOSTDIR_...: does the request. */
  request: u32;
  /** HOSTDIR_FILE, ... */
  kind: u32;
  /** 0. */
  reserved: u32;
  /** Bytes of the file. */
  size: u64;
  /** Last change, in nanoseconds since 1970. */
  modified: u64;
  /** The same number for the same file, and another one for every other. */
  identity: u64;
}


@unmanaged
export class HostdirEntry {
  /** The `offset` with which the list goes on behind this entry. */
  next: u64;
  /** What the host numbers it with; only HOSTDIR_STAT's number is the file's own. */
  inode: u64;
  /** Bytes of the name, which follows. */
  length: u32;
  /** HOSTDIR_FILE, ... */
  kind: u32;
}
