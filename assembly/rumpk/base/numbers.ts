/*
 * Arguments that arrive as 64 bits but mean 32: a slot, a pointer, a length.
 */

/** Whether an argument is a u32. */
@inline
export function fitsU32(value: i64): bool {
  return <u64>value <= <u64>u32.MAX_VALUE;
}
