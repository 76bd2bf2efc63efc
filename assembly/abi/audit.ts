/*
 * ProvChain: the events that the kernel reports. Each is an AuditEvent of 64 bytes, sent in order over the event ring
 * to the cell that keeps the ledger. `id` counts from 1 without a gap; events that did not fit are counted and reported
 * by AUDIT_LOST.
 *
 * `entity` is the SipHash-2-4, under a key made at boot, of a cell's name and table entry, or of a file's path: the
 * same for the same thing until power-off, and meaningless to anyone who reads the chain elsewhere.
 */

/** The system has booted. data0: real time in ns. data1: images. */
export const AUDIT_BOOT: u32 = 1;
/** A cell was made. entity: it. data0: parent's index. data1: promises. data2: name, its first 8 bytes. */
export const AUDIT_SPAWN: u32 = 2;
/** A cell ended by itself. data0: status. */
export const AUDIT_EXIT: u32 = 3;
/** A cell was ended. data0: CAUSE_... data1: address. data2: its generation. */
export const AUDIT_FAULT: u32 = 4;
/** A capability was granted. entity: the receiver. data0: kind. data1: rights. data2: object. */
export const AUDIT_GRANT: u32 = 5;
/** What was derived from a slot died. data0: slot. */
export const AUDIT_REVOKE: u32 = 6;
/** A capability was granted to a child at spawn. entity: the child. data0: kind. data1: rights. data2: object. */
export const AUDIT_DELEGATE: u32 = 7;
/** A channel to a server was opened. entity: the server. data0: port. */
export const AUDIT_OPEN: u32 = 8;
/** A channel was closed by both ends. data0: port. */
export const AUDIT_CLOSE: u32 = 9;
/** A device window was mapped. data0: window. data1: base. data2: length. */
export const AUDIT_MAP: u32 = 10;
/** Something was refused. data0: errno, positive. data1: SEAL_... of a package, or the window. entity: package or 0. */
export const AUDIT_DENIED: u32 = 11;
/**
 * A cell used something that it had not promised. data0: the promise. data1: its promises. entity: the server that
 * reported it, 0 when the kernel saw it.
 */
export const AUDIT_VIOLATION: u32 = 12;
/** A cell saved its state. data0: bytes. */
export const AUDIT_CHECKPOINT: u32 = 13;
/** A cell runs again. data0: generation. data1: restarts in the restart span. */
export const AUDIT_RESTART: u32 = 14;
/** A cell lost a spectrum. data0: SPECTRUM_... before. data1: after. */
export const AUDIT_DEMOTION: u32 = 15;
/** A cell is not restarted any more. data0: restarts. */
export const AUDIT_QUARANTINE: u32 = 16;
/** A cell emptied its energy period. data0: strikes. */
export const AUDIT_STRIKE: u32 = 17;
/** Events were lost because the ring was full. data0: how many. data1: id of the first. */
export const AUDIT_LOST: u32 = 18;
/** A quarantined cell was let run again. */
export const AUDIT_REVIVE: u32 = 19;
/** A cell gave up promises. data0: before. data1: after. */
export const AUDIT_PLEDGE: u32 = 20;
/**
 * A server's claim that it refused a request of its client; the kernel knows only that there was a request. cell: the
 * server. entity: the file that it names. data0: the promise that it says was needed, 0 for a hidden path. data1: the
 * client's index. data2: the client's id.
 */
export const AUDIT_CLAIM: u32 = 21;
/** Kinds of events. */
export const AUDIT_KINDS: u32 = 22;

/** Entries of the event ring. */
export const AUDIT_RING_COUNT: u32 = 256;
/** No cell. */
export const AUDIT_NO_CELL: u32 = 0xffffffff;


@unmanaged
export class AuditEvent {
  /** Counts from 1. */
  id: u64;
  /** Nanoseconds since boot. */
  time: u64;
  /** AUDIT_... */
  kind: u32;
  /** Index of the cell that did it, claims it, or to which it happened; or AUDIT_NO_CELL. */
  cell: u32;
  /** SipHash of the cell or file that it is about. */
  entity: u64;
  /** Id of the event that caused this one, 0 for none. */
  cause: u64;
  data0: u64;
  data1: u64;
  data2: u64;
}
