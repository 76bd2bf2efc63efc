/*
 * Slot 0: the cell's events. recv(0) makes one Event per call from the kernel's bitmaps.
 */

/** A client connected on `slot`; `cell` and `promises` are the client's. */
export const EVENT_CONNECTED: u32 = 1;
/** The promises of the client on `slot` shrank to `promises`. */
export const EVENT_SHRUNK: u32 = 2;
/** The peer on `slot` is gone. */
export const EVENT_GONE: u32 = 3;
/** Interrupt on device window `slot`. */
export const EVENT_INTERRUPT: u32 = 4;
/** The child on `slot` was restarted; `data` is the cause. */
export const EVENT_RESTARTED: u32 = 5;
/** The child on `slot` ended for good; `data` is the cause. */
export const EVENT_ENDED: u32 = 6;
/** There is room again in the ring of `slot`, after a send that answered -EAGAIN. */
export const EVENT_ROOM: u32 = 7;
/** A capability was granted into `slot`. */
export const EVENT_GRANT: u32 = 8;

/** One event, 32 bytes. */
@unmanaged
export class Event {
  /** EVENT_... */
  kind: u32;
  /** Slot (or device window) that it is about. */
  slot: u32;
  /** Cell index of the peer or child. */
  cell: u32;
  /** Port for EVENT_CONNECTED, cause for child events, else 0. */
  data: u32;
  /** Promises of the peer. */
  promises: u64;
  /** Generation of the peer or child. */
  generation: u64;
}
