/*
 * Generated from assembly/abi by "rumpk abi": change it there.
 * Constants are numbers, those of 64 bits are bigints; a record is its size and its fields, a module its functions.
 */

/** The system has booted. data0: real time in ns. data1: images. */
export const AUDIT_BOOT = 1;
/** A cell was made. entity: it. data0: parent's index. data1: promises. data2: name, its first 8 bytes. */
export const AUDIT_SPAWN = 2;
/** A cell ended by itself. data0: status. */
export const AUDIT_EXIT = 3;
/** A cell was ended. data0: CAUSE_... data1: address. data2: its generation. */
export const AUDIT_FAULT = 4;
/** A capability was granted. entity: the receiver. data0: kind. data1: rights. data2: object. */
export const AUDIT_GRANT = 5;
/** What was derived from a slot died. data0: slot. */
export const AUDIT_REVOKE = 6;
/** A capability was granted to a child at spawn. entity: the child. data0: kind. data1: rights. data2: object. */
export const AUDIT_DELEGATE = 7;
/** A channel to a server was opened. entity: the server. data0: port. */
export const AUDIT_OPEN = 8;
/** A channel was closed by both ends. data0: port. */
export const AUDIT_CLOSE = 9;
/** A device window was mapped. data0: window. data1: base. data2: length. */
export const AUDIT_MAP = 10;
/** Something was refused. data0: errno, positive. data1: SEAL_... of a package, or the window. entity: package or 0. */
export const AUDIT_DENIED = 11;
/** A cell used something that it had not promised. data0: the promise. data1: its promises. entity: the server that reported it, 0 when the kernel saw it. */
export const AUDIT_VIOLATION = 12;
/** A cell saved its state. data0: bytes. */
export const AUDIT_CHECKPOINT = 13;
/** A cell runs again. data0: generation. data1: restarts in the restart span. */
export const AUDIT_RESTART = 14;
/** A cell lost a spectrum. data0: SPECTRUM_... before. data1: after. */
export const AUDIT_DEMOTION = 15;
/** A cell is not restarted any more. data0: restarts. */
export const AUDIT_QUARANTINE = 16;
/** A cell emptied its energy period. data0: strikes. */
export const AUDIT_STRIKE = 17;
/** Events were lost because the ring was full. data0: how many. data1: id of the first. */
export const AUDIT_LOST = 18;
/** A quarantined cell was let run again. */
export const AUDIT_REVIVE = 19;
/** A cell gave up promises. data0: before. data1: after. */
export const AUDIT_PLEDGE = 20;
/** A server's claim that it refused a request of its client; the kernel knows only that there was a request. cell: the server. entity: the file that it names. data0: the promise that it says was needed, 0 for a hidden path. data1: the client's index. data2: the client's id. */
export const AUDIT_CLAIM = 21;
/** Kinds of events. */
export const AUDIT_KINDS = 22;
/** Entries of the event ring. */
export const AUDIT_RING_COUNT = 256;
/** No cell. */
export const AUDIT_NO_CELL = 0xffffffff;
/**  */
export const AuditEvent = {
  size: 64,
  fields: {
    id: { offset: 0, type: "u64" },
    time: { offset: 8, type: "u64" },
    kind: { offset: 16, type: "u32" },
    cell: { offset: 20, type: "u32" },
    entity: { offset: 24, type: "u64" },
    cause: { offset: 32, type: "u64" },
    data0: { offset: 40, type: "u64" },
    data1: { offset: 48, type: "u64" },
    data2: { offset: 56, type: "u64" },
  },
} as const;
/** Bytes of a sector. */
export const BLOCK_SECTOR = 512;
/** Most sectors of a request. */
export const BLOCK_COUNT_MAX = 8;
/** Offset of the data. */
export const BLOCK_DATA = 4096;
/** Bytes of the window. */
export const BLOCK_SIZE = 8192;
/** Request: reads `count` sectors from `sector` on, to data. */
export const BLOCK_READ = 1;
/** Request: writes `count` sectors of data from `sector` on. */
export const BLOCK_WRITE = 2;
/** Request: returns when everything written is on stable storage. */
export const BLOCK_FLUSH = 3;
/**  */
export const BlockRegisters = {
  size: 32,
  fields: {
    sectors: { offset: 0, type: "u64" },
    sector: { offset: 8, type: "u64" },
    count: { offset: 16, type: "u32" },
    result: { offset: 20, type: "i32" },
    request: { offset: 24, type: "u32" },
    reserved: { offset: 28, type: "u32" },
  },
} as const;
/** The calls of module "rumpk": the entry points in the SysTable. */
export const CALLS = 13;
/** -> ABI version. */
export const META_VERSION = 0;
/** -> cell index in bits 0-15, generation in bits 16-47. */
export const META_SELF = 1;
/** a: CLOCK_MONOTONIC or CLOCK_REAL -> nanoseconds since boot, or since 1970. */
export const META_CLOCK = 2;
/** -> joules spent by this cell since it was spawned. */
export const META_ENERGY = 3;
/** a: pointer, b: capacity -> length; arguments are each ended by a NUL; too small is -EMSGSIZE. */
export const META_ARGS = 4;
/** a: pointer, b: length up to 256 -> length, filled with random bytes. */
export const META_ENTROPY = 5;
/** a: port, or LOOKUP_DEVICE + n for the n-th device of the manifest -> slot, or -ENOENT. */
export const META_LOOKUP = 6;
/** a: entry size in bytes, b: entry count (power of two) -> first slot in bits 0-7, second in bits 8-15: the two ends of a new channel, both in the caller. */
export const META_CHANNEL = 7;
/** a: slot that holds a port -> slot that holds a new channel to its server. */
export const META_CONNECT = 8;
/** a: slot, b: RING_SEND or RING_RECV -> entry size in bits 0-31, entry count in bits 32-62; 0 where that ring is absent. For a device slot: the bytes of its window. */
export const META_RING = 9;
/** Needs RECV, or SEND to write. a: channel slot in bits 0-7, lend id in bits 8-15, bit 16 set to write to the lender; b: offset in the lent range; c: pointer in bits 0-31, length in bits 32-62 -> length. */
export const META_COPY = 10;
/** a: cell slot, b: cell index (used when the slot holds all cells), c: pointer to a CellInfo -> its size. */
export const META_INFO = 11;
/** a: cell slot, b: cell index (used when the slot holds all cells) -> 0. */
export const META_KILL = 12;
/** a: client slot; b: pointer to a path in bits 0-31, its length in bits 32-62 -> what the client may do there: UNVEIL_... and UNVEIL_BELOW. */
export const META_UNVEIL_OF = 13;
/** The server of a session reports a refusal, once for each request that it has taken and not answered (else -EPERM). a: client slot; b: the PROMISE_ that the request needs, one of those that the port stands for, 0 for a path hidden by unveil; c: pointer to the path in bits 0-31, length in bits 32-62 -> 0. A client that lacks the promise ends; one that has it is left alone (-EPERM). */
export const META_DENY = 14;
/** a: slot that holds all cells, b: cell index -> 0: a quarantined cell runs again. */
export const META_REVIVE = 15;
/** a: pointer, b: capacity -> length of the newest intact checkpoint, copied there; -ENOENT without one. */
export const META_RESTORE = 16;
/** -> promises of the caller in bits 0-60, its spectrum in bits 61-62. */
export const META_PROMISES = 17;
/** For the cell that seals. a: pointer to a SealWork -> its size; blocks until a package waits for its verdict. */
export const META_SEAL_WORK = 18;
/** For the cell that seals. a: offset in the package under work, b: pointer, c: length up to COPY_MAX -> bytes copied, 0 at the end. */
export const META_SEAL_READ = 19;
/** For the cell that seals. a: SEAL_... of the package under work; b: key classes it is signed for -> 0. */
export const META_SEAL_VERDICT = 20;
/** For the cell that mounts. a: n, from 0; b: pointer to MOUNT_SIZE bytes -> the n-th mounted port in the order of the images, whose path is copied there; -ENOENT behind the last. META_LOOKUP finds the port's slot. */
export const META_MOUNT = 21;
/** Version of this ABI, answered by META_VERSION and written in the SysTable. */
export const ABI_VERSION = 1;
/** META_CLOCK: nanoseconds since boot. */
export const CLOCK_MONOTONIC = 0;
/** META_CLOCK: nanoseconds since 1970-01-01 UTC. */
export const CLOCK_REAL = 1;
/** META_LOOKUP: added to the index of a device in the manifest. */
export const LOOKUP_DEVICE = 0x10000;
/** META_LOOKUP: the slot that holds all cells, where the manifest asks for it. */
export const LOOKUP_CELLS = 0x20000;
/** META_LOOKUP: the slot on which the ledger's cell receives audit events. */
export const LOOKUP_LEDGER = 0x20001;
/** META_RING: the ring this end sends into. */
export const RING_SEND = 0;
/** META_RING: the ring this end receives from. */
export const RING_RECV = 1;
/** META_COPY: bit in `a` that turns the copy towards the lender. */
export const COPY_TO_LENDER = 0x10000;
/** send, recv: answer -EAGAIN instead of blocking; a full ring then arms one room event. */
export const NOWAIT = 1;
/** recv: drop the first message instead of copying it; answers its length. */
export const DISCARD = 2;
/** map: the peer may read the lent range. */
export const LEND_READ = 1;
/** map: the peer may write the lent range. */
export const LEND_WRITE = 2;
/** The deadline that never comes. */
export const NEVER = 0x7fffffffffffffffn;
/** The table entry is free. */
export const CELL_FREE = 0;
/** Ready to run, or never run yet. */
export const CELL_READY = 1;
/** Inside cell_enter. */
export const CELL_RUNNING = 2;
/** Parked in a call. */
export const CELL_BLOCKED = 3;
/** Ended for good; its status waits for join. */
export const CELL_ENDED = 4;
/** Ended too often; not restarted again. */
export const CELL_QUARANTINED = 5;
/** In the table without an instance: it starts when its package has been verified. */
export const CELL_HELD = 6;
/** cell_enter: cell_main returned or called exit; the machine has called sys_exit already. */
export const EXIT_RETURNED = 0;
/** cell_enter: a call answered WOULD_BLOCK; the machine repeats it at the next cell_enter. */
export const EXIT_BLOCKED = 1;
/** cell_enter: parked after a finished call, because timer_arm asked for it. */
export const EXIT_YIELDED = 2;
/** cell_enter: the budget ran out. */
export const EXIT_PREEMPTED = 3;
/** cell_enter: a device interrupt came; the machine has called interrupt(line) already. */
export const EXIT_INTERRUPTED = 4;
/** cell_enter: the cell faulted; cell_fault tells the cause. */
export const EXIT_FAULTED = 5;
/** No fault. */
export const CAUSE_NONE = 0;
/** Access outside the linear memory or a table. */
export const CAUSE_MEMORY = 1;
/** The unreachable instruction (an abort of AssemblyScript ends here). */
export const CAUSE_UNREACHABLE = 2;
/** Integer division by zero. */
export const CAUSE_DIVISION = 3;
/** Integer overflow in a division. */
export const CAUSE_OVERFLOW = 4;
/** Conversion of a float that no integer can hold. */
export const CAUSE_CONVERSION = 5;
/** Indirect call: index, null or signature. */
export const CAUSE_INDIRECT = 6;
/** Stack exhausted. */
export const CAUSE_STACK = 7;
/** Ran longer than its watchdog without a blocking call. */
export const CAUSE_SPIN = 8;
/** Access to a device outside its windows. */
export const CAUSE_WINDOW = 9;
/** Killed by a holder of its KILL right. */
export const CAUSE_KILLED = 10;
/** Used what it had not promised. */
export const CAUSE_PLEDGE = 11;
/** The module cannot be instantiated: wrong imports, exports or limits. */
export const CAUSE_MODULE = 12;
/** No memory to build the instance. */
export const CAUSE_NO_MEMORY = 13;
/** A ring index was out of range: the peer corrupted a channel. */
export const CAUSE_RING = 14;
/** Unaligned atomic access. */
export const CAUSE_UNALIGNED = 15;
/** Emptied its energy period three times. */
export const CAUSE_ENERGY = 16;
/** Never ran: its package was refused. */
export const CAUSE_SEAL = 17;
/** The kernel or the machine found it in an impossible state: a bug of theirs, for which only this cell pays. */
export const CAUSE_KERNEL = 18;
/** Written by cell_fault: the last fault and the memory of a cell. */
export const CellReport = {
  size: 120,
  fields: {
    cause: { offset: 0, type: "u32" },
    pages: { offset: 4, type: "u32" },
    address: { offset: 8, type: "u64" },
    pc: { offset: 16, type: "u64" },
    where: { offset: 24, type: "u8", size: 96 },
  },
} as const;
/** Written by META_INFO. */
export const CellInfo = {
  size: 232,
  fields: {
    name: { offset: 0, type: "u8", size: 32 },
    cell: { offset: 32, type: "u32" },
    generation: { offset: 36, type: "u32" },
    state: { offset: 40, type: "u32" },
    spectrum: { offset: 44, type: "u32" },
    pages: { offset: 48, type: "u32" },
    channels: { offset: 52, type: "u32" },
    faults: { offset: 56, type: "u32" },
    cause: { offset: 60, type: "u32" },
    runtime: { offset: 64, type: "u64" },
    energy: { offset: 72, type: "u64" },
    address: { offset: 80, type: "u64" },
    pc: { offset: 88, type: "u64" },
    status: { offset: 96, type: "i32" },
    parent: { offset: 100, type: "u32" },
    ram: { offset: 104, type: "u64" },
    where: { offset: 112, type: "u8", size: 96 },
    promises: { offset: 208, type: "u64" },
    policy: { offset: 216, type: "u32" },
    restarts: { offset: 220, type: "u32" },
    restartLimit: { offset: 224, type: "u32" },
    strikes: { offset: 228, type: "u32" },
  },
} as const;
/** Largest checkpoint, in bytes. */
export const CHECKPOINT_MAX = 32768;
/** Devices known not to be bus masters: UARTs, and those that our machines simulate, which have only registers. */
export const DEVICES_PLAIN = "ns16550a ns16550 arm,pl011 rumpk,tar rumpk,hostdir rumpk,block";
/** Timers and flash, which are not for cells; neither is a node with an `interrupt-controller` property. */
export const DEVICES_RESERVED =
  "riscv,clint0 riscv,aclint-mtimer riscv,aclint-mswi arm,armv7-timer-mem intel,local-apic intel,i8254 cfi-flash";
