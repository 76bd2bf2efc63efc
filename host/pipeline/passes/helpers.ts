/*
 * First pass of the Node form, with binaryen: adds the functions that the instrumentation calls, and turns the start
 * function into an export, so that the machine runs it as cell code in the first cell_enter.
 *
 *   global rumpk_fuel            loop iterations and function entries until the watchdog checks the clock
 *   import watchdog.check        checks the clock, and throws when the cell's time is up
 *   func rumpk_memory_size       memory.size without the last page, which is Asyncify's stack
 *   func rumpk_memory_grow       memory.grow; the old page of Asyncify is cleared and becomes the cell's
 *   export rumpk_start           the start function, if there is one
 */
import binaryen from "binaryen";

import { Location, readSourceMap } from "../places/source-map.js";
import { readModule } from "../wasm/module.js";
import { withSections } from "../wasm/reader.js";
import { readPlaced } from "./placed.js";
import { WASM_PAGE } from "../../abi.js";

/** Loop iterations and function entries between two checks of the clock: well below a millisecond of work. */
export const FUEL = 50000;

export const CHECK = "rumpk_watchdog_check";
export const FUEL_GLOBAL = "rumpk_fuel";
export const MEMORY_SIZE = "rumpk_memory_size";
export const MEMORY_GROW = "rumpk_memory_grow";
export const START = "rumpk_start";

/** The features that wasm/opcodes.ts admits. */
export const FEATURES =
  binaryen.Features.MutableGlobals |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.ReferenceTypes |
  binaryen.Features.Multivalue |
  binaryen.Features.Atomics;

/** The indices of the helpers in the module. */
export interface Helpers {
  fuel: number;
  check: number;
  size: number;
  grow: number;
}

/** A module with its helpers, and the locations of its code. */
export interface Helped {
  bytes: Uint8Array;
  locations: Location[];
  helpers: Helpers;
}

/** Adds the helpers; they are exported under their names until `removeHelperExports`. */
export function addHelpers(bytes: Uint8Array, locations: Location[]): Helped {
  const start = readModule(bytes).start;
  const module = readPlaced(bytes, locations);
  module.setFeatures(FEATURES);
  module.addFunctionImport(CHECK, "watchdog", "check", binaryen.none, binaryen.none);
  module.addGlobal(FUEL_GLOBAL, binaryen.i32, true, module.i32.const(FUEL));
  addMemoryFunctions(module);
  for (const name of [CHECK, MEMORY_SIZE, MEMORY_GROW]) module.addFunctionExport(name, name);
  module.addGlobalExport(FUEL_GLOBAL, FUEL_GLOBAL);
  if (start !== undefined)
    module.addFunctionExport(binaryen.getFunctionInfo(module.getFunctionByIndex(start)).name, START);
  binaryen.setDebugInfo(true);
  const { binary, sourceMap } = module.emitBinary("map");
  module.dispose();
  const out = withSections(binary, new Map([[8, "none" as const]]));
  return { bytes: out, locations: readSourceMap(sourceMap!, binary), helpers: findHelpers(out) };
}

function addMemoryFunctions(module: binaryen.Module): void {
  const { i32, memory, local } = module;
  const parameter = local.get(0, binaryen.i32);
  const old = () => local.get(1, binaryen.i32);
  const ownPages = () => i32.sub(memory.size(), i32.const(1));
  module.addFunction(MEMORY_SIZE, binaryen.none, binaryen.i32, [], ownPages());
  const grow = module.block(null, [
    local.set(1, ownPages()),
    module.if(i32.eq(memory.grow(parameter), i32.const(-1)), module.return(i32.const(-1))),
    memory.fill(i32.mul(old(), i32.const(WASM_PAGE)), i32.const(0), i32.const(WASM_PAGE)),
    module.return(old()),
  ]);
  module.addFunction(MEMORY_GROW, binaryen.createType([binaryen.i32]), binaryen.i32, [binaryen.i32], grow);
}

function findHelpers(bytes: Uint8Array): Helpers {
  const { exports } = readModule(bytes);
  const index = (name: string) => exports.find((item) => item.name === name)!.index;
  return { fuel: index(FUEL_GLOBAL), check: index(CHECK), size: index(MEMORY_SIZE), grow: index(MEMORY_GROW) };
}

/** Removes the exports of the helpers, so that only the machine's imports and the cell's code can reach them. */
export function removeHelperExports(module: binaryen.Module): void {
  for (const name of [CHECK, MEMORY_SIZE, MEMORY_GROW, FUEL_GLOBAL]) module.removeExport(name);
}
