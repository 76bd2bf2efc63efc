/*
 * The cell table: one record for each cell, index 0 to CELLS - 1. `serial` changes when the entry is used for another
 * cell, `generation` when the same cell is restarted; a capability to a cell names index and serial, so it outlives
 * restarts and never reaches a stranger. An entry is free again when the cell has ended and nobody holds it.
 *
 * Life: FREE -> READY <-> RUNNING -> BLOCKED -> READY ... -> (restart: READY) | ENDED | QUARANTINED -> FREE
 */
import { CELL_FREE, CELL_QUARANTINED, CELL_ENDED, CAUSE_NONE, WHERE_SIZE } from "../abi/cell";
import { NEVER } from "../abi/calls";
import { CELLS, NO_CELL } from "./limits";
import { CELLS_AT, PLACES_AT } from "./tables";

/** Bytes of a record. */
const CELL_STRIDE: usize = 256;


@unmanaged
export class Cell {
  /** CELL_... */
  state: u32;
  /** Counts the cells that ever used this entry. */
  serial: u32;
  /** Instances of this cell so far. */
  generation: u32;
  /** Index of the image. */
  image: u32;
  /** SPECTRUM_... by its promises. */
  spectrum: u32;
  /** Spectrum lent by those who wait for it; never below `spectrum`. */
  lent: u32;
  /** Index of the parent, or NO_CELL. */
  parent: u32;
  /** Serial of the parent. */
  parentSerial: u32;
  /** Slot of the parent that holds this cell. */
  parentSlot: u32;
  /** Capabilities to this cell. */
  references: u32;
  /** First slot above those that the manifest fixes: where free slots are looked for. */
  firstSlot: u32;
  /** Bytes of arguments. */
  argsLength: u32;
  /** Exit status, or what exit was called with. */
  status: i32;
  /** CAUSE_... of the last end. */
  cause: u32;
  /** Faults since it was spawned. */
  faults: u32;
  /** Restarts in the running restart window. */
  restarts: u32;
  /** Promises, spectrum included. */
  promises: u64;
  /** Begin of the restart window. */
  windowStart: i64;
  /** Run time, ns. */
  runtime: u64;
  /** Energy spent, J. */
  energy: u64;
  /** Run time since the last call that blocked or yielded, ns. */
  spun: i64;
  /** The pending call ends then at the latest; NEVER when it has no deadline. */
  deadline: i64;
  /** Slots on which a message, a hang-up or an event ends the pending call. */
  waitSet: u64;
  /** Slots on which room ends the pending call. */
  roomSet: u64;
  /** Slots on which a refused send armed a room event. */
  roomArmed: u64;
  /** Slots that hold something. */
  slots: u64;
  /** Slots about which an event is unread: the union of the sets below but `interrupts`. */
  about: u64;
  /** Unread events, a bit a slot (or window), in the order of EVENT_...; see event.ts. */
  connected: u64;
  shrunk: u64;
  gone: u64;
  interrupts: u64;
  restarted: u64;
  ended: u64;
  room: u64;
  granted: u64;
  /** Faulting address and program counter of the last fault. */
  address: u64;
  pc: u64;
}

/** The record of cell `index`, which must be below CELLS. */
@inline
export function cellAt(index: u32): Cell {
  return changetype<Cell>(CELLS_AT + ((<usize>index) << 8));
}

/** Where the text lies that says where cell `index` faulted last: WHERE_SIZE bytes. */
@inline
export function placeAt(index: u32): usize {
  return PLACES_AT + <usize>index * WHERE_SIZE;
}

/** Whether the cell has an instance that can run or be woken. */
@inline
export function cellIsAlive(cell: Cell): bool {
  return cell.state != CELL_FREE && cell.state != CELL_ENDED && cell.state != CELL_QUARANTINED;
}

/** Clears what belongs to one instance: pending call, events, watchdog. */
export function cellClearInstance(cell: Cell): void {
  cell.spun = 0;
  cell.deadline = NEVER;
  cell.waitSet = 0;
  cell.roomSet = 0;
  cell.roomArmed = 0;
  cell.about = 0;
  cell.connected = 0;
  cell.shrunk = 0;
  cell.gone = 0;
  cell.interrupts = 0;
  cell.restarted = 0;
  cell.ended = 0;
  cell.room = 0;
  cell.granted = 0;
  cell.lent = cell.spectrum;
}

/** Takes a free entry and starts a new serial; state stays FREE until the caller sets it. Returns NO_CELL when the table is full. */
export function cellTake(): u32 {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.state == CELL_FREE && cell.references == 0) {
      const serial = cell.serial + 1;
      memory.fill(changetype<usize>(cell), 0, CELL_STRIDE);
      memory.fill(placeAt(index), 0, WHERE_SIZE);
      cell.serial = serial;
      cell.generation = 1;
      cell.parent = NO_CELL;
      cell.cause = CAUSE_NONE;
      cellClearInstance(cell);
      return index;
    }
  }
  return NO_CELL;
}

/** Frees the entry of a cell that has ended for good and that nobody holds. */
export function cellRelease(index: u32): void {
  const cell = cellAt(index);
  const over = cell.state == CELL_ENDED || cell.state == CELL_QUARANTINED;
  if (over && cell.references == 0) cell.state = CELL_FREE;
}
