/*
 * The rim of the simulated board: only what the host must do itself. Every machine with a simulated board offers these
 * functions as the module "host": Node in host/node/rim, the Linux process in hal/linux/simulated.c, and the machine
 * for wasmtime in host/wasmtime/host.ts, which the build substitutes for this file.
 *
 * Pointers are addresses in the board's own memory. No function blocks, and none calls back into the board.
 */

import { FolderStatus } from "./folder-status";

/** The next byte of the console's input, or -1 if there is none. */
@external("host", "receive")
export declare function receive(): i32;

/** Whether the console accepts another byte. */
@external("host", "can_transmit")
export declare function canTransmit(): bool;

/** Sends a byte to the console. */
@external("host", "transmit")
export declare function transmit(byte: u32): void;

/** An interrupt line has become deliverable: wakes a sleeping machine. */
@external("host", "wake")
export declare function wake(): void;

/** The running cell's access at `offset` is in none of its windows: ends the cell with CAUSE_WINDOW. May return. */
@external("host", "refuse")
export declare function refuse(offset: u32): void;

/** Reads 1, 2 or 4 bytes of the boot archive; they must be in bounds. */
@external("host", "archive_load")
export declare function archiveLoad(offset: u32, width: u32): u32;

/** Reads `length` bytes at `at` of the disk's file. 0, or a negative errno. */
@external("host", "block_read")
export declare function blockRead(at: u64, bytes: usize, length: u32): i32;

/** Writes `length` bytes at `at` of the disk's file. 0, or a negative errno. */
@external("host", "block_write")
export declare function blockWrite(at: u64, bytes: usize, length: u32): i32;

/** Returns when written data is on stable storage. 0, or a negative errno. */
@external("host", "block_flush")
export declare function blockFlush(): i32;

/** Reports what a path of `length` bytes in a folder names, without following a final link. 0, or a negative errno. */
@external("host", "folder_status")
export declare function folderStatus(folder: u32, path: usize, length: u32, out: FolderStatus): i32;

/**
 * Does any request of assembly/abi/hostdir.ts except HOSTDIR_STAT; only directories are listed, and only paths that
 * folderStatus reported as files are read, written, resized or synced. Returns the value for the result register.
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
