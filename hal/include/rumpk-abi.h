/* Generated from assembly/abi by "rumpk abi": change it there. */
#pragma once
#include <stdint.h>

/* ---- audit ---- */

/* The system has booted. data0: real time in ns. data1: images. */
#define AUDIT_BOOT 1u
/* A cell was made. entity: it. data0: parent's index. data1: promises. data2: name, its first 8 bytes. */
#define AUDIT_SPAWN 2u
/* A cell ended by itself. data0: status. */
#define AUDIT_EXIT 3u
/* A cell was ended. data0: CAUSE_... data1: address. data2: its generation. */
#define AUDIT_FAULT 4u
/* A capability was handed on. entity: the receiver. data0: kind. data1: rights. data2: object. */
#define AUDIT_GRANT 5u
/* What was derived from a slot died. data0: slot. */
#define AUDIT_REVOKE 6u
/* A capability was handed to a child at spawn. entity: the child. data0: kind. data1: rights. data2: object. */
#define AUDIT_DELEGATE 7u
/* A channel to a server was opened. entity: the server. data0: port. */
#define AUDIT_OPEN 8u
/* A channel was closed by both ends. data0: port. */
#define AUDIT_CLOSE 9u
/* A device window was mapped. data0: window. data1: base. data2: length. */
#define AUDIT_MAP 10u
/* Something was refused. data0: errno, positive. data1: SEAL_... of a package, or the window. entity: package or 0. */
#define AUDIT_DENIED 11u
/* A cell used what it had not promised. data0: the promise. data1: its promises. entity: the server that says so, 0 when the kernel saw it. */
#define AUDIT_VIOLATION 12u
/* A cell saved its state. data0: bytes. */
#define AUDIT_CHECKPOINT 13u
/* A cell runs again. data0: generation. data1: restarts in the restart span. */
#define AUDIT_RESTART 14u
/* A cell lost a spectrum. data0: SPECTRUM_... before. data1: after. */
#define AUDIT_DEMOTION 15u
/* A cell is not restarted any more. data0: restarts. */
#define AUDIT_QUARANTINE 16u
/* A cell emptied its energy period. data0: strikes. */
#define AUDIT_STRIKE 17u
/* Events were lost because the ring was full. data0: how many. data1: id of the first. */
#define AUDIT_LOST 18u
/* A quarantined cell was let run again. */
#define AUDIT_REVIVE 19u
/* A cell gave up promises. data0: before. data1: after. */
#define AUDIT_PLEDGE 20u
/* What a server says that its client asked for and was refused; the kernel knows only that there was a request. cell: the server. entity: the file that it names. data0: the promise that it says was needed, 0 for a hidden path. data1: the client's index. data2: the client's id. */
#define AUDIT_CLAIM 21u
/* Kinds of events. */
#define AUDIT_KINDS 22u
/* Entries of the event ring. */
#define AUDIT_RING_COUNT 256u
/* No cell. */
#define AUDIT_NO_CELL 0xffffffffu

/*  */
typedef struct audit_event {
  /* Counts from 1. */
  uint64_t id;
  /* Nanoseconds since boot. */
  uint64_t time;
  /* AUDIT_... */
  uint32_t kind;
  /* Index of the cell that did it or says it, or to which it happened; AUDIT_NO_CELL. */
  uint32_t cell;
  /* SipHash of the cell or file that it is about. */
  uint64_t entity;
  /* Id of the event that caused this one, 0 for none. */
  uint64_t cause;
  uint64_t data0;
  uint64_t data1;
  uint64_t data2;
} audit_event;
_Static_assert(sizeof(audit_event) == 64, "AuditEvent");

/* ---- block ---- */

/* Bytes of a sector. */
#define BLOCK_SECTOR 512u
/* Most sectors of a request. */
#define BLOCK_COUNT_MAX 8u
/* Offset of the data. */
#define BLOCK_DATA 4096u
/* Bytes of the window. */
#define BLOCK_SIZE 8192u
/* Request: reads `count` sectors from `sector` on, to data. */
#define BLOCK_READ 1u
/* Request: writes `count` sectors of data from `sector` on. */
#define BLOCK_WRITE 2u
/* Request: returns when the host has stored for good what was written. */
#define BLOCK_FLUSH 3u

/*  */
typedef struct block_registers {
  /* Sectors of the device. */
  uint64_t sectors;
  /* The first sector that a request is about. */
  uint64_t sector;
  /* How many. */
  uint32_t count;
  /* What the last request answered: 0, or a negative errno; -EINVAL for sectors that are not there. */
  int32_t result;
  /* BLOCK_...: does the request. */
  uint32_t request;
  /* 0. */
  uint32_t reserved;
} block_registers;
_Static_assert(sizeof(block_registers) == 32, "BlockRegisters");

/* ---- calls ---- */

