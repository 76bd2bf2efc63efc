/*
 * Device "rumpk,block": sectors of a file of the host, on machines that are programs there. The window holds registers
 * and data; a 32-bit store to `request` does one request, which is finished when the store returns.
 *
 *      0  BlockRegisters
 *   4096  data: up to BLOCK_COUNT_MAX sectors of BLOCK_SECTOR bytes
 */

/** Bytes of a sector. */
export const BLOCK_SECTOR: u32 = 512;
/** Most sectors of a request. */
export const BLOCK_COUNT_MAX: u32 = 8;
/** Offset of the data. */
export const BLOCK_DATA: u32 = 4096;
/** Bytes of the window. */
export const BLOCK_SIZE: u32 = 8192;

/** Request: reads `count` sectors from `sector` on, to data. */
export const BLOCK_READ: u32 = 1;
/** Request: writes `count` sectors of data from `sector` on. */
export const BLOCK_WRITE: u32 = 2;
/** Request: returns when everything written is on stable storage. */
export const BLOCK_FLUSH: u32 = 3;


@unmanaged
export class BlockRegisters {
  /** Sectors of the device. */
  sectors: u64;
  /** The first sector that a request is about. */
  sector: u64;
  /** How many. */
  count: u32;
  /** Result of the last request: 0, or a negative errno; -EINVAL for sectors beyond the end. */
  result: i32;
  /** BLOCK_...: does the request. */
  request: u32;
  /** 0. */
  reserved: u32;
}
