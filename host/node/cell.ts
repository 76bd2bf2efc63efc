/*
 * One cell on this machine: an instance of a module with its own memory, and the state of its fiber.
 *
 *   memory   0 .. size - 64 KiB: the cell's own     last page: the stack of Asyncify
 *
 * The build adds the last page and hides it from memory.size, so the cell's addresses end before it. It holds data only
 * while the fiber is parked, and is zeroed when the fiber resumes.
 */
import { CAUSE_NONE, WASM_PAGE } from "../abi.js";
import type { Image } from "./system.js";

/** The exports of an instance that the machine uses; signatures.ts checks them. */
export interface CellExports {
  readonly memory: WebAssembly.Memory;
  cell_main(): number;
  rumpk_start?(): void;
  asyncify_start_unwind(stack: number): void;
  asyncify_stop_unwind(): void;
  asyncify_start_rewind(stack: number): void;
  asyncify_stop_rewind(): void;
}

/** How a cell ended. */
export interface Fault {
  /** CAUSE_... */
  readonly cause: number;
  /** Faulting address or offset, 0 when the cause has none. */
  readonly address: number;
  /** Offset in the cell's module of the instruction that faulted, 0 if unknown. */
  readonly pc: number;
  /** Function, file and line, if known. */
  readonly where: string;
}

/** A call to make, or to repeat. */
export interface PendingCall {
  /** CALL_... */
  readonly number: number;
  readonly args: readonly (number | bigint)[];
}

/** The state of the fiber. */
export const enum Phase {
  /** Not instantiated yet. */
  New,
  /** In the module's start function. */
  Start,
  /** In cell_main. */
  Main,
}

export interface Cell {
  readonly index: number;
  readonly image: Image;
  exports: CellExports | null;
  phase: Phase;
  /** The Asyncify stack holds the fiber's frames. */
  parked: boolean;
  /** Address after the frames that were saved last. */
  framesEnd: number;
  /** The frames are being restored; the call that parked the fiber returns `result`. */
  rewinding: boolean;
  /** EXIT_... with which the cell is unwinding, -1 when it is not. */
  unwinding: number;
  pending: PendingCall | null;
  result: bigint;
  /** How the cell ended, by its own call or by the machine, before a trap left its code. */
  ending: Fault | "exited" | null;
  fault: Fault;
  /** When the current or last run started. */
  entered: bigint;
  /** All of the cell's memory; stale after it grows. */
  bytes: Uint8Array;
}

const NO_FAULT: Fault = { cause: CAUSE_NONE, address: 0, pc: 0, where: "" };

/** A cell that has not run. */
export function newCell(index: number, image: Image): Cell {
  return {
    index,
    image,
    exports: null,
    phase: Phase.New,
    parked: false,
    framesEnd: 0,
    rewinding: false,
    unwinding: -1,
    pending: null,
    result: 0n,
    ending: null,
    fault: NO_FAULT,
    entered: 0n,
    bytes: new Uint8Array(0),
  };
}

/** All of a cell's memory, including the machine's page; empty before it is instantiated. */
export function memoryOf(cell: Cell): Uint8Array {
  if (cell.bytes.length === 0 && cell.exports !== null) cell.bytes = new Uint8Array(cell.exports.memory.buffer);
  return cell.bytes;
}

/** Size of the cell's memory in bytes. */
export function sizeOf(cell: Cell): number {
  return Math.max(memoryOf(cell).length - WASM_PAGE, 0);
}

/** `length` bytes at `address` in a cell's memory; null if any of them is outside. */
export function rangeOf(cell: Cell, address: number, length: number): Uint8Array | null {
  if (address + length > sizeOf(cell)) return null;
  return memoryOf(cell).subarray(address, address + length);
}
