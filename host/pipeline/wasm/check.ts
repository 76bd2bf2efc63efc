/*
 * What a cell's module may import and must export: the table of docs/machine.md, in code. A module that differs is
 * refused when it is built, with the import, the expected and the found signature; the machines check again.
 */
import { MMIO_FUNCTIONS, RUMPK_FUNCTIONS } from "../../abi.js";
import { UserError } from "../errors.js";
import { ModuleShape, readModule } from "./module.js";
import { eachInstruction, functionBodies } from "./opcodes.js";
import { sectionsOf } from "./reader.js";

const MODULES: Record<string, Record<string, string>> = { rumpk: RUMPK_FUNCTIONS, mmio: MMIO_FUNCTIONS };
const EXPORTS: Record<string, string> = { memory: "memory", cell_main: "() -> i32" };

/** Largest static offset of a load or store: the guard window after the 4 GiB of addresses, minus one access. */
export const STATIC_OFFSET_MAX = 2 * 1024 * 1024 - 16;

/** Checks a cell's module; errors start with `place` (the manifest or source). Returns its outside. */
export function checkCell(place: string, bytes: Uint8Array): ModuleShape {
  if (!WebAssembly.validate(bytes as BufferSource)) throw new UserError(`${place}: not a valid WebAssembly module`);
  const shape = readModule(bytes);
  for (const { module, name, type } of shape.imports) {
    const expected =
      Object.hasOwn(MODULES, module) && Object.hasOwn(MODULES[module]!, name) ? MODULES[module]![name] : undefined;
    if (!expected) throw new UserError(`${place}: import ${module}.${name} ${type} is none of rumpk's calls or mmio`);
    if (expected !== type)
      throw new UserError(`${place}: import ${module}.${name} expected ${expected}, found ${type}`);
  }
  for (const [name, expected] of Object.entries(EXPORTS)) {
    const found = shape.exports.find((item) => item.name === name);
    if (found?.type !== expected) {
      throw new UserError(`${place}: export ${name} expected ${expected}, found ${found?.type ?? "none"}`);
    }
  }
  checkInstructions(place, bytes);
  return shape;
}

/** Checks that all machines can run every instruction, and that no static offset leaves the guard window. */
export function checkInstructions(place: string, bytes: Uint8Array): void {
  const section = sectionsOf(bytes).find(({ id }) => id === 10);
  if (!section) return;
  try {
    for (const body of functionBodies(bytes, section)) {
      eachInstruction(bytes, body, ({ offset, start }) => {
        if (offset > STATIC_OFFSET_MAX) {
          throw new Error(`static offset ${offset} at byte ${start} exceeds ${STATIC_OFFSET_MAX}`);
        }
      });
    }
  } catch (error) {
    throw new UserError(`${place}: ${(error as Error).message}`);
  }
}
