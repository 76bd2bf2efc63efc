/*
 * What a driver calls to reach its device: the Wasm import module "mmio". A window is what
 * mapDevice answers; an offset outside it, or a right that the manifest did not ask for, ends the
 * cell with CAUSE_WINDOW. irq_ack unmasks the window's interrupt line, which is masked when an
 * EVENT_INTERRUPT is made of it.
 */

import { map, meta } from "./raw";
import { LOOKUP_DEVICE, META_LOOKUP, META_RING, RING_RECV } from "../abi/calls";


@external("mmio", "load8")
export declare function load8(window: i32, offset: i32): i32;


@external("mmio", "load16")
export declare function load16(window: i32, offset: i32): i32;


@external("mmio", "load32")
export declare function load32(window: i32, offset: i32): i32;


@external("mmio", "load64")
export declare function load64(window: i32, offset: i32): i64;


@external("mmio", "store8")
export declare function store8(window: i32, offset: i32, value: i32): void;


@external("mmio", "store16")
export declare function store16(window: i32, offset: i32, value: i32): void;


@external("mmio", "store32")
export declare function store32(window: i32, offset: i32, value: i32): void;


@external("mmio", "store64")
export declare function store64(window: i32, offset: i32, value: i64): void;


@external("mmio", "dma_address")
export declare function dmaAddress(range: usize, length: i32): i64;


@external("mmio", "irq_ack")
export declare function irqAck(window: i32): void;

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
