/*
 * What the calls take: meta operations and flags. Frozen.
 */

/** The calls of module "rumpk": the entry points in the SysTable. */
export const CALLS: u32 = 13;

/** -> ABI version. */
export const META_VERSION: i32 = 0;
/** -> cell index in bits 0-15, generation in bits 16-47. */
export const META_SELF: i32 = 1;
/** a: CLOCK_MONOTONIC or CLOCK_REAL -> nanoseconds since boot, or since 1970. */
export const META_CLOCK: i32 = 2;
/** -> joules spent by this cell since it was spawned. */
export const META_ENERGY: i32 = 3;
/** a: pointer, b: capacity -> length; arguments are each ended by a NUL; too small is -EMSGSIZE. */
export const META_ARGS: i32 = 4;
/** a: pointer, b: length up to 256 -> length, filled with random bytes. */
export const META_ENTROPY: i32 = 5;
/** a: port, or LOOKUP_DEVICE + n for the n-th device of the manifest -> slot, or -ENOENT. */
export const META_LOOKUP: i32 = 6;
/**
 * a: entry size in bytes, b: entry count (power of two) -> first slot in bits 0-7, second in bits 8-15: the two ends of
 * a new channel, both in the caller.
 */
export const META_CHANNEL: i32 = 7;
/** a: slot that holds a port -> slot that holds a new channel to its server. */
export const META_CONNECT: i32 = 8;
/**
 * a: slot, b: RING_SEND or RING_RECV -> entry size in bits 0-31, entry count in bits 32-62; 0 where that ring is
 * absent. For a device slot: the bytes of its window.
 */
export const META_RING: i32 = 9;
/**
 * Needs RECV, or SEND to write. a: channel slot in bits 0-7, lend id in bits 8-15, bit 16 set to write to the lender;
 * b: offset in the lent range; c: pointer in bits 0-31, length in bits 32-62 -> length.
 */
export const META_COPY: i32 = 10;
/** a: cell slot, b: cell index (used when the slot holds all cells), c: pointer to a CellInfo -> its size. */
export const META_INFO: i32 = 11;
/** a: cell slot, b: cell index (used when the slot holds all cells) -> 0. */
export const META_KILL: i32 = 12;
/**
 * a: client slot; b: pointer to a path in bits 0-31, its length in bits 32-62 -> what the client may do there:
 * UNVEIL_... and UNVEIL_BELOW.
 */
export const META_UNVEIL_OF: i32 = 13;
/**
 * The server of a session reports a refusal, once for each request that it has taken and not answered (else -EPERM). a:
 * client slot; b: the PROMISE_ that the request needs, one of those that the port stands for, 0 for a path hidden by
 * unveil; c: pointer to the path in bits 0-31, length in bits 32-62 -> 0. A client that lacks the promise ends; one
 * that has it is left alone (-EPERM).
 */
export const META_DENY: i32 = 14;
/** a: slot that holds all cells, b: cell index -> 0: a quarantined cell runs again. */
export const META_REVIVE: i32 = 15;
/** a: pointer, b: capacity -> length of the newest intact checkpoint, copied there; -ENOENT without one. */
export const META_RESTORE: i32 = 16;
/** -> promises of the caller in bits 0-60, its spectrum in bits 61-62. */
export const META_PROMISES: i32 = 17;
/** For the cell that seals. a: pointer to a SealWork -> its size; blocks until a package waits for its verdict. */
export const META_SEAL_WORK: i32 = 18;
/**
 * For the cell that seals. a: offset in the package under work, b: pointer, c: length up to COPY_MAX -> bytes copied, 0
 * at the end.
 */
export const META_SEAL_READ: i32 = 19;
/** For the cell that seals. a: SEAL_... of the package under work; b: key classes it is signed for -> 0. */
export const META_SEAL_VERDICT: i32 = 20;
/**
 * For the cell that mounts. a: n, from 0; b: pointer to MOUNT_SIZE bytes -> the n-th mounted port in the order of the
 * images, whose path is copied there; -ENOENT behind the last. META_LOOKUP finds the port's slot.
 */
export const META_MOUNT: i32 = 21;

/** Version of this ABI, answered by META_VERSION and written in the SysTable. */
export const ABI_VERSION: u32 = 1;
/** META_CLOCK: nanoseconds since boot. */
export const CLOCK_MONOTONIC: i32 = 0;
/** META_CLOCK: nanoseconds since 1970-01-01 UTC. */
export const CLOCK_REAL: i32 = 1;
/** META_LOOKUP: added to the index of a device in the manifest. */
export const LOOKUP_DEVICE: i32 = 0x10000;
/** META_LOOKUP: the slot that holds all cells, where the manifest asks for it. */
export const LOOKUP_CELLS: i32 = 0x20000;
/** META_LOOKUP: the slot on which the ledger's cell receives audit events. */
export const LOOKUP_LEDGER: i32 = 0x20001;
/** META_RING: the ring this end sends into. */
export const RING_SEND: i32 = 0;
/** META_RING: the ring this end receives from. */
export const RING_RECV: i32 = 1;
/** META_COPY: bit in `a` that turns the copy towards the lender. */
export const COPY_TO_LENDER: i32 = 0x10000;

/** send, recv: answer -EAGAIN instead of blocking; a full ring then arms one room event. */
export const NOWAIT: i32 = 1;
/** recv: drop the first message instead of copying it; answers its length. */
export const DISCARD: i32 = 2;
/** map: the peer may read the lent range. */
export const LEND_READ: i32 = 1;
/** map: the peer may write the lent range. */
export const LEND_WRITE: i32 = 2;

/** The deadline that never comes. */
export const NEVER: i64 = 0x7fffffffffffffff;
