/*
 * The cell table: one record for each cell, index 0 to CELLS - 1. `serial` changes when the entry is used for another
 * cell, `generation` when the same cell is restarted; a capability to a cell names index and serial, so it outlives
 * restarts and never reaches a stranger. An entry is free again when the cell has ended and nobody holds it.
 *
 *
 *   FREE -> HELD -> READY <-> RUNNING -> BLOCKED -> READY ... -> HELD, with an instance that is on its way out
 *            ^                                                    |
 *            +------------- restart, revive ----------------------+--> ENDED | QUARANTINED -> FREE
 *
 * HELD is the place between two instances: no machine code, in no set of the scheduler, nothing wakes it. A new cell, one
 * that ends, and one whose package is still to be verified are held; cellStart (loader.ts) is the only way out.
 */
import {
  CAUSE_NONE,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_FREE,
  CELL_HELD,
  CELL_QUARANTINED,
  CELL_READY,
  WHERE_SIZE,
} from "../abi/cell";
import { NEVER } from "../abi/calls";
import { CHECKED } from "./checked";
import { CELLS, NO_CELL } from "./limits";
import { CELLS_AT, CELL_STRIDE, PLACES_AT } from "./tables";

if (offsetof<Cell>() > CELL_STRIDE) ERROR("a Cell is larger than its place");

/** The rank of cells whose window is empty; those of the spectra follow. */
export const SUSPENDED: u32 = 0;
/** `energyLeft` before the first window and in Void: never empty. */
export const ENERGY_UNTOUCHED: i64 = i64.MAX_VALUE;


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
  /** In what order it runs: 1 + the spectrum that it runs on, its own or a lent one; SUSPENDED while its window is empty. */
  rank: u32;
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
  /** Run time since the last rest or yield, ns (energy.ts). */
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
  /** Its id in the ledger. */
  entity: u64;
  /** Id of the last event in the ledger that changed its life. */
  story: u64;
  /** CAUSE_... of which it dies when its run is over, CAUSE_NONE when it lives on. */
  doom: u32;
  /** Unveil: 1 when paths are hidden, 2 when its own list is in use as well, 4 when it is locked. */
  veil: u32;
  /** Its checkpoints' place in the arena, 0 for none, and which of the two copies is newer. */
  checkpoints: usize;
  newer: u32;
  /** Energy window (energy.ts): when it was opened, and the joules left in it. */
  energyStart: i64;
  energyLeft: i64;
  /** What `energy` was when the last run was settled. */
  energyCharged: u64;
  /** Length of the energy window in ns, 0 before the first. */
  energyLength: u32;
  /** Strikes against it, and windows in a row without one, less 1 for the window of the last. */
  strikes: u32;
  clean: i32;
  /** Run time on its own account since the last rest, in nanoseconds (energy.ts). */
  tired: i64;
  /** 1 once this instance has rested. */
  up: u32;
  /** How much of its turn it has used up, ns. */
  turnUsed: i64;
  /** Cell on whose spectrum and account it runs until it blocks, or NO_CELL, and how many steps that loan has taken. */
  lender: u32;
  loanSteps: u32;
}

/** The record of cell `index`, which must be below CELLS. */
@inline
export function cellAt(index: u32): Cell {
  if (CHECKED) assert(index < CELLS, "a cell's index");
  return changetype<Cell>(CELLS_AT + <usize>(index * CELL_STRIDE));
}

/** Where the text lies that says where cell `index` faulted last: WHERE_SIZE bytes. */
@inline
export function placeAt(index: u32): usize {
  return PLACES_AT + <usize>index * WHERE_SIZE;
}

/** Whether the cell has an instance that can run or be woken. */
@inline
export function cellIsAlive(cell: Cell): bool {
  return cell.state - CELL_READY <= CELL_BLOCKED - CELL_READY;
}

/** Whether the cell is alive or will be: what is meant for it, such as a channel, can be given to it already. */
@inline
export function cellIsComing(cell: Cell): bool {
  return cellIsAlive(cell) || cell.state == CELL_HELD;
}

/** Clears what belongs to one instance: pending call, events, watchdog, energy window and strikes. */
export function cellClearInstance(cell: Cell): void {
  cell.spun = 0;
  cell.doom = CAUSE_NONE;
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
  cell.rank = cell.spectrum + 1;
  cell.energyLeft = ENERGY_UNTOUCHED;
  cell.energyCharged = cell.energy;
  cell.energyLength = 0;
  cell.turnUsed = 0;
  cell.strikes = 0;
  cell.clean = 0;
  cell.tired = 0;
  cell.up = 0;
  cell.lender = NO_CELL;
  cell.loanSteps = 0;
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

/**
 * Frees the entry of a cell that has ended for good and that nobody holds; a boot cell in quarantine stays to be seen. Returns
 * whether it is free: its checkpoints go then, which is the caller's to do.
 */
export function cellRelease(index: u32): bool {
  const cell = cellAt(index);
  const over = cell.state == CELL_ENDED || (cell.state == CELL_QUARANTINED && cell.parent != NO_CELL);
  if (!over || cell.references != 0) return false;
  cell.state = CELL_FREE;
  return true;
}