/* meta(op, a, b, c): the door for what comes later. */
#define CALL_META 0u
/* exit(status), does not return. */
#define CALL_EXIT 1u
/* spawn(spec, len) -> slot holding the child. */
#define CALL_SPAWN 2u
/* join(slot, deadline) -> status | cause << 32. */
#define CALL_JOIN 3u
/* send(slot, ptr, len, flags) -> len. */
#define CALL_SEND 4u
/* recv(slot, ptr, cap, flags) -> len. */
#define CALL_RECV 5u
/* wait(slots, deadline) -> ready slots; 0 is the time-out. */
#define CALL_WAIT 6u
/* map(slot, ptr, len, flags) -> lend id, or window index for a device. */
#define CALL_MAP 7u
/* mask(slot, rights): narrow; zero drops; with MASK_REVOKE all that was derived dies. */
#define CALL_MASK 8u
/* grant(slot, to, rights) -> slot in the receiver. */
#define CALL_GRANT 9u
/* pledge(promises): AND only. */
#define CALL_PLEDGE 10u
/* unveil(path, len, rights). */
#define CALL_UNVEIL 11u
/* checkpoint(ptr, len). */
#define CALL_CHECKPOINT 12u
/* Entry points in the SysTable: twelve calls and the meta-slot. */
#define CALLS 13u
/* -> ABI version. */
#define META_VERSION 0
/* -> cell index in bits 0-15, generation in bits 16-47. */
#define META_SELF 1
/* a: CLOCK_MONOTONIC or CLOCK_REAL -> nanoseconds since boot, or since 1970. */
#define META_CLOCK 2
/* -> joules spent by this cell since it was spawned. */
#define META_ENERGY 3
/* a: pointer, b: capacity -> length; arguments are each ended by a NUL; too small is -EMSGSIZE. */
#define META_ARGS 4
/* a: pointer, b: length up to 256 -> length, filled with random bytes. */
#define META_ENTROPY 5
/* a: port, or LOOKUP_DEVICE + n for the n-th device of the manifest -> slot, or -ENOENT. */
#define META_LOOKUP 6
/* a: entry size in bytes, b: entry count (power of two) -> first slot in bits 0-7, second in bits 8-15: the two ends of a new channel, both in the caller. */
#define META_CHANNEL 7
/* a: slot that holds a port -> slot that holds a new channel to its server. */
#define META_CONNECT 8
/* a: slot, b: RING_SEND or RING_RECV -> entry size in bits 0-31, entry count in bits 32-62; 0 where that ring is absent. For a device slot: the bytes of its window. */
#define META_RING 9
/* With RECV, or with SEND to write. a: channel slot in bits 0-7, lend id in bits 8-15, bit 16 set to write to the lender; b: offset in the lent range; c: pointer in bits 0-31, length in bits 32-62 -> length. */
#define META_COPY 10
/* a: cell slot, b: cell index (used when the slot holds all cells), c: pointer to a CellInfo -> its size. */
#define META_INFO 11
/* a: cell slot, b: cell index (used when the slot holds all cells) -> 0. */
#define META_KILL 12
/* a: client slot; b: pointer to a path in bits 0-31, its length in bits 32-62 -> what the client may do there: UNVEIL_... and UNVEIL_BELOW. */
#define META_UNVEIL_OF 13
/* The server of a session tells of a refusal, once for each request that it has taken and not answered (else -EPERM). a: client slot; b: the PROMISE_ that the request needs, one of those that the port stands for, 0 for a path hidden by unveil; c: pointer to the path in bits 0-31, length in bits 32-62 -> 0. The client dies when it lacks the promise; one that has it is left alone (-EPERM). */
#define META_DENY 14
/* a: slot that holds all cells, b: cell index -> 0: a quarantined cell runs again. */
#define META_REVIVE 15
/* a: pointer, b: capacity -> length of the newest intact checkpoint, copied there; -ENOENT without one. */
#define META_RESTORE 16
/* -> promises of the caller in bits 0-60, its spectrum in bits 61-62. */
#define META_PROMISES 17
/* For the cell that seals. a: pointer to a SealWork -> its size; blocks until a package waits for its verdict. */
#define META_SEAL_WORK 18
/* For the cell that seals. a: offset in the package under work, b: pointer, c: length up to COPY_MAX -> bytes copied, 0 at the end. */
#define META_SEAL_READ 19
/* For the cell that seals. a: SEAL_... of the package under work; b: key classes it is signed for -> 0. */
#define META_SEAL_VERDICT 20
/* Version of this ABI, answered by META_VERSION and written in the SysTable. */
#define ABI_VERSION 1u
/* META_CLOCK: nanoseconds since boot. */
#define CLOCK_MONOTONIC 0
/* META_CLOCK: nanoseconds since 1970-01-01 UTC. */
#define CLOCK_REAL 1
/* META_LOOKUP: added to the index of a device in the manifest. */
#define LOOKUP_DEVICE 0x10000
/* META_LOOKUP: the slot that holds all cells, where the manifest asks for it. */
#define LOOKUP_CELLS 0x20000
/* META_LOOKUP: the slot on which the ledger's cell receives audit events. */
#define LOOKUP_LEDGER 0x20001
/* META_RING: the ring this end sends into. */
#define RING_SEND 0
/* META_RING: the ring this end receives from. */
#define RING_RECV 1
/* META_COPY: bit in `a` that turns the copy towards the lender. */
#define COPY_TO_LENDER 0x10000
/* send, recv: answer -EAGAIN instead of blocking; a full ring then arms one room event. */
#define NOWAIT 1
/* recv: drop the first message instead of copying it; answers its length. */
#define DISCARD 2
/* map: the peer may read the lent range. */
#define LEND_READ 1
/* map: the peer may write the lent range. */
#define LEND_WRITE 2
/* The deadline that never comes. */
#define NEVER 0x7fffffffffffffffll

/* ---- cell ---- */

/* The table entry is free. */
#define CELL_FREE 0u
/* Ready to run, or never run yet. */
#define CELL_READY 1u
/* Inside cell_enter. */
#define CELL_RUNNING 2u
/* Parked in a call. */
#define CELL_BLOCKED 3u
/* Ended for good; its status waits for join. */
#define CELL_ENDED 4u
/* Ended too often; not restarted again. */
#define CELL_QUARANTINED 5u
/* In the table without an instance: it starts when its package has been verified. */
#define CELL_HELD 6u
/* cell_enter: cell_main returned or called exit; the machine has called sys_exit already. */
#define EXIT_RETURNED 0
/* cell_enter: a call answered WOULD_BLOCK; the machine repeats it at the next cell_enter. */
#define EXIT_BLOCKED 1
/* cell_enter: parked after a finished call, because timer_arm asked for it. */
#define EXIT_YIELDED 2
/* cell_enter: the budget ran out. */
#define EXIT_PREEMPTED 3
/* cell_enter: a device interrupt came; the machine has called interrupt(line) already. */
#define EXIT_INTERRUPTED 4
/* cell_enter: the cell faulted; cell_fault tells the cause. */
#define EXIT_FAULTED 5
/* No fault. */
#define CAUSE_NONE 0u
/* Access outside the linear memory or a table. */
#define CAUSE_MEMORY 1u
/* The unreachable instruction (an abort of AssemblyScript ends here). */
#define CAUSE_UNREACHABLE 2u
/* Integer division by zero. */
#define CAUSE_DIVISION 3u
/* Integer overflow in a division. */
#define CAUSE_OVERFLOW 4u
/* Conversion of a float that no integer can hold. */
#define CAUSE_CONVERSION 5u
/* Indirect call: index, null or signature. */
#define CAUSE_INDIRECT 6u
/* Stack exhausted. */
#define CAUSE_STACK 7u
/* Ran longer than its watchdog without a blocking call. */
#define CAUSE_SPIN 8u
/* Access to a device outside its windows. */
#define CAUSE_WINDOW 9u
/* Killed by a holder of its KILL right. */
#define CAUSE_KILLED 10u
/* Used what it had not promised. */
#define CAUSE_PLEDGE 11u
/* The module cannot be instantiated: wrong imports, exports or limits. */
#define CAUSE_MODULE 12u
/* No memory to build the instance. */
#define CAUSE_NO_MEMORY 13u
/* A ring index was out of range: the peer corrupted a channel. */
#define CAUSE_RING 14u
/* Unaligned atomic access. */
#define CAUSE_UNALIGNED 15u
/* Emptied its energy period three times. */
#define CAUSE_ENERGY 16u
/* Never ran: its package was refused. */
#define CAUSE_SEAL 17u
/* The kernel or the machine found it in a state that must not be: a bug of theirs, for which this cell alone pays. */
#define CAUSE_KERNEL 18u
/* Bytes of the place of a fault. */
#define WHERE_SIZE 96u

