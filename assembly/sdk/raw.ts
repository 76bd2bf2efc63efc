/*
 * The calls that the kernel offers, as Wasm imports of module "rumpk", nothing added: twelve calls and
 * the meta-slot. Every result is >= 0 or a negative errno (abi/errno). Pointers are addresses in the
 * cell's memory, deadlines nanoseconds since boot, slot sets one bit a slot. Numbers and flags:
 * abi/calls. An import that a cell never calls is not in its module.
 */

@external("rumpk", "meta")
export declare function meta(op: i32, a: i64, b: i64, c: i64): i64;


@external("rumpk", "exit")
export declare function exit(status: i32): void;


@external("rumpk", "spawn")
export declare function spawn(spec: usize, length: i32): i64;


@external("rumpk", "join")
export declare function join(slot: i32, deadline: i64): i64;


@external("rumpk", "send")
export declare function send(slot: i32, data: usize, length: i32, flags: i32): i64;


@external("rumpk", "recv")
export declare function recv(slot: i32, buffer: usize, capacity: i32, flags: i32): i64;


@external("rumpk", "wait")
export declare function wait(slots: i64, deadline: i64): i64;


@external("rumpk", "map")
export declare function map(slot: i32, range: usize, length: i32, flags: i32): i64;


@external("rumpk", "mask")
export declare function mask(slot: i32, rights: i32): i64;


@external("rumpk", "grant")
export declare function grant(slot: i32, to: i32, rights: i32): i64;


@external("rumpk", "pledge")
export declare function pledge(promises: i64): i64;


@external("rumpk", "unveil")
export declare function unveil(path: usize, length: i32, rights: i32): i64;


@external("rumpk", "checkpoint")
export declare function checkpoint(state: usize, length: i32): i64;
