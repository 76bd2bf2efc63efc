/*
 * What a simulated device offers to the windows of cells. A load or store of 64 bits reaches it as two of 32 bits, low
 * half first. Offsets count from the device's base and lie inside its size; a register may be narrower than the
 * access, as on a real bus.
 */

/** Width of an access in bytes. */
export type Width = 1 | 2 | 4;

export interface Device {
  /** The value at `offset`, unsigned. */
  load(offset: number, width: Width): number;
  /** Stores the low `width` bytes of `value`. */
  store(offset: number, value: number, width: Width): void;
}
