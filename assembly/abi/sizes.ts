/*
 * Sizes on which kernel, machines and cells agree.
 */

/** Cells at once. A machine gives the windows of the kernel itself this index. */
export const CELLS: u32 = 64;
/** Slots of a cell, slot 0 (events) included. */
export const SLOTS: u32 = 63;
/** Interrupt lines: 0 to LINES - 1. */
export const LINES: u32 = 1024;
/** Bytes of a cell's name; a shorter one is padded with NUL. */
export const NAME_SIZE: u32 = 32;
/** Bytes of a device's compatible string; a shorter one is padded with NUL. */
export const COMPATIBLE_SIZE: u32 = 64;
/** Bytes of the place of a fault; a shorter one is padded with NUL. */
export const WHERE_SIZE: u32 = 96;
/** Bytes of the path of a mount; a shorter one is padded with NUL. */
export const MOUNT_SIZE: u32 = 32;
/** Most ports that a system mounts. */
export const MOUNTED_PORTS: u32 = 8;
/** Bytes of a page of a Wasm memory. */
export const WASM_PAGE: u32 = 65536;
/** Most bytes of a message of 9P (msize): an entry of 8,192 bytes in the rings of a file server, less its length. */
export const MESSAGE_MAX: u32 = 8188;
