/*
 * The machine as the kernel sees it: the imports that docs/machine.md describes. Nothing else reaches the hardware.
 */

@external("hal", "time_now")
export declare function timeNow(): i64;


@external("hal", "timer_arm")
export declare function timerArm(deadline: i64): void;


@external("hal", "entropy")
export declare function entropy(pointer: usize, length: u32): i32;


@external("hal", "cell_create")
export declare function cellCreate(image: u32, cell: u32): i32;


@external("hal", "cell_enter")
export declare function cellEnter(cell: u32, budget: i64): i32;


@external("hal", "cell_fault")
export declare function cellFault(cell: u32, out: usize): i32;


@external("hal", "cell_destroy")
export declare function cellDestroy(cell: u32): i32;


@external("hal", "cell_read")
export declare function cellRead(cell: u32, source: u32, target: usize, length: u32): i32;


@external("hal", "cell_write")
export declare function cellWrite(cell: u32, target: u32, source: usize, length: u32): i32;


@external("hal", "cell_copy")
export declare function cellCopy(targetCell: u32, target: u32, sourceCell: u32, source: u32, length: u32): i32;


@external("hal", "window_map")
export declare function windowMap(cell: u32, index: u32, base: i64, length: i64, rights: u32): i32;


@external("hal", "window_unmap")
export declare function windowUnmap(cell: u32, index: u32): i32;


@external("hal", "irq_bind")
export declare function irqBind(line: u32, cell: u32): i32;


@external("hal", "irq_unmask")
export declare function irqUnmask(line: u32): i32;


@external("hal", "quiesce")
export declare function quiesce(cell: u32): i32;


@external("hal", "off")
export declare function off(status: i32): void;


@external("hal", "images")
export declare function images(out: usize): i32;


@external("hal", "package_read")
export declare function packageRead(image: i32, offset: u32, target: usize, length: u32): i32;
