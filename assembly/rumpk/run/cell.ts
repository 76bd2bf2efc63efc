/*
 * The cell table: one record for each cell, index 0 to CELLS - 1. `serial` changes when the entry is used for another
 * cell, `generation` when the same cell is restarted; a capability to a cell names index and serial, so it survives
 * restarts and never reaches another cell. An entry is free again when the cell has ended and nobody holds it.
 *
 * A Cell says which cell it is, what it may do and whether it lives. Other files keep their state of a cell in records
 * of their own in the same entry (tables.ts): Turn, PendingCall, Events, Energy, Rest, Endings, Trail, and those of
 * checkpoint.ts, arguments.ts and unveil.ts.
 *
 *   FREE -> HELD -> READY <-> RUNNING -> BLOCKED -> READY ... -> HELD, with an instance that is on its way out
 *            ^                                                    |
 *            +------------- restart, revive ----------------------+--> ENDED | QUARANTINED -> FREE
 *
 * HELD is the state between two instances: the machine has no instance, no set of the scheduler has the cell, nothing
 * wakes it. New cells, cells that are ending, and cells whose package is not verified yet are held; cellStart
 * (loader.ts) is the only way out.
 */
import {
  CAUSE_NONE,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_FREE,
  CELL_HELD,
  CELL_QUARANTINED,
  CELL_READY,
} from "../../abi/cell";
import { CHECKED } from "../base/checked";
import { CELLS, NO_CELL, WHERE_SIZE } from "../base/limits";
import { CELLS_AT, CELL_STRIDE, WHERE_AT, TURN_IN } from "../base/tables";

if (offsetof<Cell>() > TURN_IN) ERROR("a Cell is larger than its place");


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
  /** SPECTRUM_..., from its promises. */
  spectrum: u32;
  /** Index of the parent, or NO_CELL. */
  parent: u32;
  /** Serial of the parent. */
  parentSerial: u32;
  /** Slot of the parent that holds this cell. */
  parentSlot: u32;
  /** Capabilities to this cell. */
  references: u32;
  /** First slot above those that the manifest fixes; the search for a free slot starts here. */
  firstSlot: u32;
  /** Exit status, or what exit was called with. */
  status: i32;
  /** CAUSE_... of the last end. */
  cause: u32;
  /** Promises, spectrum included. */
  promises: u64;
  /** Slots that hold something. */
  slots: u64;
  /** CAUSE_... with which it ends when its run is over; CAUSE_NONE when it goes on. */
  doom: u32;
}

/** The record of cell `index`, which must be below CELLS. */
@inline
export function cellAt(index: u32): Cell {
  if (CHECKED) assert(index < CELLS, "a cell's index");
  return changetype<Cell>(CELLS_AT + <usize>(index * CELL_STRIDE));
}

/** Address of the text that says where cell `index` faulted last: WHERE_SIZE bytes. */
@inline
export function whereAt(index: u32): usize {
  return WHERE_AT + <usize>index * WHERE_SIZE;
}

/** Whether the cell has an instance that can run or be woken. */
@inline
export function cellIsAlive(cell: Cell): bool {
  return cell.state - CELL_READY <= CELL_BLOCKED - CELL_READY;
}

/** Whether the cell is alive or will be: channels and other things meant for it can be handed to it already. */
@inline
export function cellIsComing(cell: Cell): bool {
  return cellIsAlive(cell) || cell.state == CELL_HELD;
}

/**
 * Takes a free entry, clears all of it and starts a new serial; state stays FREE until cellNew (loader.ts)
 * has filled it. Returns NO_CELL when the table is full.
 */
export function cellTake(): u32 {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.state == CELL_FREE && cell.references == 0) {
      const serial = cell.serial + 1;
      memory.fill(changetype<usize>(cell), 0, CELL_STRIDE);
      memory.fill(whereAt(index), 0, WHERE_SIZE);
      cell.serial = serial;
      cell.generation = 1;
      cell.parent = NO_CELL;
      cell.cause = CAUSE_NONE;
      return index;
    }
  }
  return NO_CELL;
}

/**
 * Frees the entry of a cell that has ended for good and that nobody holds; a boot cell in quarantine stays visible.
 * Returns whether the entry is free: the caller then drops the cell's checkpoints.
 */
export function cellRelease(index: u32): bool {
  const cell = cellAt(index);
  const over = cell.state == CELL_ENDED || (cell.state == CELL_QUARANTINED && cell.parent != NO_CELL);
  if (!over || cell.references != 0) return false;
  cell.state = CELL_FREE;
  return true;
}
