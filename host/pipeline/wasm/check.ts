/*
 * What a cell's module may import and must export: the table of docs/machine.md, in code. A module that differs is
 * refused when it is built, with the import, the expected and the found signature; the machines refuse it once more.
 */
import { UserError } from "../errors.js";
import { ModuleShape, readModule } from "./module.js";
import { eachInstruction, functionBodies } from "./opcodes.js";
import { sectionsOf } from "./reader.js";

/** Imports from "rumpk", with their signatures. */
export const RUMPK_IMPORTS: Record<string, string> = {
  meta: "(i32, i64, i64, i64) -> i64",
  exit: "(i32)",
  spawn: "(i32, i32) -> i64",
  join: "(i32, i64) -> i64",
  send: "(i32, i32, i32, i32) -> i64",
  recv: "(i32, i32, i32, i32) -> i64",
  wait: "(i64, i64) -> i64",
  map: "(i32, i32, i32, i32) -> i64",
  mask: "(i32, i32) -> i64",
  grant: "(i32, i32, i32) -> i64",
  pledge: "(i64) -> i64",
  unveil: "(i32, i32, i32) -> i64",
  checkpoint: "(i32, i32) -> i64",
};

/** Imports from "mmio", with their signatures. */
export const MMIO_IMPORTS: Record<string, string> = {
  load8: "(i32, i32) -> i32",
  load16: "(i32, i32) -> i32",
  load32: "(i32, i32) -> i32",
  load64: "(i32, i32) -> i64",
  store8: "(i32, i32, i32)",
  store16: "(i32, i32, i32)",
  store32: "(i32, i32, i32)",
  store64: "(i32, i32, i64)",
  dma_address: "(i32, i32) -> i64",
  irq_ack: "(i32)",
};

const MODULES: Record<string, Record<string, string>> = { rumpk: RUMPK_IMPORTS, mmio: MMIO_IMPORTS };
const EXPORTS: Record<string, string> = { memory: "memory", cell_main: "() -> i32" };

/** Furthest static offset of a load or store: the guard window behind the 4 GiB of addresses, less one access. */
export const STATIC_OFFSET_MAX = 2 * 1024 * 1024 - 16;

/** Checks a cell's module; `place` (the manifest or source) opens the message of an error. Answers its outside. */
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

/** Every instruction is one that all machines run, and no static offset leaves the guard window. */
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
