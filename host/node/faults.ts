/*
 * Turns what V8 throws into the cause that the kernel records. V8's traps differ only in their messages; the table
 * holds the deciding words, as in Node 20 to 24.
 */
import * as abi from "../abi.js";
import type { Cell, Fault } from "./cell.js";
import { textAt } from "./places.js";

const TRAPS: readonly (readonly [RegExp, number])[] = [
  [/memory access|segment|table access|table\.(get|set|fill|copy|init)/, abi.CAUSE_MEMORY],
  [/unreachable/, abi.CAUSE_UNREACHABLE],
  [/by zero/, abi.CAUSE_DIVISION],
  [/divide result unrepresentable/, abi.CAUSE_OVERFLOW],
  [/float unrepresentable/, abi.CAUSE_CONVERSION],
  [/table index|signature mismatch|null function/, abi.CAUSE_INDIRECT],
  [/unaligned/, abi.CAUSE_UNALIGNED],
];

/** The cause for an exception from a cell's code; null if no cell's code can have thrown it. */
export function causeOf(error: unknown): number | null {
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) return abi.CAUSE_MODULE;
  if (error instanceof RangeError) return /call stack/.test(error.message) ? abi.CAUSE_STACK : abi.CAUSE_NO_MEMORY;
  if (error instanceof WebAssembly.Exception) return abi.CAUSE_UNREACHABLE;
  if (!(error instanceof WebAssembly.RuntimeError)) return null;
  return TRAPS.find(([words]) => words.test(error.message))?.[1] ?? abi.CAUSE_UNREACHABLE;
}

/** A place in a module's code. */
export type Place = Pick<Fault, "pc" | "where">;

const NOWHERE: Place = { pc: 0, where: "" };

/** The innermost Wasm frame of a stack trace: module offset, and function by name or number. */
export function placeOf(error: Error): Place {
  const frame = /at (?:(\S+) \()?wasm:\/\/\S*wasm-function\[(\d+)\]:0x([0-9a-f]+)/.exec(error.stack ?? "");
  if (frame === null) return NOWHERE;
  return { pc: Number.parseInt(frame[3] as string, 16), where: frame[1] ?? `function ${frame[2]}` };
}

/** Where in a cell's code an exception was raised; before the cell is instantiated, no frame belongs to it. */
export function placeIn(cell: Cell, error: unknown, cause: number): Place {
  if (!(error instanceof Error) || cell.exports === null) return NOWHERE;
  const place = placeOf(error);
  return { pc: place.pc, where: textAt(cell.image, place.pc, cause) ?? place.where };
}
