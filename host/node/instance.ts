/*
 * Makes instances of cells' images. Refuses a module that is not a cell with CAUSE_MODULE, before any of it runs, and
 * active data segments past the cell's own pages with CAUSE_MEMORY. A module is compiled once, for all instances of its
 * image.
 */
import { CAUSE_MEMORY, CAUSE_MODULE, WASM_PAGE } from "../abi.js";
import { Phase, type Cell, type CellExports } from "./cell.js";
import { readModule } from "./module.js";
import { isCell } from "./signatures.js";
import type { Image } from "./system.js";

/** Ends the running cell with a cause and an address. */
export type Die = (cause: number, address: number) => never;

const modules = new WeakMap<Image, WebAssembly.Module>();

/** Makes the instance of a new cell; throws what V8 throws, or ends the cell. */
export function instantiate(cell: Cell, imports: WebAssembly.Imports, die: Die): void {
  const module = modules.get(cell.image) ?? admit(cell.image, die);
  cell.exports = new WebAssembly.Instance(module, imports).exports as unknown as CellExports;
  cell.phase = Phase.Start;
}

function admit(image: Image, die: Die): WebAssembly.Module {
  const module = new WebAssembly.Module(image.wasm);
  const shape = readModule(image.wasm);
  if (!isCell(shape)) die(CAUSE_MODULE, 0);
  if (shape.dataEnd > ((shape.memoryPages as number) - 1) * WASM_PAGE) die(CAUSE_MEMORY, shape.dataEnd);
  modules.set(image, module);
  return module;
}
