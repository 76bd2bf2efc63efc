/*
 * What the attacking cell does: every call of the ABI with pointers at the end of its memory, beyond it and at
 * 0xffffffff, with every slot number, with bad flags and operations, and the answer that each must get. The answers are
 * those of docs/machine.md and assembly/abi; no case may fault the cell, let alone another one.
 *
 * A case is [what, call, arguments, answer]. The cases run in order in one instance, so later ones build on earlier
 * ones; those that change something say so.
 */

/** Bytes of the attacking cell's memory. */
export const END = 2 * 65536;
/** Memory that the cases may read and write; zero at the start. */
const SCRATCH = 0x1000;
const TOP = 0xffffffff;
const NEVER = 0x7fffffffffffffffn;

/** The calls, in the order of assembly/abi/calls.ts. */
export const calls = [
  "meta",
  "exit",
  "spawn",
  "join",
  "send",
  "recv",
  "wait",
  "map",
  "mask",
  "grant",
  "pledge",
  "unveil",
  "checkpoint",
];

const EBADF = -9;
const EAGAIN = -11;
const ENOENT = -2;
const E2BIG = -7;
const EACCES = -13;
const EFAULT = -14;
const EINVAL = -22;
const EMFILE = -24;
const ENAMETOOLONG = -36;
const ENOSYS = -38;
const EMSGSIZE = -90;
const ENOBUFS = -105;
const ETIMEDOUT = -110;
const EPERM = -1;

const NOWAIT = 1;
const DISCARD = 2;
const meta = {
  VERSION: 0,
  SELF: 1,
  CLOCK: 2,
  ENERGY: 3,
  ARGS: 4,
  ENTROPY: 5,
  LOOKUP: 6,
  CHANNEL: 7,
  CONNECT: 8,
  RING: 9,
  COPY: 10,
  INFO: 11,
  KILL: 12,
  UNVEIL_OF: 13,
};

/** The manifest's channels: console out and console error. */
const [OUT, ERROR] = [1, 2];
/**
 * Console in, which the shell hands to every program: in the first free slot, because the manifest does not name it.
 */
const IN = 4;
/** The two ends of the cell's own channel, made by the first cases: 4 slots of 64 bytes each way. */
const [A, B] = [5, 6];
const PAYLOAD = 60;

/** Slots that hold nothing. */
const emptySlots = [
  0,
  3,
  ...Array.from({ length: 56 }, (_, i) => 7 + i),
  63,
  64,
  65,
  127,
  128,
  255,
  256,
  0x10001,
  0x7fffffff,
  0x80000000,
  TOP,
];

/** Pointers and lengths that are out of bounds, if only by a byte. */
const outside = (length) =>
  [END - length + 1, END, END + 1, 0x80000000, TOP - length + 1, TOP].map((pointer) => [pointer, length]);

const range = (length) => (BigInt(length) << 32n) | BigInt(SCRATCH);