/* Written by cell_fault: the last fault and the memory of a cell. */
typedef struct cell_report {
  /* CAUSE_... of the last fault, CAUSE_NONE when there was none. */
  uint32_t cause;
  /* Linear memory, in pages of 64 KiB. */
  uint32_t pages;
  /* Faulting address within the cell's memory where the cause has one, else 0. */
  uint64_t address;
  /* Machine address or module offset of the faulting instruction, 0 if unknown. */
  uint64_t pc;
  /* Where it happened, UTF-8, padded with NUL: function, file and line as far as debug information tells. 96 bytes. */
  uint64_t where0;
  uint64_t where1;
  uint64_t where2;
  uint64_t where3;
  uint64_t where4;
  uint64_t where5;
  uint64_t where6;
  uint64_t where7;
  uint64_t where8;
  uint64_t where9;
  uint64_t where10;
  uint64_t where11;
} cell_report;
_Static_assert(sizeof(cell_report) == 120, "CellReport");


/* Written by META_INFO. */
typedef struct cell_info {
  /* Name, UTF-8, padded with NUL: 32 bytes. */
  uint64_t name0;
  uint64_t name1;
  uint64_t name2;
  uint64_t name3;
  /* Index in the cell table. */
  uint32_t cell;
  /* Generation: 1 for the first instance. */
  uint32_t generation;
  /* CELL_... */
  uint32_t state;
  /* SPECTRUM_... */
  uint32_t spectrum;
  /* Linear memory, in pages of 64 KiB. */
  uint32_t pages;
  /* Slots that hold an open channel. */
  uint32_t channels;
  /* Faults since the cell was spawned. */
  uint32_t faults;
  /* CAUSE_... of the last fault. */
  uint32_t cause;
  /* Run time since the cell was spawned, in nanoseconds. */
  uint64_t runtime;
  /* Energy since the cell was spawned, in joules. */
  uint64_t energy;
  /* Faulting address of the last fault. */
  uint64_t address;
  /* Program counter of the last fault. */
  uint64_t pc;
  /* Exit status, once ended. */
  int32_t status;
  /* Index of the parent cell, or 0xffffffff. */
  uint32_t parent;
  /* Bytes of memory that the machine has for all cells, where known. */
  uint64_t ram;
  /* Where the last fault happened, UTF-8, padded with NUL: function, file and line as far as debug information tells. 96 bytes. */
  uint64_t where0;
  uint64_t where1;
  uint64_t where2;
  uint64_t where3;
  uint64_t where4;
  uint64_t where5;
  uint64_t where6;
  uint64_t where7;
  uint64_t where8;
  uint64_t where9;
  uint64_t where10;
  uint64_t where11;
  /* Promises, spectrum in bits 62-63. */
  uint64_t promises;
  /* RESTART_... of its manifest. */
  uint32_t policy;
  /* Restarts in the running restart span. */
  uint32_t restarts;
  /* Most restarts in a restart span. */
  uint32_t restart_limit;
  /* Energy strikes against it. */
  uint32_t strikes;
} cell_info;
_Static_assert(sizeof(cell_info) == 232, "CellInfo");

/* ---- checkpoint ---- */

/* Largest checkpoint, in bytes. */
#define CHECKPOINT_MAX 32768u

/* ---- device ---- */

/* Devices known to be no bus masters: UARTs, and those that our machines make up, which have only their registers. */
#define DEVICES_PLAIN "ns16550a ns16550 arm,pl011 rumpk,tar rumpk,hostdir rumpk,block"
/* Timers and flash, which are no devices for cells; neither is a node with an `interrupt-controller` property. */
#define DEVICES_RESERVED "riscv,clint0 riscv,aclint-mtimer riscv,aclint-mswi arm,armv7-timer-mem intel,local-apic intel,i8254 cfi-flash"
/* Interrupt controllers: what the build refuses by name, the kernel by their property. */
#define DEVICES_CONTROLLERS "riscv,plic0 sifive,plic-1.0.0 riscv,aplic arm,cortex-a15-gic arm,gic-400 arm,gic-v3 intel,io-apic rumpk,lines"

/* ---- energy ---- */

/* Price of spawn, in joules. */
#define COST_SPAWN 500u
/* Price of grant, in joules. */
#define COST_GRANT 20u
/* Price of map, in joules. */
#define COST_MAP 10u
/* Price of send, in joules. */
#define COST_SEND 5u
/* Price of mask, in joules. */
#define COST_MASK 3u
/* Price of recv, in joules. */
#define COST_RECV 2u
/* Price of wait, in joules. */
#define COST_TICK 1u
/* Photon's period, in nanoseconds. */
#define PERIOD_PHOTON 2000000u
/* Photon's budget in its period, in joules. */
#define BUDGET_PHOTON 1500000u
/* Matter's period, in nanoseconds. */
#define PERIOD_MATTER 10000000u
/* Matter's budget in its period, in joules. */
#define BUDGET_MATTER 6000000u
/* Gravity's period, in nanoseconds. */
#define PERIOD_GRAVITY 50000000u
/* Gravity's budget in its period, in joules. */
#define BUDGET_GRAVITY 20000000u
/* Periods without a strike that forgive one. */
#define STRIKE_FORGIVEN 64u
/* Run time of an instance without a strike before its first blocking call, in ns: a start takes up to 130 ms where code is compiled as it runs. */
#define STRIKE_GRACE 250000000u
/* Run time since the last blocking call below which an emptied period is no strike, in nanoseconds: where a host can stop the machine, its clock runs on, and a driver that writes one message seems to have run for up to 30 ms. */
#define STRIKE_RUN 50000000u
/* The strike that only warns. */
#define STRIKE_WARN 1u
/* The strike that demotes by one spectrum. */
#define STRIKE_DEMOTE 2u
/* The strike that kills and restarts. */
#define STRIKE_KILL 3u

/* ---- errno ---- */

