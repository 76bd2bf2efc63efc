/*
 * checkpoint: the bytes that a cell leaves to its next instance.
 */

/** Largest checkpoint, in bytes. */
export const CHECKPOINT_MAX: u32 = 32768;
