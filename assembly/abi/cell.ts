/*
 * What the kernel and the machine say about a cell: states, exit reasons, causes of its end, and the records CellReport
 * (machine to kernel) and CellInfo (kernel to a cell that holds INFO).
 */

import { NAME_SIZE, WHERE_SIZE } from "./sizes";

/** The table entry is free. */
export const CELL_FREE: u32 = 0;
/** Ready to run, or never run yet. */
export const CELL_READY: u32 = 1;
/** Inside cell_enter. */
export const CELL_RUNNING: u32 = 2;
/** Parked in a call. */
export const CELL_BLOCKED: u32 = 3;
/** Ended for good; its status waits for join. */
export const CELL_ENDED: u32 = 4;
/** Ended too often; not restarted again. */
export const CELL_QUARANTINED: u32 = 5;
/** In the table without an instance: it starts when its package has been verified. */
export const CELL_HELD: u32 = 6;

/** cell_enter: cell_main returned or called exit; the machine has called sys_exit already. */
export const EXIT_RETURNED: i32 = 0;
/** cell_enter: a call answered WOULD_BLOCK; the machine repeats it at the next cell_enter. */
export const EXIT_BLOCKED: i32 = 1;
/** cell_enter: parked after a finished call, because timer_arm asked for it. */
export const EXIT_YIELDED: i32 = 2;
/** cell_enter: the budget ran out. */
export const EXIT_PREEMPTED: i32 = 3;
/** cell_enter: a device interrupt came; the machine has called interrupt(line) already. */
export const EXIT_INTERRUPTED: i32 = 4;
/** cell_enter: the cell faulted; cell_fault tells the cause. */
export const EXIT_FAULTED: i32 = 5;

/** No fault. */
export const CAUSE_NONE: u32 = 0;
/** Access outside the linear memory or a table. */
export const CAUSE_MEMORY: u32 = 1;
/** The unreachable instruction (an abort of AssemblyScript ends here). */
export const CAUSE_UNREACHABLE: u32 = 2;
/** Integer division by zero. */
export const CAUSE_DIVISION: u32 = 3;
/** Integer overflow in a division. */
export const CAUSE_OVERFLOW: u32 = 4;
/** Conversion of a float that no integer can hold. */
export const CAUSE_CONVERSION: u32 = 5;
/** Indirect call: index, null or signature. */
export const CAUSE_INDIRECT: u32 = 6;
/** Stack exhausted. */
export const CAUSE_STACK: u32 = 7;
/** Ran longer than its watchdog without a blocking call. */
export const CAUSE_SPIN: u32 = 8;
/** Access to a device outside its windows. */
export const CAUSE_WINDOW: u32 = 9;
/** Killed by a holder of its KILL right. */
export const CAUSE_KILLED: u32 = 10;
/** Used what it had not promised. */
export const CAUSE_PLEDGE: u32 = 11;
/** The module cannot be instantiated: wrong imports, exports or limits. */
export const CAUSE_MODULE: u32 = 12;
/** No memory to build the instance. */
export const CAUSE_NO_MEMORY: u32 = 13;
/** A ring index was out of range: the peer corrupted a channel. */
export const CAUSE_RING: u32 = 14;
/** Unaligned atomic access. */
export const CAUSE_UNALIGNED: u32 = 15;
/** Emptied its energy period three times. */
export const CAUSE_ENERGY: u32 = 16;
/** Never ran: its package was refused. */
export const CAUSE_SEAL: u32 = 17;
/** The kernel or the machine found it in an impossible state: a bug of theirs, for which only this cell pays. */
export const CAUSE_KERNEL: u32 = 18;

/** Written by cell_fault: the last fault and the memory of a cell. */
@unmanaged
export class CellReport {
  /** CAUSE_... of the last fault, CAUSE_NONE when there was none. */
  cause: u32;
  /** Linear memory, in pages of 64 KiB. */
  pages: u32;
  /** Faulting address within the cell's memory where the cause has one, else 0. */
  address: u64;
  /** Machine address or module offset of the faulting instruction, 0 if unknown. */
  pc: u64;
  /** Where it happened, UTF-8, padded with NUL: function, file and line as far as debug information tells. */
  @bytes(WHERE_SIZE)
  where: bytes;
}

/** Written by META_INFO. */
@unmanaged
export class CellInfo {
  /** Name, UTF-8, padded with NUL. */
  @bytes(NAME_SIZE)
  name: bytes;
  /** Index in the cell table. */
  cell: u32;
  /** Generation: 1 for the first instance. */
  generation: u32;
  /** CELL_... */
  state: u32;
  /** SPECTRUM_... */
  spectrum: u32;
  /** Linear memory, in pages of 64 KiB. */
  pages: u32;
  /** Slots that hold an open channel. */
  channels: u32;
  /** Faults since the cell was spawned. */
  faults: u32;
  /** CAUSE_... of the last fault. */
  cause: u32;
  /** Run time since the cell was spawned, in nanoseconds. */
  runtime: u64;
  /** Energy since the cell was spawned, in joules. */
  energy: u64;
  /** Faulting address of the last fault. */
  address: u64;
  /** Program counter of the last fault. */
  pc: u64;
  /** Exit status, once ended. */
  status: i32;
  /** Index of the parent cell, or 0xffffffff. */
  parent: u32;
  /** Bytes of memory that the machine has for all cells, where known. */
  ram: u64;
  /**
   * Where the last fault happened, UTF-8, padded with NUL: function, file and line as far as debug information tells.
   */
  @bytes(WHERE_SIZE)
  where: bytes;
  /** Promises, spectrum in bits 62-63. */
  promises: u64;
  /** RESTART_... of its manifest. */
  policy: u32;
  /** Restarts in the running restart span. */
  restarts: u32;
  /** Most restarts in a restart span. */
  restartLimit: u32;
  /** Energy strikes against it. */
  strikes: u32;
}