/* Not permitted: asking for more than is held. */
#define EPERM (-1)
/* No such package, port, file or cell. */
#define ENOENT (-2)
/* Input or output error. */
#define EIO (-5)
/* Arguments too long. */
#define E2BIG (-7)
/* Empty or stale slot. */
#define EBADF (-9)
/* Would block, and NOWAIT was asked for; or an event about the slot is unread. */
#define EAGAIN (-11)
/* No memory frames left. */
#define ENOMEM (-12)
/* The slot lacks the right. */
#define EACCES (-13)
/* A pointer or length outside the cell's memory. */
#define EFAULT (-14)
/* In use. */
#define EBUSY (-16)
/* Exists already. */
#define EEXIST (-17)
/* Renaming from one file system to another. */
#define EXDEV (-18)
/* No such device. */
#define ENODEV (-19)
/* Not a directory. */
#define ENOTDIR (-20)
/* Is a directory. */
#define EISDIR (-21)
/* Invalid argument. */
#define EINVAL (-22)
/* No free slot. */
#define EMFILE (-24)
/* No space left. */
#define ENOSPC (-28)
/* Read-only file system. */
#define EROFS (-30)
/* The peer died or hung up. */
#define EPIPE (-32)
/* Name too long. */
#define ENAMETOOLONG (-36)
/* No such call or operation. */
#define ENOSYS (-38)
/* Directory not empty. */
#define ENOTEMPTY (-39)
/* A symbolic link, which is not followed. */
#define ELOOP (-40)
/* Protocol error. */
#define EPROTO (-71)
/* Message longer than the slot, or the buffer shorter than the message. */
#define EMSGSIZE (-90)
/* The ring does not fit the arena, or a kernel table is full. */
#define ENOBUFS (-105)
/* The deadline passed. */
#define ETIMEDOUT (-110)
/* The file server was restarted: the file has to be opened again. */
#define ESTALE (-116)
/* Package refused: not signed by a trusted key. */
#define EKEYREJECTED (-129)
/* The call cannot finish now: only ever seen by the machine, which parks the fiber and repeats the call. */
#define WOULD_BLOCK (-0x7fffffffffffffffLL - 1)

/* ---- event ---- */

/* A client connected on `slot`; `cell` and `promises` are the client's. */
#define EVENT_CONNECTED 1u
/* The promises of the client on `slot` shrank to `promises`. */
#define EVENT_SHRUNK 2u
/* The peer on `slot` is gone. */
#define EVENT_GONE 3u
/* Interrupt on device window `slot`. */
#define EVENT_INTERRUPT 4u
/* The child on `slot` was restarted; `data` is the cause. */
#define EVENT_RESTARTED 5u
/* The child on `slot` ended for good; `data` is the cause. */
#define EVENT_ENDED 6u
/* There is room again in the ring of `slot`, after a send that answered -EAGAIN. */
#define EVENT_ROOM 7u
/* A capability was granted into `slot`. */
#define EVENT_GRANT 8u

/* One event, 32 bytes. */
typedef struct event {
  /* EVENT_... */
  uint32_t kind;
  /* Slot (or device window) that it is about. */
  uint32_t slot;
  /* Cell index of the peer or child. */
  uint32_t cell;
  /* Port for EVENT_CONNECTED, cause for child events, else 0. */
  uint32_t data;
  /* Promises of the peer. */
  uint64_t promises;
  /* Generation of the peer or child. */
  uint64_t generation;
} event;
_Static_assert(sizeof(event) == 32, "Event");

/* ---- hostdir ---- */

/* Offset of the path. */
#define HOSTDIR_PATH 4096u
/* Longest path in bytes. */
#define HOSTDIR_PATH_MAX 4096u
/* Offset of the data. */
#define HOSTDIR_DATA 8192u
/* Most bytes of data. */
#define HOSTDIR_DATA_MAX 8192u
/* Bytes of the window. */
#define HOSTDIR_SIZE 16384u
/* Request: the guest path of the folder, to data. Result: its bytes. */
#define HOSTDIR_NAME 1u
/* Request: fills kind, size, modified and identity. */
#define HOSTDIR_STAT 2u
/* Request: entries of a directory from `offset` on, to data: HostdirEntry and name each, whole ones only, without "." and "..". Result: bytes, 0 at the end. */
#define HOSTDIR_LIST 3u
/* Request: reads `length` bytes at `offset` of a file, to data. Result: bytes, 0 at the end. */
#define HOSTDIR_READ 4u
/* Request: writes `length` bytes of data at `offset` of a file that is there. Result: bytes. */
#define HOSTDIR_WRITE 5u
/* Request: makes an empty file; -EEXIST when the name is taken. */
#define HOSTDIR_CREATE 6u
/* Request: makes a file `offset` bytes long. */
#define HOSTDIR_RESIZE 7u
/* Request: makes a directory. */
#define HOSTDIR_MAKE_DIRECTORY 8u
/* Request: removes a file or a link. */
#define HOSTDIR_REMOVE 9u
/* Request: removes an empty directory. */
#define HOSTDIR_REMOVE_DIRECTORY 10u
/* Request: returns when the host has stored a file for good. */
#define HOSTDIR_SYNC 11u
/* Request: moves a file or directory to the path of `length` bytes in data, in place of a file that is there. */
#define HOSTDIR_RENAME 12u
/* Request: sets the last change of a file or directory to `offset` nanoseconds since 1970. */
#define HOSTDIR_TOUCH 13u
/* Kind: a file. */
#define HOSTDIR_FILE 1u
/* Kind: a directory. */
#define HOSTDIR_DIRECTORY 2u
/* Kind: a symbolic link. */
#define HOSTDIR_LINK 3u
/* Kind: anything else, which can only be seen. */
#define HOSTDIR_OTHER 4u

/*  */
typedef struct hostdir_registers {
  /* Number of folders. */
  uint32_t folders;
  /* The folder that a request is about. */
  uint32_t folder;
  /* Bytes of the path. */
  uint32_t path_length;
  /* Bytes of data to read or write. */
  uint32_t length;
  /* Where in a file; in a directory 0, or an entry's `next`. */
  uint64_t offset;
  /* What the last request answered: >= 0, or a negative errno. */
  int32_t result;
  /* HOSTDIR_...: does the request. */
  uint32_t request;
  /* HOSTDIR_FILE, ... */
  uint32_t kind;
  /* 0. */
  uint32_t reserved;
  /* Bytes of the file. */
  uint64_t size;
  /* Last change, in nanoseconds since 1970. */
  uint64_t modified;
  /* The same number for the same file, and another one for every other. */
  uint64_t identity;
} hostdir_registers;
_Static_assert(sizeof(hostdir_registers) == 64, "HostdirRegisters");


