/*
 * The Node form of a cell: instrumented, with one page more than the cell sees, and able to park in any call that may
 * block (Asyncify, with a list of those imports). The last page is Asyncify's stack. The cell has no other way to
 * notice it, but V8 does not stop an access less than a page past the end of the cell's own memory.
 */
import binaryen from "binaryen";

import { NO_SOURCE, placedFunctions } from "../places/places.js";
import { Location, SOURCE_MAP_SECTION, readSourceMap } from "../places/source-map.js";
import { withMemoryLimits } from "../wasm/module.js";
import { withoutCustomSection } from "../wasm/reader.js";
import { FEATURES, addHelpers, removeHelperExports } from "./helpers.js";
import { instrument } from "./instrument.js";
import { readPlaced } from "./placed.js";
import { keepSegmentFaults } from "./segments.js";
import { RUMPK_FUNCTIONS } from "../../abi.js";

/** Imports in which a cell may park. */
const PARKING = Object.keys(RUMPK_FUNCTIONS).filter((name) => name !== "exit");

export interface PlacedModule {
  bytes: Uint8Array;
  locations: Location[];
}

/** Makes the Node form of a checked module whose memory is `min` to `max` pages for the cell, fast or optimised. */
export function nodeForm(bytes: Uint8Array, min: number, max: number, optimize = true): Uint8Array {
  return placedNodeForm(bytes, [], min, max, optimize).bytes;
}

/** The same with the source locations of the module and of its Node form. */
export function placedNodeForm(
  bytes: Uint8Array,
  locations: Location[],
  min: number,
  max: number,
  optimize = true,
): PlacedModule {
  const helped = addHelpers(keepSegmentFaults(bytes, min), locations);
  const instrumented = instrument(helped);
  const module = readPlaced(instrumented.bytes, instrumented.locations);
  module.setFeatures(FEATURES);
  removeHelperExports(module);
  keepLibraryFunctions(module, bytes, locations);
  binaryen.setOptimizeLevel(optimize ? 2 : 0);
  binaryen.setShrinkLevel(0);
  binaryen.setDebugInfo(true);
  binaryen.setPassArgument("asyncify-imports", PARKING.map((name) => `rumpk.${name}`).join(","));
  module.runPasses(["asyncify"]);
  if (optimize) module.optimize();
  const { binary, sourceMap } = module.emitBinary("map");
  module.dispose();
  const out = withMemoryLimits(withoutCustomSection(binary, SOURCE_MAP_SECTION), min + 1, max + 1);
  if (!WebAssembly.validate(out as BufferSource)) throw new Error("the Node form of a cell is not valid");
  return { bytes: out, locations: readSourceMap(sourceMap!, binary) };
}

/** Functions without source lines are not inlined, because nothing would mark their code there. */
function keepLibraryFunctions(module: binaryen.Module, bytes: Uint8Array, locations: Location[]): void {
  for (const { first, symbol } of placedFunctions(bytes, locations)) {
    if (first?.file !== NO_SOURCE) continue;
    binaryen.setPassArgument("no-inline", symbol);
    module.runPasses(["no-inline"]);
  }
}
