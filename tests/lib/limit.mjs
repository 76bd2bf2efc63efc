/*
 * The time limit for everything that a test waits for. It is a last resort against hangs, never a measure of speed: no
 * test may fail because the computer is busy. It is far longer than the slowest run on a busy computer.
 */

/** Milliseconds. */
export const LIMIT = 20 * 60_000;