/*  */
typedef struct hostdir_entry {
  /* The `offset` with which the list goes on behind this entry. */
  uint64_t next;
  /* What the host numbers it with; only HOSTDIR_STAT's number is the file's own. */
  uint64_t inode;
  /* Bytes of the name, which follows. */
  uint32_t length;
  /* HOSTDIR_FILE, ... */
  uint32_t kind;
} hostdir_entry;
_Static_assert(sizeof(hostdir_entry) == 24, "HostdirEntry");

/* ---- image ---- */

/* Bytes of an image record with its arrays. */
#define IMAGE_SIZE 1024u
/* Offset of the ports. */
#define IMAGE_PORTS 128u
/* Most ports a cell can serve. */
#define IMAGE_PORTS_MAX 8u
/* Offset of the channels. */
#define IMAGE_CHANNELS 384u
/* Most channels in a manifest. */
#define IMAGE_CHANNELS_MAX 16u
/* Offset of the devices. */
#define IMAGE_DEVICES 640u
/* Most devices in a manifest. */
#define IMAGE_DEVICES_MAX 4u
/* Most images in a system. */
#define IMAGES_MAX 64u
/* Kind: driver or service. */
#define KIND_NPL 0u
/* Kind: application. */
#define KIND_NPK 1u
/* Kind: interface. */
#define KIND_NPI 2u
/* Restart policy: never. */
#define RESTART_NEVER 0u
/* Restart policy: after a fault or a kill. */
#define RESTART_ON_FAULT 1u
/* Restart policy: after any end. */
#define RESTART_ALWAYS 2u
/* Flag: started at boot. */
#define IMAGE_BOOT 1u
/* Flag: when this cell ends for good the machine powers off with its status. */
#define IMAGE_MAIN 2u
/* Flag: needs DMA: its memory is populated and physically contiguous. */
#define IMAGE_DMA 4u
/* Flag: accepts grants from others. */
#define IMAGE_ACCEPTS_GRANTS 8u
/* Flag: gets a slot that holds all cells, with INFO and KILL. */
#define IMAGE_MANAGES_CELLS 16u
/* Flag: has native code for metal. */
#define IMAGE_NATIVE 32u
/* Flag: the cell that verifies packages; it holds no capability. */
#define IMAGE_SEAL 64u
/* Flag: the cell that keeps the ledger: gets a slot on which it receives audit events. */
#define IMAGE_LEDGER 128u
/* May give: the devices that a child's manifest names. */
#define GIVE_DEVICES 1u
/* May give: the slot that holds all cells. */
#define GIVE_CELLS 2u
/* May give: the slot of the ledger. */
#define GIVE_LEDGER 4u
/* May give: ports that need no promise. */
#define GIVE_PORTS 8u
/* Bytes of the arena that a cell may have when its manifest does not say it: rings of a client of files, and pipes. */
#define ARENA_DEFAULT 524288u
/* Channels that a cell may have when its manifest does not say it. */
#define CHANNELS_DEFAULT 32u
/* Port flag: a stream keeps unread messages over a restart; without it the port is a session (9P). */
#define PORT_STREAM 1u
/* Port flag: every cell whose manifest names the port may connect to it, no matter who spawned it. */
#define PORT_PUBLIC 2u
/* Channel flag: a PORT capability instead of an open channel; META_CONNECT opens it. */
#define CHANNEL_LAZY 1u
/* Device flag: the base is an I/O port number (x86). */
#define DEVICE_IO_PORTS 1u

/* Head of an image record. */
typedef struct image_record {
  /* Name, UTF-8, padded with NUL: 32 bytes. */
  uint64_t name0;
  uint64_t name1;
  uint64_t name2;
  uint64_t name3;
  /* KIND_... */
  uint8_t kind;
  /* SPECTRUM_... */
  uint8_t spectrum;
  /* RESTART_... */
  uint8_t restart;
  /* Layer of the blocking order: a cell sends blocking only to lower layers. */
  uint8_t layer;
  /* IMAGE_BOOT and so on. */
  uint32_t flags;
  /* PortRecords in use. */
  uint32_t ports;
  /* ChannelRecords in use. */
  uint32_t channels;
  /* DeviceRecords in use. */
  uint32_t devices;
  /* First size of the linear memory, in pages of 64 KiB. */
  uint32_t memory_min;
  /* Largest size of the linear memory, in pages of 64 KiB. */
  uint32_t memory_max;
  /* Native stack, in bytes. */
  uint32_t stack;
  /* Longest run without a blocking call, in milliseconds; 0 for no limit. */
  uint32_t watchdog_ms;
  /* Restarts allowed in the restart span. */
  uint32_t restart_limit;
  /* Restart span, in milliseconds. */
  uint32_t restart_span_ms;
  /* GIVE_...: what it may hand on to the cells that it spawns, when it was started at boot. */
  uint32_t may_give;
  /* Promises, with the spectrum in bits 63:62. */
  uint64_t promises;
  /* Most bytes of the arena: rings and checkpoints. */
  uint32_t arena_most;
  /* Most channels. */
  uint32_t channels_most;
} image_record;
_Static_assert(sizeof(image_record) == 96, "ImageRecord");


/* A port that a cell serves; each client gets a channel of this geometry. */
typedef struct port_record {
  /* Port number. */
  uint32_t port;
  /* PORT_STREAM, PORT_PUBLIC. */
  uint32_t flags;
  /* Entry size of the ring from client to server; 0 for no ring. */
  uint32_t in_size;
  /* Entry count of the ring from client to server. */
  uint32_t in_count;
  /* Entry size of the ring from server to client; 0 for no ring. */
  uint32_t out_size;
  /* Entry count of the ring from server to client. */
  uint32_t out_count;
  /* Most clients at once. */
  uint32_t clients;
  /* 0. */
  uint32_t reserved;
} port_record;
_Static_assert(sizeof(port_record) == 32, "PortRecord");


/* A port that a cell uses. */
typedef struct channel_record {
  /* Port number. */
  uint32_t port;
  /* Rights over the channel. */
  uint32_t rights;
  /* CHANNEL_LAZY. */
  uint32_t flags;
  /* 0. */
  uint32_t reserved;
} channel_record;
_Static_assert(sizeof(channel_record) == 16, "ChannelRecord");


