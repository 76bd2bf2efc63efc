/*
 * Unsigned numbers of WebAssembly (LEB128) below 2^32, from any source of bytes.
 */

/** Bytes of the longest encoding. */
const BYTES_MAX: u32 = 5;

/**
 * The next number of a source that answers a byte or -1; -1 when it ends before the number does, or the number is too
 * big.
 */
export function numberFrom(next: () => i32): i64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < BYTES_MAX; ++i) {
    const byte = next();
    if (byte < 0) return -1;
    value |= (<u64>(byte & 127)) << (7 * i);
    if (byte < 128) return value > u32.MAX_VALUE ? -1 : <i64>value;
  }
  return -1;
}
