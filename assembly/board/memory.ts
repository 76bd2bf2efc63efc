/*
 * Windows that are memory: accesses of 1, 2 or 4 bytes, little endian, at an address in the board's memory.
 */

/** Reads 1, 2 or 4 bytes. */
export function memoryLoad(address: usize, width: u32): u32 {
  if (width == 1) return load<u8>(address);
  return width == 2 ? load<u16>(address) : load<u32>(address);
}

/** Writes the low 1, 2 or 4 bytes of `value`. */
export function memoryStore(address: usize, value: u32, width: u32): void {
  if (width == 1) store<u8>(address, <u8>value);
  else if (width == 2) store<u16>(address, <u16>value);
  else store<u32>(address, value);
}
