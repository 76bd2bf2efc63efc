/*
 * The part of a cell's memory that calls copy: lending and COPY, checkpoint and RESTORE. One area of its 64 KiB is
 * tracked byte by byte; a new instance finds it zeroed.
 */
import { EFAULT } from "../../../../host/abi.js";
import { problem, type Problem } from "./outcome.js";

/** Start of the tracked area. */
export const AREA_AT = 0x8000;
/** Size of the area, in bytes. */
export const AREA_SIZE = 512;
/** Size of a memory, in bytes. */
export const MEMORY_SIZE = 0x10000;

/** The memory of a new instance. */
export const emptyMemory = (): Uint8Array => new Uint8Array(AREA_SIZE);

/** What is wrong with [at, at + length) as a range of a cell's memory. */
export function rangeProblems(at: number, length: number): Problem[] {
  return at + length > MEMORY_SIZE ? [problem(EFAULT)] : [];
}

/** Bytes of the area. */
export function bytesAt(memory: Uint8Array, at: number, length: number): Uint8Array {
  return memory.slice(at - AREA_AT, at - AREA_AT + length);
}

/** Writes into the area. */
export function setBytes(memory: Uint8Array, at: number, bytes: Uint8Array): void {
  memory.set(bytes, at - AREA_AT);
}