/* A device window that a cell asks for. */
typedef struct device_record {
  /* Compatible string, padded with NUL: 64 bytes. */
  uint64_t compatible0;
  uint64_t compatible1;
  uint64_t compatible2;
  uint64_t compatible3;
  uint64_t compatible4;
  uint64_t compatible5;
  uint64_t compatible6;
  uint64_t compatible7;
  /* LEND_READ, LEND_WRITE. */
  uint32_t rights;
  /* Width of the reset write in bytes, 0 for none: done by quiesce. */
  uint32_t reset_width;
  /* Offset of the reset write. */
  uint32_t reset_offset;
  /* 0. */
  uint32_t reserved;
  /* Value of the reset write. */
  uint64_t reset_value;
  /* 0. */
  uint64_t reserved2;
} device_record;
_Static_assert(sizeof(device_record) == 96, "DeviceRecord");

/* ---- ledger ---- */

/* "NPXC". */
#define LEDGER_MAGIC 0x4358504eu
/* "NPXO": first word of an opening. */
#define LEDGER_OPENING_MAGIC 0x4f58504eu
/* "NPXS": first word of what a seal signs. */
#define LEDGER_SEAL_MAGIC 0x5358504eu
/* Version of this layout. */
#define LEDGER_VERSION 1u
/* Entries of a block. */
#define LEDGER_BLOCK 64u
/* Bytes of a link. */
#define LEDGER_LINK_SIZE 32u
/* Bytes of an entry: event and link. */
#define LEDGER_ENTRY_SIZE 96u
/* Bytes of a signature. */
#define LEDGER_SIGNATURE_SIZE 64u
/* Blocks that the ledger's cell keeps. */
#define LEDGER_KEPT_BLOCKS 48u
/* Entry of the ledger's cell: a new chain starts, and what an earlier instance held is lost. data0: id of the first lost event. data1: how many. data2: generation. */
#define LEDGER_STARTED 256u
/* Entry of the ledger's cell: the chain goes on from a checkpoint. data0: id of the first event that is missing. data1: how many. data2: generation. */
#define LEDGER_RESUMED 257u

/* Head of an exported chain. */
typedef struct ledger_head {
  /* LEDGER_MAGIC. */
  uint32_t magic;
  /* LEDGER_VERSION. */
  uint16_t version;
  /* Entries of a block: LEDGER_BLOCK. */
  uint16_t block_entries;
  /* Generation of the ledger's cell that started the chain. */
  uint32_t segment;
  /* Entries that follow. */
  uint32_t entries;
  /* Number of the first block that follows, from 0. */
  uint64_t first_block;
  /* When the chain started, in nanoseconds since 1970. */
  uint64_t started;
  /* When it was exported, in nanoseconds since 1970. */
  uint64_t exported;
  /* The link before the first entry, 32 bytes. */
  uint64_t before0;
  uint64_t before1;
  uint64_t before2;
  uint64_t before3;
  /* Ed25519 public key, 32 bytes. */
  uint64_t key0;
  uint64_t key1;
  uint64_t key2;
  uint64_t key3;
} ledger_head;
_Static_assert(sizeof(ledger_head) == 104, "LedgerHead");


/* The opening of a chain: its hash is the link before the first entry. */
typedef struct ledger_opening {
  /* LEDGER_OPENING_MAGIC. */
  uint32_t magic;
  /* LEDGER_VERSION. */
  uint16_t version;
  /* LEDGER_BLOCK. */
  uint16_t block_entries;
  /* As in LedgerHead. */
  uint32_t segment;
  /* 0. */
  uint32_t reserved;
  /* As in LedgerHead. */
  uint64_t started;
  /* As in LedgerHead. */
  uint64_t key0;
  uint64_t key1;
  uint64_t key2;
  uint64_t key3;
} ledger_opening;
_Static_assert(sizeof(ledger_opening) == 56, "LedgerOpening");


/* Closes a block. */
typedef struct ledger_seal {
  /* Number of the block, from 0. */
  uint64_t number;
  /* When it was sealed, in nanoseconds since boot. */
  uint64_t time;
  /* Ed25519 signature, 64 bytes. */
  uint64_t signature0;
  uint64_t signature1;
  uint64_t signature2;
  uint64_t signature3;
  uint64_t signature4;
  uint64_t signature5;
  uint64_t signature6;
  uint64_t signature7;
} ledger_seal;
_Static_assert(sizeof(ledger_seal) == 80, "LedgerSeal");

/* ---- port ---- */

/* Network, received frames. */
#define PORT_NET_RX 0x0500u
/* Network, frames to send. */
#define PORT_NET_TX 0x0501u
/* Libertaria wire frames, received. */
#define PORT_LWF_RX 0x0600u
/* Libertaria wire frames, to send. */
#define PORT_LWF_TX 0x0601u
/* Console input. */
#define PORT_CONSOLE_IN 0x1000u
/* Console output. */
#define PORT_CONSOLE_OUT 0x1001u
/* Console error output. */
#define PORT_CONSOLE_ERROR 0x1002u
/* Files, by 9P2000.L: the mount table, which enforces promises and unveil. */
#define PORT_VFS 0x2000u
/* The boot archive, behind the VFS. */
#define PORT_TARFS 0x2001u
/* Files in memory, behind the VFS. */
#define PORT_RAMFS 0x2002u
/* A folder of the host, behind the VFS. */
#define PORT_HOSTFS 0x2003u
/* The ledger as files, behind the VFS. */
#define PORT_LEDGER 0x2004u
/* Console in: input bytes follow. */
#define CONSOLE_DATA 0u
/* Console in: end of input. */
#define CONSOLE_END 1u
/* Console in: what the console is. */
#define CONSOLE_MODE 2u
/* Console in: Ctrl-C. */
#define CONSOLE_INTERRUPT 3u
/* CONSOLE_MODE: flag bit, a person sits at a terminal. */
#define CONSOLE_TERMINAL 1u
/* Exit status of a cell whose output went into a pipe that nobody reads any more. */
#define STATUS_PIPE_CLOSED 120
/* Wire of a piped console: escape byte (DLE). */
#define WIRE_ESCAPE 0x10u
/* Wire of a piped console: after the escape byte, end of input (EOT). */
#define WIRE_END 0x04u
/* Wire of a piped console: after the escape byte, console error follows (e). */
#define WIRE_ERROR 0x65u
/* Wire of a piped console: after the escape byte, console out follows (o). */
#define WIRE_OUTPUT 0x6fu
/* Wire of a piped console: fill (SYN), ignored. */
#define WIRE_FILL 0x16u
/* Wire of a piped console: bytes of fill in front of the input, where a chip may lose some. */
#define WIRE_FILL_COUNT 32u

