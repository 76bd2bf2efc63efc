/*
 * The contained form of a cell: it never traps (contain.ts), and can park in any call that may block, with Asyncify.
 * The parked frames are in a second memory of the module, which no instruction of the cell can access:
 *
 *   memory 0   the cell's own, `min` to `max` pages
 *   memory 1   0 stack pointer, u32 | 4 end of the stack, u32 | 8 frames ...
 */
import binaryen from "binaryen";

import { Location } from "../../places/source-map.js";
import { FEATURES } from "../helpers.js";
import { Contained, contain } from "./contain.js";
import { STACK_BYTES } from "./frames.js";
import { RUMPK_FUNCTIONS, WASM_PAGE } from "../../../abi.js";

export const PARK = "rumpk_park";

/** Pages of the second memory: more than frames.ts allows for a chain of calls. */
export const PARKING_PAGES = (3 * STACK_BYTES) / WASM_PAGE;
const PARKED_MEMORY = "asyncify_memory";
const HEADER = 8;
/** Imports in which a cell may park. */
const PARKING = Object.keys(RUMPK_FUNCTIONS).filter((name) => name !== "exit");

/** Makes the contained form of a checked module, fast or optimised. Throws Unguardable. */
export function containedForm(
  bytes: Uint8Array,
  locations: Location[],
  min: number,
  max: number,
  optimize = true,
): Contained {
  const contained = contain(bytes, locations, min, max, (name) => name === "memory" || name === "cell_main");
  return { bytes: withParking(contained.bytes, optimize), places: contained.places };
}

/** The module with Asyncify and its second memory. */
export function withParking(bytes: Uint8Array, optimize: boolean): Uint8Array {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES | binaryen.Features.MultiMemory);
  binaryen.setOptimizeLevel(optimize ? 2 : 0);
  binaryen.setShrinkLevel(0);
  binaryen.setDebugInfo(true);
  binaryen.setPassArgument("asyncify-imports", PARKING.map((name) => `rumpk.${name}`).join(","));
  binaryen.setPassArgument("asyncify-in-secondary-memory", "1");
  binaryen.setPassArgument("asyncify-secondary-memory-size", String(PARKING_PAGES));
  module.runPasses(["asyncify"]);
  binaryen.clearPassArguments();
  addParking(module);
  if (optimize) module.optimize();
  const out = module.emitBinary();
  module.dispose();
  return out;
}

/** Adds the export `rumpk_park`: starts saving the frames at the beginning of the second memory. */
function addParking(module: binaryen.Module): void {
  const { i32 } = module;
  const words = [HEADER, PARKING_PAGES * WASM_PAGE].map((value, index) =>
    i32.store(4 * index, 4, i32.const(0), i32.const(value), PARKED_MEMORY),
  );
  const begin = module.call("asyncify_start_unwind", [i32.const(0)], binaryen.none);
  module.addFunction(PARK, binaryen.none, binaryen.none, [], module.block(null, [...words, begin]));
  module.addFunctionExport(PARK, PARK);
}