/** Interrupt controllers: the build refuses them by name, the kernel by their property. */
export const DEVICES_CONTROLLERS =
  "riscv,plic0 sifive,plic-1.0.0 riscv,aplic arm,cortex-a15-gic arm,gic-400 arm,gic-v3 intel,io-apic rumpk,lines";
/** Price of spawn, in joules. */
export const COST_SPAWN = 500;
/** Price of grant, in joules. */
export const COST_GRANT = 20;
/** Price of map, in joules. */
export const COST_MAP = 10;
/** Price of send, in joules. */
export const COST_SEND = 5;
/** Price of mask, in joules. */
export const COST_MASK = 3;
/** Price of recv, in joules. */
export const COST_RECV = 2;
/** Price of wait, in joules. */
export const COST_TICK = 1;
/** Photon's period, in nanoseconds. */
export const PERIOD_PHOTON = 2000000;
/** Photon's budget in its period, in joules. */
export const BUDGET_PHOTON = 1500000;
/** Matter's period, in nanoseconds. */
export const PERIOD_MATTER = 10000000;
/** Matter's budget in its period, in joules. */
export const BUDGET_MATTER = 6000000;
/** Gravity's period, in nanoseconds. */
export const PERIOD_GRAVITY = 50000000;
/** Gravity's budget in its period, in joules. */
export const BUDGET_GRAVITY = 20000000;
/** Periods without a strike that forgive one. */
export const STRIKE_FORGIVEN = 64;
/** Run time of an instance without a strike before its first blocking call, in ns: a start takes up to 130 ms where code is compiled as it runs. */
export const STRIKE_GRACE = 250000000;
/** Run time since the last blocking call below which an emptied period is no strike, in nanoseconds: where a host can stop the machine, its clock runs on, and a driver that writes one message seems to have run for up to 30 ms. */
export const STRIKE_RUN = 50000000;
/** The strike that only warns. */
export const STRIKE_WARN = 1;
/** The strike that demotes by one spectrum. */
export const STRIKE_DEMOTE = 2;
/** The strike that kills and restarts. */
export const STRIKE_KILL = 3;
/** Not permitted: asking for more than is held. */
export const EPERM = -1;
/** No such package, port, file or cell. */
export const ENOENT = -2;
/** Input or output error. */
export const EIO = -5;
/** Arguments too long. */
export const E2BIG = -7;
/** Empty or stale slot. */
export const EBADF = -9;
/** Would block, and NOWAIT was asked for; or an event about the slot is unread. */
export const EAGAIN = -11;
/** No memory frames left. */
export const ENOMEM = -12;
/** The slot lacks the right. */
export const EACCES = -13;
/** A pointer or length outside the cell's memory. */
export const EFAULT = -14;
/** In use. */
export const EBUSY = -16;
/** Exists already. */
export const EEXIST = -17;
/** Renaming from one file system to another. */
export const EXDEV = -18;
/** No such device. */
export const ENODEV = -19;
/** Not a directory. */
export const ENOTDIR = -20;
/** Is a directory. */
export const EISDIR = -21;
/** Invalid argument. */
export const EINVAL = -22;
/** No free slot. */
export const EMFILE = -24;
/** No space left. */
export const ENOSPC = -28;
/** Read-only file system. */
export const EROFS = -30;
/** The peer died or hung up. */
export const EPIPE = -32;
/** Name too long. */
export const ENAMETOOLONG = -36;
/** No such call or operation. */
export const ENOSYS = -38;
/** Directory not empty. */
export const ENOTEMPTY = -39;
/** A symbolic link, which is not followed. */
export const ELOOP = -40;
/** Protocol error. */
export const EPROTO = -71;
/** Message longer than the ring's entries, or buffer shorter than the message. */
export const EMSGSIZE = -90;
/** The ring does not fit the arena, or a kernel table is full. */
export const ENOBUFS = -105;
/** The deadline passed. */
export const ETIMEDOUT = -110;
/** The file server was restarted: the file has to be opened again. */
export const ESTALE = -116;
/** Package refused: not signed by a trusted key. */
export const EKEYREJECTED = -129;
/** The call cannot finish now: only ever seen by the machine, which parks the fiber and repeats the call. */
export const WOULD_BLOCK = -0x8000000000000000n;
/** A client connected on `slot`; `cell` and `promises` are the client's. */
export const EVENT_CONNECTED = 1;
/** The promises of the client on `slot` shrank to `promises`. */
export const EVENT_SHRUNK = 2;
/** The peer on `slot` is gone. */
export const EVENT_GONE = 3;
/** Interrupt on device window `slot`. */
export const EVENT_INTERRUPT = 4;
/** The child on `slot` was restarted; `data` is the cause. */
export const EVENT_RESTARTED = 5;
/** The child on `slot` ended for good; `data` is the cause. */
export const EVENT_ENDED = 6;
/** There is room again in the ring of `slot`, after a send that answered -EAGAIN. */
export const EVENT_ROOM = 7;
/** A capability was granted into `slot`. */
export const EVENT_GRANT = 8;
/** One event, 32 bytes. */
export const Event = {
  size: 32,
  fields: {
    kind: { offset: 0, type: "u32" },
    slot: { offset: 4, type: "u32" },
    cell: { offset: 8, type: "u32" },
    data: { offset: 12, type: "u32" },
    promises: { offset: 16, type: "u64" },
    generation: { offset: 24, type: "u64" },
  },
} as const;
/** Offset of the path. */
export const HOSTDIR_PATH = 4096;
/** Longest path in bytes. */
export const HOSTDIR_PATH_MAX = 4096;
/** Offset of the data. */
export const HOSTDIR_DATA = 8192;
/** Most bytes of data. */
export const HOSTDIR_DATA_MAX = 8192;
/** Bytes of the window. */
export const HOSTDIR_SIZE = 16384;
/** Request: the guest path of the folder, to data. Result: its bytes. */
export const HOSTDIR_NAME = 1;
/** Request: fills kind, size, modified and identity. */
export const HOSTDIR_STAT = 2;
/** Request: entries of a directory from `offset` on, to data: HostdirEntry and name each, whole ones only, without "." and "..". Result: bytes, 0 at the end. */
export const HOSTDIR_LIST = 3;
/** Request: reads `length` bytes at `offset` of a file, to data. Result: bytes, 0 at the end. */
export const HOSTDIR_READ = 4;
/** Request: writes `length` bytes of data at `offset` of a file that is there. Result: bytes. */
export const HOSTDIR_WRITE = 5;
/** Request: makes an empty file; -EEXIST when the name is taken. */
export const HOSTDIR_CREATE = 6;
/** Request: makes a file `offset` bytes long. */
export const HOSTDIR_RESIZE = 7;
/** Request: makes a directory. */
export const HOSTDIR_MAKE_DIRECTORY = 8;
/** Request: removes a file or a link. */
export const HOSTDIR_REMOVE = 9;
/** Request: removes an empty directory. */
export const HOSTDIR_REMOVE_DIRECTORY = 10;
/** Request: returns when the host has stored a file for good. */
export const HOSTDIR_SYNC = 11;
/** Request: moves a file or directory to the path of `length` bytes in data, in place of a file that is there. */
export const HOSTDIR_RENAME = 12;
/** Request: sets the last change of a file or directory to `offset` nanoseconds since 1970. */
export const HOSTDIR_TOUCH = 13;
/** Kind: a file. */
export const HOSTDIR_FILE = 1;
/** Kind: a directory. */
export const HOSTDIR_DIRECTORY = 2;
/** Kind: a symbolic link. */
export const HOSTDIR_LINK = 3;
/** Kind: anything else, which can only be seen. */
export const HOSTDIR_OTHER = 4;
/**  */
export const HostdirRegisters = {
  size: 64,
  fields: {
    folders: { offset: 0, type: "u32" },
    folder: { offset: 4, type: "u32" },
    pathLength: { offset: 8, type: "u32" },
    length: { offset: 12, type: "u32" },
    offset: { offset: 16, type: "u64" },
    result: { offset: 24, type: "i32" },
    request: { offset: 28, type: "u32" },
    kind: { offset: 32, type: "u32" },
    reserved: { offset: 36, type: "u32" },
    size: { offset: 40, type: "u64" },
    modified: { offset: 48, type: "u64" },
    identity: { offset: 56, type: "u64" },
  },
} as const;
/**  */
export const HostdirEntry = {
  size: 24,
  fields: {
    next: { offset: 0, type: "u64" },
    inode: { offset: 8, type: "u64" },
    length: { offset: 16, type: "u32" },
    kind: { offset: 20, type: "u32" },
  },
} as const;
/** Bytes of an image record with its arrays. */
export const IMAGE_SIZE = 1024;
/** Offset of the ports. */
export const IMAGE_PORTS = 128;
/** Most ports a cell can serve. */
export const IMAGE_PORTS_MAX = 8;
/** Offset of the channels. */
export const IMAGE_CHANNELS = 384;
/** Most channels in a manifest. */
export const IMAGE_CHANNELS_MAX = 16;
/** Offset of the devices. */
export const IMAGE_DEVICES = 640;
/** Most devices in a manifest. */
export const IMAGE_DEVICES_MAX = 4;
/** Most images in a system. */
export const IMAGES_MAX = 64;
/** Kind: driver or service. */
export const KIND_NPL = 0;
/** Kind: application. */
export const KIND_NPK = 1;
/** Kind: interface. */
export const KIND_NPI = 2;
/** Restart policy: never. */
export const RESTART_NEVER = 0;
/** Restart policy: after a fault or a kill. */
export const RESTART_ON_FAULT = 1;
/** Restart policy: after any end. */
export const RESTART_ALWAYS = 2;
/** Flag: started at boot. */
export const IMAGE_BOOT = 1;
/** Flag: when this cell ends for good the machine powers off with its status. */
export const IMAGE_MAIN = 2;
/** Flag: needs DMA: its memory is populated and physically contiguous. */
export const IMAGE_DMA = 4;
/** Flag: accepts grants from others. */
export const IMAGE_ACCEPTS_GRANTS = 8;
/** Flag: gets a slot that holds all cells, with INFO and KILL. */
export const IMAGE_MANAGES_CELLS = 16;
/** Flag: has native code for metal. */
export const IMAGE_NATIVE = 32;
/** Flag: the cell that verifies packages; it holds no capability. */
export const IMAGE_SEAL = 64;
/** Flag: the cell that keeps the ledger: gets a slot on which it receives audit events. */
export const IMAGE_LEDGER = 128;
/** Flag: the cell that makes one tree of all files: gets a slot for each port that is mounted. */
export const IMAGE_MOUNTS = 256;
/** May give: the devices that a child's manifest names. */
export const GIVE_DEVICES = 1;
/** May give: the slot that holds all cells. */
export const GIVE_CELLS = 2;
/** May give: the slot of the ledger. */
export const GIVE_LEDGER = 4;
/** May give: ports that need no promise. */
export const GIVE_PORTS = 8;
/** Holds the ports that are mounted; nobody may give them. */
export const GIVE_MOUNTS = 16;
/** Bytes of the arena that a cell may have by default: enough for a client of files, and pipes. */
export const ARENA_DEFAULT = 524288;
/** Channels that a cell may have by default. */
export const CHANNELS_DEFAULT = 32;
/** Port flag: a stream keeps unread messages over a restart; without it the port is a session (9P). */
export const PORT_STREAM = 1;
/** Port flag: every cell whose manifest names the port may connect to it, no matter who spawned it. */
export const PORT_PUBLIC = 2;
/** Port flag: its files are mounted where the image says. */
export const PORT_MOUNTED = 4;
/** Channel flag: a PORT capability instead of an open channel; META_CONNECT opens it. */
export const CHANNEL_LAZY = 1;
/** Device flag: the base is an I/O port number (x86). */
export const DEVICE_IO_PORTS = 1;
/** Head of an image record. */
export const ImageRecord = {
  size: 128,
  fields: {
    name: { offset: 0, type: "u8", size: 32 },
    kind: { offset: 32, type: "u8" },
    spectrum: { offset: 33, type: "u8" },
    restart: { offset: 34, type: "u8" },
    layer: { offset: 35, type: "u8" },
    flags: { offset: 36, type: "u32" },
    ports: { offset: 40, type: "u32" },
    channels: { offset: 44, type: "u32" },
    devices: { offset: 48, type: "u32" },
    memoryMin: { offset: 52, type: "u32" },
    memoryMax: { offset: 56, type: "u32" },
    stack: { offset: 60, type: "u32" },
    watchdogMs: { offset: 64, type: "u32" },
    restartLimit: { offset: 68, type: "u32" },
    restartSpanMs: { offset: 72, type: "u32" },
    mayGive: { offset: 76, type: "u32" },
    promises: { offset: 80, type: "u64" },
    arenaMost: { offset: 88, type: "u32" },
    channelsMost: { offset: 92, type: "u32" },
    mount: { offset: 96, type: "u8", size: 32 },
  },
} as const;
/** A port that a cell serves; each client gets a channel of this geometry. */
export const PortRecord = {
  size: 32,
  fields: {
    port: { offset: 0, type: "u32" },
    flags: { offset: 4, type: "u32" },
    inSize: { offset: 8, type: "u32" },
    inCount: { offset: 12, type: "u32" },
    outSize: { offset: 16, type: "u32" },
    outCount: { offset: 20, type: "u32" },
    clients: { offset: 24, type: "u32" },
    needs: { offset: 28, type: "u32" },
  },
} as const;
/** A port that a cell uses. */
export const ChannelRecord = {
  size: 16,
  fields: {
    port: { offset: 0, type: "u32" },
    rights: { offset: 4, type: "u32" },
    flags: { offset: 8, type: "u32" },
    reserved: { offset: 12, type: "u32" },
  },
} as const;
/** A device window that a cell asks for. */
export const DeviceRecord = {
  size: 96,
  fields: {
    compatible: { offset: 0, type: "u8", size: 64 },
    rights: { offset: 64, type: "u32" },
    resetWidth: { offset: 68, type: "u32" },
    resetOffset: { offset: 72, type: "u32" },
    reserved: { offset: 76, type: "u32" },
    resetValue: { offset: 80, type: "u64" },
    reserved2: { offset: 88, type: "u64" },
  },
} as const;
/** "NPXC". */
export const LEDGER_MAGIC = 0x4358504e;
/** "NPXO": first word of an opening. */
export const LEDGER_OPENING_MAGIC = 0x4f58504e;
/** "NPXS": first word of what a seal signs. */
export const LEDGER_SEAL_MAGIC = 0x5358504e;
/** Version of this layout. */
export const LEDGER_VERSION = 1;
/** Entries of a block. */
export const LEDGER_BLOCK = 64;
/** Bytes of a link. */
export const LEDGER_LINK_SIZE = 32;
/** Bytes of an entry: event and link. */
export const LEDGER_ENTRY_SIZE = 96;
/** Blocks that the ledger's cell keeps. */
export const LEDGER_KEPT_BLOCKS = 48;
/** Entry of the ledger's cell: a new chain starts, and what an earlier instance held is lost. data0: id of the first lost event. data1: how many. data2: generation. */
export const LEDGER_STARTED = 256;
/** Entry of the ledger's cell: the chain goes on from a checkpoint. data0: id of the first event that is missing. data1: how many. data2: generation. */
export const LEDGER_RESUMED = 257;
/** Head of an exported chain. */
export const LedgerHead = {
  size: 104,
  fields: {
    magic: { offset: 0, type: "u32" },
    version: { offset: 4, type: "u16" },
    blockEntries: { offset: 6, type: "u16" },
    segment: { offset: 8, type: "u32" },
    entries: { offset: 12, type: "u32" },
    firstBlock: { offset: 16, type: "u64" },
    started: { offset: 24, type: "u64" },
    exported: { offset: 32, type: "u64" },
    before: { offset: 40, type: "u8", size: 32 },
    key: { offset: 72, type: "u8", size: 32 },
  },
} as const;
/** The opening of a chain: its hash is the link before the first entry. */
export const LedgerOpening = {
  size: 56,
  fields: {
    magic: { offset: 0, type: "u32" },
    version: { offset: 4, type: "u16" },
    blockEntries: { offset: 6, type: "u16" },
    segment: { offset: 8, type: "u32" },
    reserved: { offset: 12, type: "u32" },
    started: { offset: 16, type: "u64" },
    key: { offset: 24, type: "u8", size: 32 },
  },
} as const;
/** Closes a block. */
export const LedgerSeal = {
  size: 80,
  fields: {
    number: { offset: 0, type: "u64" },
    time: { offset: 8, type: "u64" },
    signature: { offset: 16, type: "u8", size: 64 },
  },
} as const;
/** The functions of the Wasm module "mmio" by name, with their signatures. */
export const MMIO_FUNCTIONS = {
  load8: "(i32, i32) -> i32",
  load16: "(i32, i32) -> i32",
  load32: "(i32, i32) -> i32",
  load64: "(i32, i32) -> i64",
  store8: "(i32, i32, i32)",
  store16: "(i32, i32, i32)",
  store32: "(i32, i32, i32)",
  store64: "(i32, i32, i64)",
  dma_address: "(i32, i32) -> i64",
  irq_ack: "(i32)",
} as const;
/** Network, received frames. */
export const PORT_NET_RX = 0x0500;
/** Network, frames to send. */
export const PORT_NET_TX = 0x0501;
/** Libertaria wire frames, received. */
export const PORT_LWF_RX = 0x0600;
/** Libertaria wire frames, to send. */
export const PORT_LWF_TX = 0x0601;
/** Console input. */
export const PORT_CONSOLE_IN = 0x1000;
/** Console output. */
export const PORT_CONSOLE_OUT = 0x1001;
/** Console error output. */
export const PORT_CONSOLE_ERROR = 0x1002;
/** Files, by 9P2000.L: the mount table, which enforces promises and unveil. */
export const PORT_VFS = 0x2000;
/** Console in: input bytes follow. */
export const CONSOLE_DATA = 0;
/** Console in: end of input. */
export const CONSOLE_END = 1;
/** Console in: what the console is. */
export const CONSOLE_MODE = 2;
/** Console in: Ctrl-C. */
export const CONSOLE_INTERRUPT = 3;
/** CONSOLE_MODE: flag bit, a person sits at a terminal. */
export const CONSOLE_TERMINAL = 1;
/** Exit status of a cell whose output went into a pipe that nobody reads any more. */
export const STATUS_PIPE_CLOSED = 120;
/** Wire of a piped console: escape byte (DLE). */
export const WIRE_ESCAPE = 0x10;
/** Wire of a piped console: after the escape byte, end of input (EOT). */
export const WIRE_END = 0x04;
/** Wire of a piped console: after the escape byte, console error follows (e). */
export const WIRE_ERROR = 0x65;
/** Wire of a piped console: after the escape byte, console out follows (o). */
export const WIRE_OUTPUT = 0x6f;
/** Wire of a piped console: fill (SYN), ignored. */
export const WIRE_FILL = 0x16;
/** Wire of a piped console: bytes of fill in front of the input, where a chip may lose some. */
export const WIRE_FILL_COUNT = 32;
/** Runs on what is left. */
export const SPECTRUM_VOID = 0;
/** Background work. */
export const SPECTRUM_GRAVITY = 1;
/** Programs and services. */
export const SPECTRUM_MATTER = 2;
/** Drivers and deadlines. */
export const SPECTRUM_PHOTON = 3;
/** Number of spectra. */
export const SPECTRA = 4;
/** The spectrum lies in the two highest bits of the promises, so that AND can only demote. */
export const SPECTRUM_SHIFT = 62;
/** May use the console. */
export const PROMISE_STDIO = 1;
/** May read files. */
export const PROMISE_RPATH = 2;
/** May write files. */
export const PROMISE_WPATH = 4;
/** May use the network. */
export const PROMISE_INET = 8;
/** May spawn cells. */
export const PROMISE_EXEC = 0x10;
/** May use device window 0; windows 1 to 3 are the next bits. A manifest's devices promise themselves. */
export const PROMISE_DEVICE = 0x100;
/** The slot is empty. */
export const CAP_NONE = 0;
/** One end of a channel. */
export const CAP_CHANNEL = 1;
/** A well-known port: META_CONNECT makes a channel of it. */
export const CAP_PORT = 2;
/** A cell, with its generation. */
export const CAP_CELL = 3;
/** A device window. */
export const CAP_DEVICE = 4;
/** All cells: INFO and KILL by index. */
export const CAP_CELLS = 5;
/** Revoked: good for nothing, and the slot is taken until its holder drops it. */
export const CAP_REVOKED = 6;
/** Make cells. */
export const RIGHT_SPAWN = 0x001;
/** Put messages into the ring. */
export const RIGHT_SEND = 0x002;
/** Take messages from the ring. */
export const RIGHT_RECV = 0x004;
/** Lend memory over the channel; use the device. */
export const RIGHT_MAP = 0x008;
/** Narrow and revoke. */
export const RIGHT_MASK = 0x010;
/** Wait on the slot. */
export const RIGHT_TICK = 0x020;
/** Hand on. */
export const RIGHT_GRANT = 0x040;
/** Wait for the cell's end. */
export const RIGHT_JOIN = 0x080;
/** End the cell. */
export const RIGHT_KILL = 0x100;
/** Read the cell's CellInfo. */
export const RIGHT_INFO = 0x200;
/** Every right. */
export const RIGHTS_ALL = 0x3ff;
/** mask: everything derived from the slot dies at once. */
export const MASK_REVOKE = 0x80000000;
/** "IONR". */
export const RING_MAGIC = 0x494f4e52;
/** Version of this layout. */
export const RING_VERSION = 1;
/** Offset of the entry size. */
export const RING_ENTRY_SIZE = 8;
/** Offset of the entry count. */
export const RING_ENTRY_COUNT = 12;
/** Offset of the head: messages ever sent, modulo 2^32. */
export const RING_HEAD = 64;
/** Offset of the producer's waiting word. */
export const RING_PRODUCER_WAITING = 68;
/** Offset of the tail: messages ever taken, modulo 2^32. */
export const RING_TAIL = 128;
/** Offset of the consumer's waiting word. */
export const RING_CONSUMER_WAITING = 132;
/** Offset of the first entry. */
export const RING_ENTRIES = 192;
/** Bytes of an entry in front of the payload. */
export const RING_ENTRY_HEADER = 4;
/** Smallest entry, in bytes. */
export const RING_ENTRY_MIN = 16;
/** Largest entry, in bytes: one hal copy. */
export const RING_ENTRY_MAX = 65536;
/** Most entries in a ring. */
export const RING_COUNT_MAX = 65536;
/** The functions of the Wasm module "rumpk" by name, with their signatures. */
export const RUMPK_FUNCTIONS = {
  meta: "(i32, i64, i64, i64) -> i64",
  exit: "(i32)",
  spawn: "(i32, i32) -> i64",
  join: "(i32, i64) -> i64",
  send: "(i32, i32, i32, i32) -> i64",
  recv: "(i32, i32, i32, i32) -> i64",
  wait: "(i64, i64) -> i64",
  map: "(i32, i32, i32, i32) -> i64",
  mask: "(i32, i32) -> i64",
  grant: "(i32, i32, i32) -> i64",
  pledge: "(i64) -> i64",
  unveil: "(i32, i32, i32) -> i64",
  checkpoint: "(i32, i32) -> i64",
} as const;
/** "NPKS". */
export const SEAL_MAGIC = 0x534b504e;
/** Version of this layout. */
export const SEAL_VERSION = 1;
/** Offset of the first byte that the table's signature covers. */
export const SEAL_SIGNED = 80;
/** package_read, META_SEAL_WORK: the table itself in place of an image. */
export const SEAL_TABLE_IMAGE = 0xffffffff;
/** Most trusted keys. */
export const SEAL_KEYS_MAX = 16;
/** Bytes of a hash: SHA-256. */
export const HASH_SIZE = 32;
/** Bytes of a public key: Ed25519. */
export const KEY_SIZE = 32;
/** Bytes of a signature: Ed25519. */
export const SIGNATURE_SIZE = 64;
/** Key class: signs WebAssembly. */
export const KEY_WASM = 1;
/** Key class: signs native code. */
export const KEY_NATIVE = 2;
/** Key class: signs packages that ask for DMA. */
export const KEY_DMA = 4;
/** The package a machine carries is native code and constants, to be compared with its entry alone. */
export const SEAL_FORM_NATIVE = 0;
/** The package is an .npk file, whose own signature counts too. */
export const SEAL_FORM_PACKAGE = 1;
/** Verdict: signed by a trusted key, every hash matches. */
export const SEAL_GOOD = 0;
/** Verdict: no signature. */
export const SEAL_UNSIGNED = 1;
/** Verdict: the signature does not match. */
export const SEAL_WRONG = 2;
/** Verdict: cut short or malformed. */
export const SEAL_TRUNCATED = 3;
/** Verdict: signed by a key that is not trusted. */
export const SEAL_UNKNOWN_KEY = 4;
/** Verdict: the bytes do not match the hash that was signed. */
export const SEAL_CHANGED = 5;
/** Verdict: the key may not sign native code or DMA. */
export const SEAL_CLASS = 6;
/** Verdict: the system's own table is missing or bad, so nothing can be trusted. */
export const SEAL_NO_TABLE = 7;
/** Verdict: the cell that seals has gone, or ended twice over this package. */
export const SEAL_NO_CELL = 8;
/**  */
export const SealTable = {
  size: 80,
  fields: {
    magic: { offset: 0, type: "u32" },
    version: { offset: 4, type: "u16" },
    keys: { offset: 6, type: "u16" },
    entries: { offset: 8, type: "u32" },
    signer: { offset: 12, type: "u32" },
    signature: { offset: 16, type: "u8", size: 64 },
  },
} as const;
/**  */
export const SealKey = {
  size: 40,
  fields: {
    classes: { offset: 0, type: "u32" },
    reserved: { offset: 4, type: "u32" },
    key: { offset: 8, type: "u8", size: 32 },
  },
} as const;
/**  */
export const SealEntry = {
  size: 64,
  fields: {
    name: { offset: 0, type: "u8", size: 32 },
    hash: { offset: 32, type: "u8", size: 32 },
  },
} as const;
/** What META_SEAL_WORK answers. The package's bytes (META_SEAL_READ) begin with its ImageRecord; the table's with its head. */
export const SealWork = {
  size: 8,
  fields: {
    image: { offset: 0, type: "u32" },
    form: { offset: 4, type: "u32" },
  },
} as const;
/** Cells at once. A machine gives the windows of the kernel itself this index. */
export const CELLS = 64;
/** Slots of a cell, slot 0 (events) included. */
export const SLOTS = 63;
/** Interrupt lines: 0 to LINES - 1. */
export const LINES = 1024;
/** Bytes of a cell's name; a shorter one is padded with NUL. */
export const NAME_SIZE = 32;
/** Bytes of a device's compatible string; a shorter one is padded with NUL. */
export const COMPATIBLE_SIZE = 64;
/** Bytes of the place of a fault; a shorter one is padded with NUL. */
export const WHERE_SIZE = 96;
/** Bytes of the path of a mount; a shorter one is padded with NUL. */
export const MOUNT_SIZE = 32;
/** Most ports that a system mounts. */
export const MOUNTED_PORTS = 8;
/** Bytes of a page of a Wasm memory. */
export const WASM_PAGE = 65536;
/** Most bytes of a message of 9P (msize): an entry of 8,192 bytes in the rings of a file server, less its length. */
export const MESSAGE_MAX = 8188;
/** The child's manifest decides alone; else the promises are ANDed. */
export const SPAWN_ALL_PROMISES = -1n;
/** Most bytes of arguments of one cell, NULs included. */
export const ARGS_MAX = 1024;
/** Most grants in one spawn. */
export const SPAWN_GRANTS_MAX = 16;
/** The record that spawn's pointer names. */
export const SpawnSpec = {
  size: 64,
  fields: {
    name: { offset: 0, type: "u8", size: 32 },
    args: { offset: 32, type: "u32" },
    argsLength: { offset: 36, type: "u32" },
    promises: { offset: 40, type: "u64" },
    grants: { offset: 48, type: "u32" },
    grantCount: { offset: 52, type: "u32" },
    flags: { offset: 56, type: "u32" },
    reserved: { offset: 60, type: "u32" },
  },
} as const;
/** One capability handed to a child. */
export const SpawnGrant = {
  size: 16,
  fields: {
    slot: { offset: 0, type: "u32" },
    rights: { offset: 4, type: "u32" },
    port: { offset: 8, type: "u32" },
    reserved: { offset: 12, type: "u32" },
  },
} as const;
/** "NXUS". */
export const SYSTABLE_MAGIC = 0x4e585553;
/** Bytes of the table. */
export const SYSTABLE_SIZE = 240;
/** arch: Node, or another host of plain WebAssembly. */
export const ARCH_WASM = 0;
/** arch: RISC-V 64. */
export const ARCH_RISCV64 = 1;
/** arch: ARM64. */
export const ARCH_AARCH64 = 2;
/** arch: x86_64. */
export const ARCH_X86_64 = 3;
/** Pages of 64 KiB of the kernel's memory. */
export const KERNEL_PAGES = 96;
/** Where the machine puts the SysTable in the kernel's memory: the last 128 KiB. */
export const KERNEL_BOOT_AREA = 0x5e0000;
/** Where the machine puts the packed device tree in the kernel's memory. */
export const KERNEL_FDT = 0x5e1000;
/** Largest packed device tree, in bytes. */
export const KERNEL_FDT_MAX = 0x1f000;
/** Entries of the kernel's function table. */
export const KERNEL_TABLE = 64;
/** Most bytes in one hal copy. */
export const COPY_MAX = 65536;
/** window_map: bit of the base that says I/O ports (x86). */
export const WINDOW_IO_PORTS = -0x8000000000000000n;
/** Device windows of one cell. */
export const WINDOWS_MAX = 4;
/** The table. */
export const SysTable = {
  size: 240,
  fields: {
    magic: { offset: 0, type: "u32" },
    version: { offset: 4, type: "u16" },
    arch: { offset: 6, type: "u16" },
    ringRx: { offset: 8, type: "u64" },
    ringTx: { offset: 16, type: "u64" },
    ringEvent: { offset: 24, type: "u64" },
    ringCmd: { offset: 32, type: "u64" },
    ringInput: { offset: 40, type: "u64" },
    entries: { offset: 48, type: "u64", size: 104 },
    ionBase: { offset: 152, type: "u64" },
    ionSize: { offset: 160, type: "u64" },
    ramBase: { offset: 168, type: "u64" },
    ramSize: { offset: 176, type: "u64" },
    fdt: { offset: 184, type: "u64" },
    cpuMask: { offset: 192, type: "u64" },
    timerHz: { offset: 200, type: "u64" },
    bootNs: { offset: 208, type: "u64" },
    seed0: { offset: 216, type: "u64" },
    seed1: { offset: 224, type: "u64" },
    flags: { offset: 232, type: "u64" },
  },
} as const;
/** unveil: may be read, listed and looked at. */
export const UNVEIL_READ = 1;
/** unveil: may be written. */
export const UNVEIL_WRITE = 2;
/** unveil: may be spawned from. */
export const UNVEIL_EXEC = 4;
/** unveil: may be created and removed. */
export const UNVEIL_CREATE = 8;
/** unveil: everything. */
export const UNVEIL_ALL = 15;
/** META_UNVEIL_OF: a path below was listed with rights of its own; a hidden path can be walked through to it. */
export const UNVEIL_BELOW = 16;
/** Longest path, in bytes. */
export const PATH_MAX = 1024;
/** Bytes of paths that one cell can unveil, 4 bytes for each path included. */
export const UNVEIL_SPACE = 2048;
