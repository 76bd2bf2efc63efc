/*
 * The rim of the simulated board: what only the host can do, and nothing else. Every machine with a simulated board
 * offers these functions as the module "host": Node by host/node/rim, the Linux process by hal/linux/simulated.c, and
 * the machine for wasmtime by host/wasmtime/host.ts, which the build puts in the place of this file.
 *
 * Pointers are addresses in the board's own memory. No function waits, and none calls the board back.
 */

import { FolderStatus } from "./folder-status";

/** The next byte of the console's input, or -1 when none is there. */
@external("host", "receive")
export declare function receive(): i32;

/** Whether the console takes another byte. */
@external("host", "can_transmit")
export declare function canTransmit(): bool;

/** Sends a byte to the console. */
@external("host", "transmit")
export declare function transmit(byte: u32): void;

/** An interrupt line has become deliverable: a machine that sleeps goes on. */
@external("host", "wake")
export declare function wake(): void;

/** The running cell's access at `offset` lies in no window of its: ends the cell with CAUSE_WINDOW. It may return. */
@external("host", "refuse")
export declare function refuse(offset: u32): void;

/** Reads 1, 2 or 4 bytes of the boot archive, which holds them. */
@external("host", "archive_load")
export declare function archiveLoad(offset: u32, width: u32): u32;

/** Reads `length` bytes at `at` of the disk's file. 0, or a negative errno. */
@external("host", "block_read")
export declare function blockRead(at: u64, bytes: usize, length: u32): i32;

/** Writes `length` bytes at `at` of the disk's file. 0, or a negative errno. */
@external("host", "block_write")
export declare function blockWrite(at: u64, bytes: usize, length: u32): i32;

/** Returns when the host has stored for good what was written. 0, or a negative errno. */
@external("host", "block_flush")
export declare function blockFlush(): i32;

/** Looks at what a path of `length` bytes in a folder names, a link itself. 0, or a negative errno. */
@external("host", "folder_status")
export declare function folderStatus(folder: u32, path: usize, length: u32, out: FolderStatus): i32;

/**
 * Does a request of assembly/abi/hostdir.ts but HOSTDIR_STAT; what is listed is a directory, and what is read, written,
 * resized or synced was a file when folderStatus looked. The result is the register's.
 */
@external("host", "folder_request")
export declare function folderRequest(
  request: u32,
  folder: u32,
  path: usize,
  pathLength: u32,
  offset: u64,
  data: usize,
  length: u32,
): i32;
