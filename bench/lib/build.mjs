/*
 * Builds systems as `rumpk build` does.
 */
import { readSystem } from "../../build/host/pipeline/manifest/system.js";
import { inRoot } from "../../build/host/pipeline/paths.js";
import { buildTarget } from "../../build/host/cli/build.js";

/** Builds a system of bench/ for a machine; returns the path of its image, or of its JSON file on Node. */
export function buildBench(machine, name) {
  return build(machine, inRoot("bench", `${name}.kdl`));
}

/** Builds a system of systems/. */
export function build(machine, nameOrPath) {
  const system = readSystem(nameOrPath, []);
  return buildTarget({ machine, system, fileName: system.name });
}
