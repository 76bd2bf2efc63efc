/*
 * The table of cells: what each one is, and the state of its fiber. A cell is an image in one of its instances in the
 * rack; when all of these are taken, there is no memory for another cell.
 */
import { DeviceRecord, IMAGE_DEVICES, ImageRecord } from "../../assembly/abi/image";
import * as rack from "./rack";
import { CELLS, NAME_SIZE, WASM_PAGE } from "../../assembly/abi/sizes";

/** State of a fiber: not started, in the module's start, in cell_main. */
export const PHASE_NEW: u32 = 0;
export const PHASE_START: u32 = 1;
export const PHASE_MAIN: u32 = 2;

export class Cell {
  /** Number of its image; -1 for a free entry. */
  image: i32 = -1;
  instance: u32 = 0;
  phase: u32 = PHASE_NEW;
  /** The frames are saved. */
  parked: bool = false;
  /** The frames are being restored; the call that parked the fiber returns `result`. */
  rewinding: bool = false;
  /** EXIT_... with which the cell is unwinding, -1 when it is not. */
  unwinding: i32 = -1;
  /** The call to repeat, -1 for none, and its arguments. */
  pending: i32 = -1;
  a: i64 = 0;
  b: i64 = 0;
  c: i64 = 0;
  d: i64 = 0;
  result: i64 = 0;
  /** CAUSE_... of the fault that ended it. */
  cause: u32 = 0;
  address: u32 = 0;
  site: u32 = 0;
  /** When the current or last run started. */
  entered: i64 = 0;
  /** Longest run without a blocking call, in nanoseconds; 0 for no limit. */
  watchdog: i64 = 0;
}

const cells = new StaticArray<Cell | null>(CELLS);
const taken = new StaticArray<bool>(256);

/** Most instances of a system. */
export const INSTANCES_MAX: u32 = 256;

/** The cell with this index, or null. */
export function findCell(index: u32): Cell | null {
  if (index >= CELLS) return null;
  const cell = cells[index];
  return cell !== null && cell.image >= 0 ? cell : null;
}

/** Takes a free instance of an image; -1 if there is none. */
export function takeInstance(image: u32): i32 {
  const count = rack.instanceCount();
  for (let instance: u32 = 0; instance < count; instance++) {
    if (taken[instance] || rack.instanceImage(instance) != image) continue;
    taken[instance] = true;
    return <i32>instance;
  }
  return -1;
}

/** A cell that has not run, in an instance taken for it. */
export function placeCell(index: u32, image: u32, instance: u32): void {
  let cell = cells[index];
  if (cell === null) {
    cell = new Cell();
    cells[index] = cell;
  }
  cell.image = image;
  cell.instance = instance;
  cell.phase = PHASE_NEW;
  cell.parked = false;
  cell.rewinding = false;
  cell.unwinding = -1;
  cell.pending = -1;
  cell.cause = 0;
  cell.address = 0;
  cell.site = 0;
  cell.watchdog = <i64>rack.record32(image, offsetof<ImageRecord>("watchdogMs")) * 1000000;
}

/** Frees a cell and its instance. */
export function removeCell(cell: Cell): void {
  taken[cell.instance] = false;
  cell.image = -1;
}

/** Bytes of a cell's memory. */
export function bytesOf(cell: Cell): u64 {
  return <u64>rack.pages(cell.instance) * WASM_PAGE;
}

/** The name of an image. */
export function imageName(image: u32): string {
  let name = "";
  for (let at: u32 = 0; at < NAME_SIZE; at++) {
    const byte = (rack.record32(image, at & ~3) >> (8 * (at & 3))) & 0xff;
    if (byte == 0) break;
    name += String.fromCharCode(byte);
  }
  return name;
}

/** 32 bits of the record of the n-th device in a cell's manifest. */
export function device32(cell: Cell, device: u32, offset: u32): u32 {
  return rack.record32(cell.image, IMAGE_DEVICES + device * offsetof<DeviceRecord>() + offset);
}
