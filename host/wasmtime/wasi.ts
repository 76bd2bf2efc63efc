/*
 * WASI preview 1: the few functions that this machine calls, and what it passes to them. Memory that WASI reads or writes
 * is the machine's own. Each answers a WASI errno, 0 for success.
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

export const STDIN: u32 = 0;
export const STDOUT: u32 = 1;
export const STDERR: u32 = 2;
export const CLOCK_REAL: u32 = 0;
export const CLOCK_MONOTONIC: u32 = 1;
/** File type of a terminal, in the first byte of what fdStatusGet writes. */
export const CHARACTER_DEVICE: u8 = 2;
/** Largest exit status that WASI lets through. */
export const STATUS_MAX: u32 = 125;

/** A piece of memory to read into or to write from. */
@unmanaged
export class Vector {
  bytes: usize;
  length: u32;
}

/** What poll_oneoff waits for. */
@unmanaged
export class Subscription {
  userdata: u64;
  /** EVENT_... */
  tag: u64;
  /** Clock, or descriptor. */
  subject: u64;
  /** Nanoseconds from now; of a clock only. */
  timeout: u64;
  precision: u64;
  flags: u64;
}

export const EVENT_CLOCK: u64 = 0;
export const EVENT_READ: u64 = 1;
/** Bytes of an event. */
export const EVENT_SIZE: u32 = 32;
