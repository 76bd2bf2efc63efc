/*
 * Capabilities: the kinds of thing a slot can hold, and the rights over it.
 * The seven verbs come first; the last three apply to slots that hold a cell.
 */

/** The slot is empty. */
export const CAP_NONE: u32 = 0;
/** One end of a channel. */
export const CAP_CHANNEL: u32 = 1;
/** A well-known port: META_CONNECT makes a channel of it. */
export const CAP_PORT: u32 = 2;
/** A cell, with its generation. */
export const CAP_CELL: u32 = 3;
/** A device window. */
export const CAP_DEVICE: u32 = 4;
/** All cells: INFO and KILL by index. */
export const CAP_CELLS: u32 = 5;
/** Revoked: good for nothing, and the slot is taken until its holder drops it. */
export const CAP_REVOKED: u32 = 6;

/** Make cells. */
export const RIGHT_SPAWN: u32 = 0x001;
/** Put messages into the ring. */
export const RIGHT_SEND: u32 = 0x002;
/** Take messages from the ring. */
export const RIGHT_RECV: u32 = 0x004;
/** Lend memory over the channel; use the device. */
export const RIGHT_MAP: u32 = 0x008;
/** Narrow and revoke. */
export const RIGHT_MASK: u32 = 0x010;
/** Wait on the slot. */
export const RIGHT_TICK: u32 = 0x020;
/** Hand on. */
export const RIGHT_GRANT: u32 = 0x040;
/** Wait for the cell's end. */
export const RIGHT_JOIN: u32 = 0x080;
/** End the cell. */
export const RIGHT_KILL: u32 = 0x100;
/** Read the cell's CellInfo. */
export const RIGHT_INFO: u32 = 0x200;
/** Every right. */
export const RIGHTS_ALL: u32 = 0x3ff;
/** mask: everything derived from the slot dies at once. */
export const MASK_REVOKE: u32 = 0x80000000;
