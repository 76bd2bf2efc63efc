/*
 * What a driver calls to reach its device: the Wasm import module "mmio". A window is what
 * mapDevice answers; an offset outside it, or a right that the manifest did not ask for, ends the
 * cell with CAUSE_WINDOW. irq_ack unmasks the window's interrupt line, which is masked when an
 * EVENT_INTERRUPT is made of it.
 */

/** 8 bits of the device, extended by zeros. */
@external("mmio", "load8")
export declare function load8(window: i32, offset: i32): i32;

/** 16 bits of the device, extended by zeros. */
@external("mmio", "load16")
export declare function load16(window: i32, offset: i32): i32;

/** 32 bits of the device. */
@external("mmio", "load32")
export declare function load32(window: i32, offset: i32): i32;

/** 64 bits of the device. */
@external("mmio", "load64")
export declare function load64(window: i32, offset: i32): i64;

/** The low 8 bits of `value` to the device. */
@external("mmio", "store8")
export declare function store8(window: i32, offset: i32, value: i32): void;

/** The low 16 bits of `value` to the device. */
@external("mmio", "store16")
export declare function store16(window: i32, offset: i32, value: i32): void;

/** 32 bits to the device. */
@external("mmio", "store32")
export declare function store32(window: i32, offset: i32, value: i32): void;

/** 64 bits to the device. */
@external("mmio", "store64")
export declare function store64(window: i32, offset: i32, value: i64): void;

/** Where a device finds `length` bytes of the cell's memory, or -ENODEV, -EFAULT; the manifest must ask for `dma`. */
@external("mmio", "dma_address")
export declare function dmaAddress(range: usize, length: i32): i64;

/** Unmasks the window's interrupt line, which is masked when an EVENT_INTERRUPT is made of it. */
@external("mmio", "irq_ack")
export declare function irqAck(window: i32): void;
