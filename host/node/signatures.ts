/*
 * What a cell's module may import and must export, with exact signatures: docs/machine.md in code. The kernel exports
 * its system calls with the same signatures, preceded by the cell's index.
 */
import { MMIO_FUNCTIONS, RUMPK_FUNCTIONS } from "../abi.js";
import type { ModuleShape } from "./module.js";

/** The calls of module "rumpk", in the order of their numbers. */
export const CALL_NAMES: readonly string[] = Object.keys(RUMPK_FUNCTIONS);
/** The number of the call that ends a cell. */
export const CALL_EXIT = CALL_NAMES.indexOf("exit");

type Signatures = Readonly<Record<string, string>>;

const IMPORTS: Readonly<Record<string, Signatures>> = {
  rumpk: RUMPK_FUNCTIONS,
  mmio: MMIO_FUNCTIONS,
  watchdog: { check: "()" },
};

const EXPORTS: Signatures = {
  cell_main: "() -> i32",
  asyncify_start_unwind: "(i32)",
  asyncify_stop_unwind: "()",
  asyncify_start_rewind: "(i32)",
  asyncify_stop_rewind: "()",
};

/** The signature of an import; undefined if a cell may not have it. */
function signatureOf(module: string, name: string): string | undefined {
  const functions = Object.hasOwn(IMPORTS, module) ? IMPORTS[module]! : {};
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** Whether a module is a cell in the build's form for this machine. */
export function isCell(shape: ModuleShape): boolean {
  if (shape.hasStart || shape.memoryPages === null || shape.exports.get("memory") !== null) return false;
  for (const { module, name, signature } of shape.imports) {
    if (signature === null || signatureOf(module, name) !== signature) return false;
  }
  for (const [name, signature] of Object.entries(EXPORTS)) if (shape.exports.get(name) !== signature) return false;
  const start = shape.exports.get("rumpk_start");
  return start === undefined || start === "()";
}
