/*
 * The limit of everything that a test waits for. It is the last resort against what hangs, never a measure of speed: no
 * test may fail because the computer has other work. It is far longer than the slowest run takes on a busy computer.
 */

/** Milliseconds. */
export const LIMIT = 20 * 60_000;
