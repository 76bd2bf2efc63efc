/*
 * The cost of the containment pass is the difference between two forms of a cell, built only for measurements.
 *
 *   under wasmtime   the contained form, against the bare form: the module as asc wrote it, with Asyncify, which the
 *                    machine needs, and with the exports that the rack asks for. It runs once, and a fault ends the
 *                    process
 *   in V8            only the pass and the optimizer, against the module as asc wrote it; V8 needs no Asyncify here,
 *                    and Node 20 has no second memory for it
 */
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { contain } from "../../build/host/pipeline/passes/contain/contain.js";
import { withParking } from "../../build/host/pipeline/passes/contain/contained-form.js";
import { FEATURES } from "../../build/host/pipeline/passes/helpers.js";
import { readModule } from "../../build/host/pipeline/wasm/module.js";
import { withSections } from "../../build/host/pipeline/wasm/reader.js";

const START_SECTION = 8;
const KEPT = ["memory", "cell_main"];
const CONTAINED = /\.wasmtime\.wasm$/;

/** The preloads of a system for wasmtime with every cell in its bare form. */
export function barePreloads(preloads) {
  const known = new Map();
  const bareOf = (path) => {
    if (!known.has(path))
      known.set(path, bareForm(path.replace(CONTAINED, ".wasm"), path.replace(CONTAINED, ".bare.wasm")));
    return known.get(path);
  };
  return preloads.map(({ name, path }) => ({ name, path: CONTAINED.test(path) ? bareOf(path) : path }));
}

/** Writes the bare form of the module in `from` to `to`; returns that path. */
function bareForm(from, to) {
  const plain = readFileSync(from);
  const { start } = readModule(plain);
  const module = binaryen.readBinary(plain);
  module.setFeatures(FEATURES);
  const globals = { rumpk_fault: 0, rumpk_address: 0, rumpk_site: 0, rumpk_pages: module.getMemoryInfo().max };
  for (const [name, value] of Object.entries(globals)) {
    module.addGlobal(name, binaryen.i32, true, module.i32.const(value));
    module.addGlobalExport(name, name);
  }
  const nothing = module.addFunction("rumpk_reset", binaryen.none, binaryen.none, [], module.nop());
  const first = start === undefined ? nothing : module.getFunctionByIndex(start);
  module.addFunctionExport("rumpk_reset", "rumpk_reset");
  module.addFunctionExport(binaryen.getFunctionInfo(first).name, "rumpk_start");
  const bytes = withSections(module.emitBinary(), new Map([[START_SECTION, "none"]]));
  module.dispose();
  writeFileSync(to, withParking(bytes, true));
  return to;
}

/** A cell's module after the pass and the optimizer. */
export function guardedModule(plain) {
  const [{ min, max }] = readModule(plain).memories;
  const { bytes } = contain(plain, [], min, max, (name) => KEPT.includes(name));
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  module.optimize();
  const out = module.emitBinary();
  module.dispose();
  return out;
}
