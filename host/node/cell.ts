/*
 * One cell on this machine: an instance of a module with its own memory, and the state of its fiber.
 *
 *   memory   0 .. size - 64 KiB: the cell's own     last page: the stack of Asyncify
 *
 * The build adds the last page and hides it from memory.size, so the cell's addresses end before it. It holds bytes
 * only while the fiber is parked, and is filled with zeros when the fiber goes on.
 */
import { CAUSE_NONE, WASM_PAGE } from "../abi.js";
import type { Image } from "./system.js";

/** The exports of an instance that the machine uses; signatures.ts holds the check. */
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
  /** Function, file and line, as far as they are known. */
  readonly where: string;
}

/** A call that waits to be made, or made again. */
export interface PendingCall {
  /** CALL_... */
  readonly number: number;
  readonly args: readonly (number | bigint)[];
}

/** What the fiber is doing. */
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
  /** Address behind the frames that were saved last. */
  framesEnd: number;
  /** The frames are coming back; the call that parked the fiber answers `result`. */
  rewinding: boolean;
  /** EXIT_... with which the cell is unwinding, -1 when it is not. */
  unwinding: number;
  pending: PendingCall | null;
  result: bigint;
  /** How the cell ended by its own call or by the machine, before a trap took it out of its code. */
  ending: Fault | "exited" | null;
  fault: Fault;
  /** When the run that is on began, or the last one. */
  entered: bigint;
  /** All of the cell's memory; stale after it grew. */
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

/** All of the memory of a cell, the machine's page included; empty before it is instantiated. */
export function memoryOf(cell: Cell): Uint8Array {
  if (cell.bytes.length === 0 && cell.exports !== null) cell.bytes = new Uint8Array(cell.exports.memory.buffer);
  return cell.bytes;
}

/** Bytes of memory that the cell has. */
export function sizeOf(cell: Cell): number {
  return Math.max(memoryOf(cell).length - WASM_PAGE, 0);
}

/** `length` bytes at `address` in a cell's memory; null when they are not all inside. */
export function rangeOf(cell: Cell, address: number, length: number): Uint8Array | null {
  if (address + length > sizeOf(cell)) return null;
  return memoryOf(cell).subarray(address, address + length);
}
