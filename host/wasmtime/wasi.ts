/*
 * WASI preview 1: the few functions that this machine calls, and the structures that it passes to them. WASI reads and
 * writes the machine's own memory. Each function returns a WASI errno, 0 for success.
 *
 * Source: WASI preview 1, witx/wasi_snapshot_preview1.witx.
 */
@external("wasi_snapshot_preview1", "args_sizes_get")
export declare function argsSizesGet(count: usize, size: usize): i32;


@external("wasi_snapshot_preview1", "args_get")
export declare function argsGet(pointers: usize, bytes: usize): i32;


@external("wasi_snapshot_preview1", "clock_time_get")
export declare function clockTimeGet(clock: u32, precision: u64, out: usize): i32;


@external("wasi_snapshot_preview1", "fd_fdstat_get")
export declare function fdStatusGet(fd: u32, out: usize): i32;


@external("wasi_snapshot_preview1", "fd_read")
export declare function fdRead(fd: u32, vectors: usize, count: u32, done: usize): i32;


@external("wasi_snapshot_preview1", "fd_write")
export declare function fdWrite(fd: u32, vectors: usize, count: u32, done: usize): i32;


@external("wasi_snapshot_preview1", "poll_oneoff")
export declare function pollOneoff(subscriptions: usize, events: usize, count: u32, done: usize): i32;


@external("wasi_snapshot_preview1", "random_get")
export declare function randomGet(bytes: usize, length: u32): i32;


@external("wasi_snapshot_preview1", "proc_exit")
export declare function procExit(status: u32): void;


@external("wasi_snapshot_preview1", "fd_prestat_get")
export declare function fdPrestatGet(fd: u32, out: usize): i32;


@external("wasi_snapshot_preview1", "fd_prestat_dir_name")
export declare function fdPrestatDirName(fd: u32, name: usize, length: u32): i32;


@external("wasi_snapshot_preview1", "fd_close")
export declare function fdClose(fd: u32): i32;


@external("wasi_snapshot_preview1", "fd_sync")
export declare function fdSync(fd: u32): i32;


@external("wasi_snapshot_preview1", "fd_pread")
export declare function fdPread(fd: u32, vectors: usize, count: u32, offset: u64, done: usize): i32;


@external("wasi_snapshot_preview1", "fd_pwrite")
export declare function fdPwrite(fd: u32, vectors: usize, count: u32, offset: u64, done: usize): i32;


@external("wasi_snapshot_preview1", "fd_filestat_set_size")
export declare function fdFilestatSetSize(fd: u32, size: u64): i32;


@external("wasi_snapshot_preview1", "fd_readdir")
export declare function fdReaddir(fd: u32, out: usize, length: u32, cookie: u64, used: usize): i32;


@external("wasi_snapshot_preview1", "path_open")
export declare function pathOpen(
  fd: u32,
  follow: u32,
  path: usize,
  length: u32,
  flags: u32,
  rights: u64,
  inherited: u64,
  fdFlags: u32,
  out: usize,
): i32;


@external("wasi_snapshot_preview1", "path_filestat_get")
export declare function pathFilestatGet(fd: u32, follow: u32, path: usize, length: u32, out: usize): i32;


@external("wasi_snapshot_preview1", "path_filestat_set_times")
export declare function pathFilestatSetTimes(
  fd: u32,
  follow: u32,
  path: usize,
  length: u32,
  accessed: u64,
  modified: u64,
  what: u32,
): i32;


@external("wasi_snapshot_preview1", "path_create_directory")
export declare function pathCreateDirectory(fd: u32, path: usize, length: u32): i32;


@external("wasi_snapshot_preview1", "path_unlink_file")
export declare function pathUnlinkFile(fd: u32, path: usize, length: u32): i32;


@external("wasi_snapshot_preview1", "path_remove_directory")
export declare function pathRemoveDirectory(fd: u32, path: usize, length: u32): i32;


@external("wasi_snapshot_preview1", "path_rename")
export declare function pathRename(fd: u32, path: usize, length: u32, newFd: u32, newPath: usize, newLength: u32): i32;

export const STDIN: u32 = 0;
export const STDOUT: u32 = 1;
export const STDERR: u32 = 2;
export const CLOCK_REAL: u32 = 0;
export const CLOCK_MONOTONIC: u32 = 1;
/** File type of a terminal, in the first byte that fdStatusGet writes. */
export const CHARACTER_DEVICE: u8 = 2;
/** File types, as pathFilestatGet and fdReaddir report them. */
export const TYPE_DIRECTORY: u8 = 3;
export const TYPE_FILE: u8 = 4;
export const TYPE_LINK: u8 = 7;
/** The first descriptor that may be a folder given on the command line. */
export const FIRST_FOLDER: u32 = 3;
/** pathOpen: make a file; only a directory; the name must be free. */
/** path_filestat_set_times: set the last change to the given time. */
export const SET_MODIFIED: u32 = 1 << 2;
export const OPEN_CREATE: u32 = 1;
export const OPEN_DIRECTORY: u32 = 2;
export const OPEN_EXCLUSIVE: u32 = 4;
/** pathOpen: rights to read, to write, to sync, to list and to set the size. */
export const RIGHT_READ: u64 = 1 << 1;
export const RIGHT_SYNC: u64 = 1 << 4;
export const RIGHT_WRITE: u64 = 1 << 6;
export const RIGHT_LIST: u64 = 1 << 14;
export const RIGHT_RESIZE: u64 = 1 << 22;
/** Largest exit status that WASI passes on. */
export const STATUS_MAX: u32 = 125;

/** A piece of memory to read into or to write from. */
@unmanaged
export class Vector {
  bytes: usize;
  length: u32;
}

/** The output of pathFilestatGet. */
@unmanaged
export class FileStatus {
  device: u64;
  inode: u64;
  type: u64;
  links: u64;
  size: u64;
  accessed: u64;
  modified: u64;
  changed: u64;
}

/** What poll_oneoff waits for. */
@unmanaged
export class Subscription {
  userdata: u64;
  /** EVENT_... */
  tag: u64;
  /** Clock, or descriptor. */
  subject: u64;
  /** Nanoseconds from now; only for a clock. */
  timeout: u64;
  precision: u64;
  flags: u64;
}

export const EVENT_CLOCK: u64 = 0;
export const EVENT_READ: u64 = 1;
/** Bytes of an event. */
export const EVENT_SIZE: u32 = 32;
