/*
 * The twelve calls and the meta-slot. Frozen. A cell imports them by name from the Wasm module "rumpk"; the kernel
 * exports each as sys_<name> with the calling cell's index in front. A call's number is its place in this list, from 0,
 * which is also the order of the entry points in the SysTable.
 *
 * Every result is >= 0 or a negative errno. Pointers are addresses in the cell's memory, deadlines nanoseconds since
 * boot, slot sets one bit a slot. An import that a cell never calls is not in its module.
 */

/** meta(op, a, b, c): the door for what comes later. */
@external("rumpk", "meta")
export declare function meta(op: i32, a: i64, b: i64, c: i64): i64;

/** exit(status), does not return. */
@external("rumpk", "exit")
export declare function exit(status: i32): void;

/** spawn(spec, len) -> slot holding the child. */
@external("rumpk", "spawn")
export declare function spawn(spec: usize, length: i32): i64;

/** join(slot, deadline) -> status | cause << 32. */
@external("rumpk", "join")
export declare function join(slot: i32, deadline: i64): i64;

/** send(slot, ptr, len, flags) -> len. */
@external("rumpk", "send")
export declare function send(slot: i32, data: usize, length: i32, flags: i32): i64;

/** recv(slot, ptr, cap, flags) -> len. */
@external("rumpk", "recv")
export declare function recv(slot: i32, buffer: usize, capacity: i32, flags: i32): i64;

/** wait(slots, deadline) -> ready slots; 0 is the time-out. */
@external("rumpk", "wait")
export declare function wait(slots: i64, deadline: i64): i64;

/** map(slot, ptr, len, flags) -> lend id, or window index for a device. */
@external("rumpk", "map")
export declare function map(slot: i32, range: usize, length: i32, flags: i32): i64;

/** mask(slot, rights): narrow; zero drops; with MASK_REVOKE all that was derived dies. */
@external("rumpk", "mask")
export declare function mask(slot: i32, rights: i32): i64;

/** grant(slot, to, rights) -> slot in the receiver. */
@external("rumpk", "grant")
export declare function grant(slot: i32, to: i32, rights: i32): i64;

/** pledge(promises): AND only. */
@external("rumpk", "pledge")
export declare function pledge(promises: i64): i64;

/** unveil(path, len, rights). */
@external("rumpk", "unveil")
export declare function unveil(path: usize, length: i32, rights: i32): i64;

/** checkpoint(ptr, len). */
@external("rumpk", "checkpoint")
export declare function checkpoint(state: usize, length: i32): i64;
