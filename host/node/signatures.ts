/*
 * What a cell's module may import and must export, with exact signatures: docs/machine.md in code. The kernel exports
 * its system calls with the same signatures and the cell's index in front.
 */
import type { ModuleShape } from "./module.js";

/** The calls of module "rumpk", in the order of their numbers. */
export const CALL_SIGNATURES: ReadonlyMap<string, string> = new Map([
  ["meta", "i32,i64,i64,i64->i64"],
  ["exit", "i32->"],
  ["spawn", "i32,i32->i64"],
  ["join", "i32,i64->i64"],
  ["send", "i32,i32,i32,i32->i64"],
  ["recv", "i32,i32,i32,i32->i64"],
  ["wait", "i64,i64->i64"],
  ["map", "i32,i32,i32,i32->i64"],
  ["mask", "i32,i32->i64"],
  ["grant", "i32,i32,i32->i64"],
  ["pledge", "i64->i64"],
  ["unveil", "i32,i32,i32->i64"],
  ["checkpoint", "i32,i32->i64"],
]);

const MMIO_SIGNATURES: ReadonlyMap<string, string> = new Map([
  ["load8", "i32,i32->i32"],
  ["load16", "i32,i32->i32"],
  ["load32", "i32,i32->i32"],
  ["load64", "i32,i32->i64"],
  ["store8", "i32,i32,i32->"],
  ["store16", "i32,i32,i32->"],
  ["store32", "i32,i32,i32->"],
  ["store64", "i32,i32,i64->"],
  ["dma_address", "i32,i32->i64"],
  ["irq_ack", "i32->"],
]);

const IMPORTS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["rumpk", CALL_SIGNATURES],
  ["mmio", MMIO_SIGNATURES],
  ["watchdog", new Map([["check", "->"]])],
]);

const EXPORTS: ReadonlyMap<string, string> = new Map([
  ["cell_main", "->i32"],
  ["asyncify_start_unwind", "i32->"],
  ["asyncify_stop_unwind", "->"],
  ["asyncify_start_rewind", "i32->"],
  ["asyncify_stop_rewind", "->"],
]);

/** Whether a module is a cell in the form that the build gives it for this machine. */
export function isCell(shape: ModuleShape): boolean {
  if (shape.hasStart || shape.memoryPages === null || shape.exports.get("memory") !== null) return false;
  for (const { module, name, signature } of shape.imports) {
    if (signature === null || IMPORTS.get(module)?.get(name) !== signature) return false;
  }
  for (const [name, signature] of EXPORTS) if (shape.exports.get(name) !== signature) return false;
  const start = shape.exports.get("rumpk_start");
  return start === undefined || start === "->";
}
