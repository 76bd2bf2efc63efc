/*
 * Random bytes from the Web Crypto API, which Node and browsers have.
 */

/** Most bytes that the API returns at a time. */
const PIECE = 65536;

/** Fills `bytes` with random bytes. */
export function fillRandom(bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length; at += PIECE) crypto.getRandomValues(bytes.subarray(at, at + PIECE));
}
