/*
 * The sizes of the kernel's static tables. Nothing is allocated after boot; a request that does not fit fails with an
 * error.
 */

export { CELLS, LINES, NAME_SIZE, SLOTS, WHERE_SIZE } from "../../abi/sizes";

/** Slots reserved in memory for each cell: the power of two above SLOTS. */
export const SLOT_STRIDE: u32 = 64;
/** Channels at once: enough for every cell to hold eight. */
export const CHANNELS: u32 = 512;
/** Longest chain of grants. */
export const DERIVATION_DEPTH: u32 = 15;
/** Lends of one cell. */
export const LENDS: u32 = 16;
/** Devices of a machine: QEMU's have 50 at most. */
export const DEVICES: u32 = 256;
/** Unit of the ring arena, in bytes. */
export const ARENA_UNIT: u32 = 1024;
/** A turn: how long a cell runs while others of its rank wait, in nanoseconds. */
export const TURN: i64 = 2_000_000;
/** The same in Photon: short, because a deadline may wait behind it. */
export const TURN_PHOTON: i64 = 100_000;
/** Longest time that power-off waits for drivers to drain their streams, in nanoseconds. */
export const DRAIN_TIME: i64 = 2_000_000_000;
/** Longest chain along which a blocked cell lends its spectrum. */
export const LEND_CHAIN: u32 = 4;
/** Nodes of the device tree at this depth or deeper are skipped; the root has depth 1. */
export const FDT_DEPTH: u32 = 16;
/** No cell. */
export const NO_CELL: u32 = 0xffffffff;