/* ---- promise ---- */

/* Runs on what is left. */
#define SPECTRUM_VOID 0u
/* Background work. */
#define SPECTRUM_GRAVITY 1u
/* Programs and services. */
#define SPECTRUM_MATTER 2u
/* Drivers and deadlines. */
#define SPECTRUM_PHOTON 3u
/* Number of spectra. */
#define SPECTRA 4u
/* The spectrum lies in the two highest bits of the promises, so that AND can only demote. */
#define SPECTRUM_SHIFT 62u
/* May use the console. */
#define PROMISE_STDIO 1u
/* May read files. */
#define PROMISE_RPATH 2u
/* May write files. */
#define PROMISE_WPATH 4u
/* May use the network. */
#define PROMISE_INET 8u
/* May spawn cells. */
#define PROMISE_EXEC 0x10u
/* May use device window 0; windows 1 to 3 are the next bits. A manifest's devices promise themselves. */
#define PROMISE_DEVICE 0x100u

/* ---- rights ---- */

/* The slot is empty. */
#define CAP_NONE 0u
/* One end of a channel. */
#define CAP_CHANNEL 1u
/* A well-known port: META_CONNECT makes a channel of it. */
#define CAP_PORT 2u
/* A cell, with its generation. */
#define CAP_CELL 3u
/* A device window. */
#define CAP_DEVICE 4u
/* All cells: INFO and KILL by index. */
#define CAP_CELLS 5u
/* Revoked: good for nothing, and the slot is taken until its holder drops it. */
#define CAP_REVOKED 6u
/* Make cells. */
#define RIGHT_SPAWN 0x001u
/* Put messages into the ring. */
#define RIGHT_SEND 0x002u
/* Take messages from the ring. */
#define RIGHT_RECV 0x004u
/* Lend memory over the channel; use the device. */
#define RIGHT_MAP 0x008u
/* Narrow and revoke. */
#define RIGHT_MASK 0x010u
/* Wait on the slot. */
#define RIGHT_TICK 0x020u
/* Hand on. */
#define RIGHT_GRANT 0x040u
/* Wait for the cell's end. */
#define RIGHT_JOIN 0x080u
/* End the cell. */
#define RIGHT_KILL 0x100u
/* Read the cell's CellInfo. */
#define RIGHT_INFO 0x200u
/* Every right. */
#define RIGHTS_ALL 0x3ffu
/* mask: everything derived from the slot dies at once. */
#define MASK_REVOKE 0x80000000u

/* ---- ring ---- */

/* "IONR". */
#define RING_MAGIC 0x494f4e52u
/* Version of this layout. */
#define RING_VERSION 1u
/* Offset of the entry size. */
#define RING_ENTRY_SIZE 8u
/* Offset of the entry count. */
#define RING_ENTRY_COUNT 12u
/* Offset of the head: messages ever sent, modulo 2^32. */
#define RING_HEAD 64u
/* Offset of the producer's waiting word. */
#define RING_PRODUCER_WAITING 68u
/* Offset of the tail: messages ever taken, modulo 2^32. */
#define RING_TAIL 128u
/* Offset of the consumer's waiting word. */
#define RING_CONSUMER_WAITING 132u
/* Offset of the first entry. */
#define RING_ENTRIES 192u
/* Bytes of an entry in front of the payload. */
#define RING_ENTRY_HEADER 4u
/* Smallest entry, in bytes. */
#define RING_ENTRY_MIN 16u
/* Largest entry, in bytes: one hal copy. */
#define RING_ENTRY_MAX 65536u
/* Most entries in a ring. */
#define RING_COUNT_MAX 65536u

/* ---- seal ---- */

/* "NPKS". */
#define SEAL_MAGIC 0x534b504eu
/* Version of this layout. */
#define SEAL_VERSION 1u
/* Offset of the first byte that the table's signature covers. */
#define SEAL_SIGNED 80u
/* package_read, META_SEAL_WORK: the table itself in place of an image. */
#define SEAL_TABLE_IMAGE 0xffffffffu
/* Most trusted keys. */
#define SEAL_KEYS_MAX 16u
/* Key class: signs WebAssembly. */
#define KEY_WASM 1u
/* Key class: signs native code. */
#define KEY_NATIVE 2u
/* Key class: signs packages that ask for DMA. */
#define KEY_DMA 4u
/* The package a machine carries is native code and constants, to be compared with its entry alone. */
#define SEAL_FORM_NATIVE 0u
/* The package is an .npk file, whose own signature counts too. */
#define SEAL_FORM_PACKAGE 1u
/* Verdict: signed by a trusted key, every hash matches. */
#define SEAL_GOOD 0u
/* Verdict: no signature. */
#define SEAL_UNSIGNED 1u
/* Verdict: the signature does not match. */
#define SEAL_WRONG 2u
/* Verdict: cut short or malformed. */
#define SEAL_TRUNCATED 3u
/* Verdict: signed by a key that is not trusted. */
#define SEAL_UNKNOWN_KEY 4u
/* Verdict: the bytes do not match the hash that was signed. */
#define SEAL_CHANGED 5u
/* Verdict: the key may not sign native code or DMA. */
#define SEAL_CLASS 6u
/* Verdict: the system's own table is missing or bad, so nothing can be trusted. */
#define SEAL_NO_TABLE 7u
/* Verdict: the cell that seals has gone, or ended twice over this package. */
#define SEAL_NO_CELL 8u

/*  */
typedef struct seal_table {
  /* SEAL_MAGIC. */
  uint32_t magic;
  /* SEAL_VERSION. */
  uint16_t version;
  /* Trusted keys. */
  uint16_t keys;
  /* Entries. */
  uint32_t entries;
  /* Index of the key that signed. */
  uint32_t signer;
  /* Ed25519 over SHA-256 of the rest, 64 bytes. */
  uint64_t signature0;
  uint64_t signature1;
  uint64_t signature2;
  uint64_t signature3;
  uint64_t signature4;
  uint64_t signature5;
  uint64_t signature6;
  uint64_t signature7;
} seal_table;
_Static_assert(sizeof(seal_table) == 80, "SealTable");


/*  */
typedef struct seal_key {
  /* KEY_..., ORed. */
  uint32_t classes;
  /* 0. */
  uint32_t reserved;
  /* Ed25519 public key, 32 bytes. */
  uint64_t key0;
  uint64_t key1;
  uint64_t key2;
  uint64_t key3;
} seal_key;
_Static_assert(sizeof(seal_key) == 40, "SealKey");


