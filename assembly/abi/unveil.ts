/*
 * unveil: what a path may be used for, and how much of them a cell can list.
 * A path is absolute and canonical: "/", or "/name/name" without ".", "..", "//" or a "/" at its end.
 */

/** unveil: may be read, listed and looked at. */
export const UNVEIL_READ: u32 = 1;
/** unveil: may be written. */
export const UNVEIL_WRITE: u32 = 2;
/** unveil: may be spawned from. */
export const UNVEIL_EXEC: u32 = 4;
/** unveil: may be created and removed. */
export const UNVEIL_CREATE: u32 = 8;
/** unveil: everything. */
export const UNVEIL_ALL: u32 = 15;
/** META_UNVEIL_OF: a path below was listed with rights of its own; a hidden path can be walked through to it. */
export const UNVEIL_BELOW: u32 = 16;
/** Longest path, in bytes. */
export const PATH_MAX: u32 = 1024;
/** Bytes of paths that one cell can unveil, 4 bytes for each path included. */
export const UNVEIL_SPACE: u32 = 2048;