export const cases = [
  ["version", "meta", [meta.VERSION, 0, 0, 0], 1],
  ["unknown operation 22", "meta", [22, 0, 0, 0], ENOSYS],
  ["unknown operation -1", "meta", [TOP, 0, 0, 0], ENOSYS],
  ["unknown operation 0x80000000", "meta", [0x80000000, 0, 0, 0], ENOSYS],
  ["unveiled paths of who is no client", "meta", [meta.UNVEIL_OF, 1, 0, 0], EINVAL],
  ["a clock that there is not", "meta", [meta.CLOCK, 2, 0, 0], EINVAL],
  ["a clock that there is not, negative", "meta", [meta.CLOCK, -1, 0, 0], EINVAL],

  ["lookup of port 0", "meta", [meta.LOOKUP, 0, 0, 0], EINVAL],
  ["lookup of a negative port", "meta", [meta.LOOKUP, -1, 0, 0], EINVAL],
  ["lookup of the event ring, without being the ledger", "meta", [meta.LOOKUP, 0x20001, 0, 0], ENOENT],
  ["lookup beyond all", "meta", [meta.LOOKUP, 0x20002, 0, 0], EINVAL],
  ["lookup of a port that is not in the manifest", "meta", [meta.LOOKUP, 0x2000, 0, 0], ENOENT],
  ["lookup of a device that is not in the manifest", "meta", [meta.LOOKUP, 0x10000, 0, 0], ENOENT],
  ["lookup of all cells, without the right to them", "meta", [meta.LOOKUP, 0x20000, 0, 0], ENOENT],
  ["lookup of console in", "meta", [meta.LOOKUP, 0x1000, 0, 0], IN],
  ["lookup of console out", "meta", [meta.LOOKUP, 0x1001, 0, 0], OUT],
  ["lookup of console error", "meta", [meta.LOOKUP, 0x1002, 0, 0], ERROR],

  ["channel: slots of 8 bytes", "meta", [meta.CHANNEL, 8, 4, 0], EINVAL],
  ["channel: three slots", "meta", [meta.CHANNEL, 64, 3, 0], EINVAL],
  ["channel: no slots", "meta", [meta.CHANNEL, 64, 0, 0], EINVAL],
  ["channel: a size of 64 bits", "meta", [meta.CHANNEL, 0x100000040n, 4, 0], EINVAL],
  ["channel: negative", "meta", [meta.CHANNEL, -64, -4, 0], EINVAL],
  ["channel: larger than the arena", "meta", [meta.CHANNEL, 65536, 65536, 0], ENOBUFS],
  ["channel: both ends", "meta", [meta.CHANNEL, 64, 4, 0], A | (B << 8)],

  ...emptySlots.flatMap((slot) => [
    [`send on slot ${slot}`, "send", [slot, SCRATCH, 1, NOWAIT], EBADF],
    [`join on slot ${slot}`, "join", [slot, 0n], EBADF],
    [`map on slot ${slot}`, "map", [slot, SCRATCH, 1, 1], EBADF],
    [`mask of slot ${slot}`, "mask", [slot, 1], EBADF],
    [`drop of slot ${slot}`, "mask", [slot, 0], EBADF],
    [`grant of slot ${slot}`, "grant", [slot, A, 1], EBADF],
    [`connect by slot ${slot}`, "meta", [meta.CONNECT, slot, 0, 0], EBADF],
    [`ring of slot ${slot}`, "meta", [meta.RING, slot, 0, 0], EBADF],
    [`info of slot ${slot}`, "meta", [meta.INFO, slot, 0, SCRATCH], EBADF],
    [`kill by slot ${slot}`, "meta", [meta.KILL, slot, 0, 0], EBADF],
  ]),
  ...emptySlots.slice(1).map((slot) => [`recv on slot ${slot}`, "recv", [slot, SCRATCH, 64, NOWAIT], EBADF]),
  ...[3, 7, 40, 62].map((slot) => [`wait on slot ${slot}`, "wait", [1n << BigInt(slot), 0n], EBADF]),
  ["wait on bit 63", "wait", [1n << 63n, 0n], EINVAL],
  ["wait on all bits", "wait", [-1n, 0n], EINVAL],
  ["wait on nothing that is ready", "wait", [1n << BigInt(A), 0n], 0],
  ["wait with a deadline long ago", "wait", [1n << BigInt(A), -NEVER], 0],

  ["join on a channel", "join", [OUT, 0n], EBADF],
  ["connect by a channel", "meta", [meta.CONNECT, A, 0, 0], EBADF],
  ["info of a channel", "meta", [meta.INFO, A, 0, SCRATCH], EBADF],
  ["kill by a channel", "meta", [meta.KILL, A, 0, 0], EBADF],
  ["recv on a channel that only sends", "recv", [OUT, SCRATCH, 64, NOWAIT], EACCES],
  ["ring that is absent", "meta", [meta.RING, OUT, 1, 0], 0],
  ["ring in a third direction", "meta", [meta.RING, A, 2, 0], EINVAL],
  ["ring of the own channel", "meta", [meta.RING, A, 0, 0], 64n | (4n << 32n)],

  ...outside(4).map(([at, length]) => [`send from ${at}`, "send", [A, at, length, NOWAIT], EFAULT]),
  ["send of nothing from beyond the end", "send", [A, END + 1, 0, NOWAIT], EFAULT],
  ["send of nothing from 0xffffffff", "send", [A, TOP, 0, NOWAIT], EFAULT],
  ["send of 0xffffffff bytes", "send", [A, 0, TOP, NOWAIT], EMSGSIZE],
  ["send of a byte too many", "send", [A, SCRATCH, PAYLOAD + 1, NOWAIT], EMSGSIZE],
  ...[DISCARD, 4, 0x80000000, TOP].map((flags) => [`send with flags ${flags}`, "send", [A, SCRATCH, 1, flags], EINVAL]),
  ...[4, 0x80000000, TOP].map((flags) => [`recv with flags ${flags}`, "recv", [B, SCRATCH, 64, flags], EINVAL]),
  ["recv of nothing", "recv", [B, SCRATCH, 64, NOWAIT], EAGAIN],
  ["recv of no event", "recv", [0, SCRATCH, 32, NOWAIT], EAGAIN],
  ["recv of events with bad flags", "recv", [0, SCRATCH, 32, 4], EINVAL],

  ["the last four bytes can be sent", "send", [A, END - 4, 4, NOWAIT], 4],
  ["and a message of nothing from the very end", "send", [A, END, 0, NOWAIT], 0],
  ...outside(4).map(([at]) => [`recv to ${at}`, "recv", [B, at, 4, NOWAIT], EFAULT]),
  ["recv into too little", "recv", [B, SCRATCH, 3, NOWAIT], EMSGSIZE],
  ["recv to the last four bytes: the message was still there", "recv", [B, END - 4, 4, NOWAIT], 4],
  ["discard of a message", "recv", [B, TOP, 0, NOWAIT | DISCARD], 0],
  ["discard of no message", "recv", [B, TOP, 0, NOWAIT | DISCARD], EAGAIN],

  ...[1, 2, 3, 4].map((n) => [`message ${n} fills the ring`, "send", [A, SCRATCH, PAYLOAD, NOWAIT], PAYLOAD]),
  ["the ring is full", "send", [A, SCRATCH, 1, NOWAIT], EAGAIN],
  ["a bad pointer when it is full", "send", [A, TOP, 1, NOWAIT], EAGAIN],
  ["room again", "recv", [B, SCRATCH, 64, NOWAIT], PAYLOAD],
  ["an event to a bad place", "recv", [0, END - 31, 32, NOWAIT], EFAULT],
  ["an event into too little", "recv", [0, SCRATCH, 31, NOWAIT], EMSGSIZE],
  ["the room event, once", "recv", [0, SCRATCH, 32, NOWAIT], 32],
  ["and no second one", "recv", [0, SCRATCH, 32, NOWAIT], EAGAIN],

  ...outside(7).map(([at]) => [`arguments to ${at}`, "meta", [meta.ARGS, at, 64, 0], EFAULT]),
  ["arguments to a pointer of 64 bits", "meta", [meta.ARGS, 0x100001000n, 64, 0], EFAULT],
  ["arguments into too little", "meta", [meta.ARGS, SCRATCH, 1, 0], EMSGSIZE],
  ...outside(256).map(([at, length]) => [`entropy to ${at}`, "meta", [meta.ENTROPY, at, length, 0], EFAULT]),
  ["too much entropy", "meta", [meta.ENTROPY, SCRATCH, 257, 0], EINVAL],
  ["entropy of negative length", "meta", [meta.ENTROPY, SCRATCH, -1, 0], EINVAL],
  ["entropy", "meta", [meta.ENTROPY, END - 256, 256, 0], 256],

  ...outside(64).map(([at, length]) => [`spawn from ${at}`, "spawn", [at, length], EFAULT]),
  ...[0, 63, 65, TOP].map((length) => [`spawn from ${length} bytes`, "spawn", [SCRATCH, length], EINVAL]),
  ["spawn of a cell without a name", "spawn", [0x3000, 64], ENOENT],

  ...outside(16).map(([at, length]) => [`lend of ${at}`, "map", [A, at, length, 1], EFAULT]),
  ["lend of more than there is", "map", [A, 0, END + 1, 1], EFAULT],
  ["lend of 0xffffffff bytes", "map", [A, 1, TOP, 1], EFAULT],
  ...[0, 4, 0x80000000, TOP].map((flags) => [`lend with flags ${flags}`, "map", [A, SCRATCH, 16, flags], EINVAL]),
  ["copy from a lend that there is not", "meta", [meta.COPY, B, 0, range(4)], EBADF],
  ["lend for reading", "map", [A, SCRATCH, 16, 1], 0],
  ["copy by the lending end, though its peer is the same cell", "meta", [meta.COPY, A, 0, range(4)], EBADF],
  ["copy on a slot that is empty", "meta", [meta.COPY, 40, 0, range(4)], EBADF],
  ["copy to a lend for reading", "meta", [meta.COPY, B | 0x10000, 0, range(4)], EACCES],
  ["copy beyond a lend", "meta", [meta.COPY, B, 13, range(4)], EINVAL],
  ["copy at a negative offset", "meta", [meta.COPY, B, -1, range(4)], EINVAL],
  ["copy with bits that mean nothing", "meta", [meta.COPY, 1n << 40n, 0, range(4)], EINVAL],
  ["copy to 0xffffffff", "meta", [meta.COPY, B, 0, (4n << 32n) | 0xffffffffn], EFAULT],
  ["copy", "meta", [meta.COPY, B, 12, range(4)], 4],
  ...Array.from({ length: 15 }, (_, n) => [`lend ${n + 1}`, "map", [A, 0, END, 3], n + 1]),
  ["one lend too many", "map", [A, 0, END, 3], EMFILE],
  ["grant to nobody", "grant", [A, 40, 1], EBADF],
  ["grant of no rights", "grant", [A, OUT, 0], EINVAL],
  ["grant of more rights than there are", "grant", [A, OUT, 0x400], EPERM],
  ["grant to a server that accepts none", "grant", [A, OUT, 2], EACCES],
  ["mask with rights that there are not", "mask", [A, 0x400], EINVAL],
  ["pledge of more than is held", "pledge", [-1n], EPERM],
  ["unveil of rights that there are not", "unveil", [TOP, TOP, TOP], EINVAL],
  ["unveil of a path outside the memory", "unveil", [TOP, 64, 1], EFAULT],
  ["unveil of a path that is too long", "unveil", [TOP, 1025, 1], ENAMETOOLONG],
  ["checkpoint of more than there may be", "checkpoint", [TOP, TOP], EINVAL],
  ["checkpoint from outside the memory", "checkpoint", [TOP, 64], EFAULT],

  ["narrowing to sending only", "mask", [B, 2], 0],
  ["recv without the right", "recv", [B, SCRATCH, 64, NOWAIT], EACCES],
  ["wait without the right", "wait", [1n << BigInt(B), 0n], EACCES],
  ["grant without the right", "grant", [B, OUT, 2], EACCES],
  ["mask without the right", "mask", [B, 2], EACCES],
  ["map without the right", "map", [B, SCRATCH, 16, 1], EACCES],
  ["dropping always works", "mask", [B, 0], 0],
  ["the slot is empty then", "send", [B, SCRATCH, 1, NOWAIT], EBADF],
  ["its peer hears of it", "send", [A, SCRATCH, 1, NOWAIT], -32],
  ["the peer's end", "mask", [A, 0], 0],
  ["nothing is left of it", "recv", [A, SCRATCH, 64, NOWAIT], EBADF],
];

/** Names of errors, for the messages of failed tests; errors that no case can provoke are left out. */
export const errorNames = {
  [EBADF]: "EBADF",
  [EAGAIN]: "EAGAIN",
  [ENOENT]: "ENOENT",
  [E2BIG]: "E2BIG",
  [EACCES]: "EACCES",
  [EFAULT]: "EFAULT",
  [EINVAL]: "EINVAL",
  [EMFILE]: "EMFILE",
  [ENOSYS]: "ENOSYS",
  [EMSGSIZE]: "EMSGSIZE",
  [ENOBUFS]: "ENOBUFS",
  [ETIMEDOUT]: "ETIMEDOUT",
  [EPERM]: "EPERM",
  [-32]: "EPIPE",
};