/*  */
typedef struct seal_entry {
  /* Name, UTF-8, padded with NUL: 32 bytes. */
  uint64_t name0;
  uint64_t name1;
  uint64_t name2;
  uint64_t name3;
  /* SHA-256, 32 bytes. */
  uint64_t hash0;
  uint64_t hash1;
  uint64_t hash2;
  uint64_t hash3;
} seal_entry;
_Static_assert(sizeof(seal_entry) == 64, "SealEntry");


/* What META_SEAL_WORK answers. The package's bytes (META_SEAL_READ) begin with its ImageRecord; the table's with its head. */
typedef struct seal_work {
  /* Image index, or SEAL_TABLE_IMAGE. */
  uint32_t image;
  /* SEAL_FORM_... */
  uint32_t form;
} seal_work;
_Static_assert(sizeof(seal_work) == 8, "SealWork");

/* ---- spawn ---- */

/* The child's manifest decides alone; else the promises are ANDed. */
#define SPAWN_ALL_PROMISES (-1ll)
/* Most bytes of arguments of one cell, NULs included. */
#define ARGS_MAX 1024u
/* Most grants in one spawn. */
#define SPAWN_GRANTS_MAX 16u

/* The record that spawn's pointer names. */
typedef struct spawn_spec {
  /* Package name, UTF-8, padded with NUL: 32 bytes. */
  uint64_t name0;
  uint64_t name1;
  uint64_t name2;
  uint64_t name3;
  /* Arguments, each ended by a NUL; the first is the child's name by custom. */
  uint32_t args;
  /* Bytes of arguments. */
  uint32_t args_length;
  /* Promises, ANDed with the manifest's and the parent's. */
  uint64_t promises;
  /* Pointer to an array of SpawnGrant. */
  uint32_t grants;
  /* Number of grants. */
  uint32_t grant_count;
  /* 0. */
  uint32_t flags;
  /* 0. */
  uint32_t reserved;
} spawn_spec;
_Static_assert(sizeof(spawn_spec) == 64, "SpawnSpec");


/* One capability handed to a child. */
typedef struct spawn_grant {
  /* Slot of the parent. */
  uint32_t slot;
  /* Rights, a subset of the parent's. */
  uint32_t rights;
  /* Port under which the child finds it with META_LOOKUP; takes the place of the manifest's channel to that port. 0 for none. */
  uint32_t port;
  /* 0. */
  uint32_t reserved;
} spawn_grant;
_Static_assert(sizeof(spawn_grant) == 16, "SpawnGrant");

/* ---- systable ---- */

/* "NXUS". */
#define SYSTABLE_MAGIC 0x4e585553u
/* Bytes of the table. */
#define SYSTABLE_SIZE 240u
/* Offset of the first entry point. */
#define SYSTABLE_ENTRIES 48u
/* arch: Node, or another host of plain WebAssembly. */
#define ARCH_WASM 0u
/* arch: RISC-V 64. */
#define ARCH_RISCV64 1u
/* arch: ARM64. */
#define ARCH_AARCH64 2u
/* arch: x86_64. */
#define ARCH_X86_64 3u
/* Pages of 64 KiB of the kernel's memory. */
#define KERNEL_PAGES 96u
/* Where the machine puts the SysTable in the kernel's memory: the last 128 KiB. */
#define KERNEL_BOOT_AREA 0x5e0000u
/* Where the machine puts the packed device tree in the kernel's memory. */
#define KERNEL_FDT 0x5e1000u
/* Largest packed device tree, in bytes. */
#define KERNEL_FDT_MAX 0x1f000u
/* Entries of the kernel's function table. */
#define KERNEL_TABLE 64u
/* Most bytes in one hal copy. */
#define COPY_MAX 65536u
/* window_map: bit of the base that says I/O ports (x86). */
#define WINDOW_IO_PORTS (-0x7fffffffffffffffLL - 1)
/* Device windows of one cell. */
#define WINDOWS_MAX 4u

/* The table. */
typedef struct sys_table {
  /* SYSTABLE_MAGIC. */
  uint32_t magic;
  /* ABI_VERSION. */
  uint16_t version;
  /* ARCH_... */
  uint16_t arch;
  /* Ring kernel to application. */
  uint64_t ring_rx;
  /* Ring application to kernel. */
  uint64_t ring_tx;
  /* Event ring. */
  uint64_t ring_event;
  /* Command ring. */
  uint64_t ring_cmd;
  /* Input ring. */
  uint64_t ring_input;
  /* The first of thirteen entry points; the others follow. */
  uint64_t entry_meta;
  uint64_t entry_exit;
  uint64_t entry_spawn;
  uint64_t entry_join;
  uint64_t entry_send;
  uint64_t entry_recv;
  uint64_t entry_wait;
  uint64_t entry_map;
  uint64_t entry_mask;
  uint64_t entry_grant;
  uint64_t entry_pledge;
  uint64_t entry_unveil;
  uint64_t entry_checkpoint;
  /* Guest window: physical base, 0 for none. */
  uint64_t ion_base;
  /* Guest window: bytes. */
  uint64_t ion_size;
  /* First byte of RAM. */
  uint64_t ram_base;
  /* Bytes of RAM. */
  uint64_t ram_size;
  /* Flattened device tree. */
  uint64_t fdt;
  /* Usable cores, a bit each. */
  uint64_t cpu_mask;
  /* Ticks of the machine's timer per second. */
  uint64_t timer_hz;
  /* Real time at boot, in nanoseconds since 1970-01-01 UTC. */
  uint64_t boot_ns;
  /* Random, zeroed once read. */
  uint64_t seed0;
  /* Random, zeroed once read. */
  uint64_t seed1;
  /* 0. */
  uint64_t flags;
} sys_table;
_Static_assert(sizeof(sys_table) == 240, "SysTable");

/* ---- unveil ---- */

/* unveil: may be read, listed and looked at. */
#define UNVEIL_READ 1u
/* unveil: may be written. */
#define UNVEIL_WRITE 2u
/* unveil: may be spawned from. */
#define UNVEIL_EXEC 4u
/* unveil: may be created and removed. */
#define UNVEIL_CREATE 8u
/* unveil: everything. */
#define UNVEIL_ALL 15u
/* META_UNVEIL_OF: a path below was listed with rights of its own; a hidden path can be walked through to it. */
#define UNVEIL_BELOW 16u
/* Longest path, in bytes. */
#define PATH_MAX 1024u
/* Bytes of paths that one cell can unveil, 4 bytes for each path included. */
#define UNVEIL_SPACE 2048u
