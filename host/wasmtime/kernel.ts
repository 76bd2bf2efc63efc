/*
 * The kernel's exports (docs/machine.md), and one function for all of its system calls, which the build generates.
 */

@external("kernel", "boot")
export declare function boot(systable: u32): i32;


@external("kernel", "dispatch")
export declare function dispatch(now: i64, until: i64): i64;


@external("kernel", "interrupt")
export declare function interrupt(line: u32): void;


@external("kernel", "sys_exit")
export declare function exit(cell: u32, status: i32): void;

/** System call `number` of a cell; arguments of 32 bits are the low halves. */
@external("calls", "call")
export declare function systemCall(cell: u32, number: u32, a: i64, b: i64, c: i64, d: i64): i64;
