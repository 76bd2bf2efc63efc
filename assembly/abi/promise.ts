/*
 * Promises: what a cell may do, a bit each, and its spectrum, which stands in the two highest bits. pledge only clears
 * bits, so it can only take away and demote.
 */

/** Runs on what is left. */
export const SPECTRUM_VOID: u32 = 0;
/** Background work. */
export const SPECTRUM_GRAVITY: u32 = 1;
/** Programs and services. */
export const SPECTRUM_MATTER: u32 = 2;
/** Drivers and deadlines. */
export const SPECTRUM_PHOTON: u32 = 3;
/** Number of spectra. */
export const SPECTRA: u32 = 4;
/** The spectrum lies in the two highest bits of the promises, so that AND can only demote. */
export const SPECTRUM_SHIFT: u32 = 62;

/** May use the console. */
export const PROMISE_STDIO: u32 = 1;
/** May read files. */
export const PROMISE_RPATH: u32 = 2;
/** May write files. */
export const PROMISE_WPATH: u32 = 4;
/** May use the network. */
export const PROMISE_INET: u32 = 8;
/** May spawn cells. */
export const PROMISE_EXEC: u32 = 0x10;
/** May use device window 0; windows 1 to 3 are the next bits. A manifest's devices promise themselves. */
export const PROMISE_DEVICE: u32 = 0x100;
