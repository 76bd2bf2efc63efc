/*
 * What a driver uses to reach its device: the functions of the Wasm module "mmio" (abi/mmio), and the windows for them.
 */

import { LOOKUP_DEVICE, META_LOOKUP, META_RING, RING_RECV } from "../abi/calls";
import { map, meta } from "../abi/rumpk";

export * from "../abi/mmio";

/** The slot of the n-th device of the manifest, or -ENOENT where this machine has none. */
export function deviceSlot(n: i32): i32 {
  return <i32>meta(META_LOOKUP, LOOKUP_DEVICE + n, 0, 0);
}

/** Bytes of the window of the n-th device of the manifest, or a negative errno. */
export function deviceLength(n: i32): i64 {
  return meta(META_RING, deviceSlot(n), RING_RECV, 0);
}

/** Opens the window of the n-th device of the manifest: its index for the functions above, or a negative errno. */
export function mapDevice(n: i32): i32 {
  const slot = deviceSlot(n);
  return slot < 0 ? slot : <i32>map(slot, 0, 0, 0);
}
