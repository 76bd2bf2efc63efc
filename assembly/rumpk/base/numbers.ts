/*
 * Numbers that cells pass as 64 bits and that mean 32: a slot, a pointer, a length.
 */

/** Whether an argument is a u32. */
@inline
export function fitsU32(value: i64): bool {
  return <u64>value <= <u64>u32.MAX_VALUE;
}
