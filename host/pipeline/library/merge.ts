/*
 * Merges a cell and its linked C libraries into one module, with binaryen's wasm-merge. The result imports and exports
 * what the cell alone would, keeps the cell's source map, and has the libraries' functions and data first.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { inBuild, inRoot } from "../paths.js";
import { job } from "../jobs.js";
import { NO_SOURCE, placedFunctions } from "../places/places.js";
import { Location, readSourceMap, writeSourceMap } from "../places/source-map.js";
import { runChecked } from "../process.js";
import { filesBelow, hashFiles, hashOf, npmVersion, upToDate } from "../stamp.js";
import { readModule } from "../wasm/module.js";
import { functionBodies } from "../wasm/opcodes.js";
import { Reader, sectionsOf, unsignedBytes, withSections, withoutCustomSection } from "../wasm/reader.js";

const TOOL = inRoot("node_modules/binaryen/bin/wasm-merge");
/** The libraries' module in wasm-merge; the space keeps it distinct from all library names. */
const C_MODULE = "c libraries";
/** The module from which the C module imports its memory. */
const CELL_MODULE = "env";
const FEATURES = [
  "sign-ext",
  "mutable-globals",
  "bulk-memory",
  "bulk-memory-opt",
  "nontrapping-float-to-int",
  "reference-types",
  "multivalue",
  "threads",
];
const SECTION_IMPORT = 2;
const SECTION_EXPORT = 7;
const SECTION_CODE = 10;

/** Merges `cell` (with its source map in `cell`.map) and `libraries` to `out` (and `out`.map). */
export async function mergeLibraries(cell: string, libraries: string, names: string[], out: string): Promise<void> {
  const bytes = readFileSync(cell);
  const own = filesBelow(inBuild("host/pipeline/library")).concat(
    filesBelow(inBuild("host/pipeline/wasm")),
    filesBelow(inBuild("host/pipeline/places")),
  );
  const key = hashOf(npmVersion("binaryen"), hashFiles(own), hashFiles([cell, `${cell}.map`, libraries]));
  await upToDate([out, `${out}.map`], key, () =>
    job("wasm-merge", async () => {
      const renamed = importsFrom(bytes, names, C_MODULE);
      const locations = readSourceMap(readFileSync(`${cell}.map`, "utf8"), bytes);
      const input = `${out}.cell`;
      writeFileSync(input, renamed);
      writeFileSync(`${input}.map`, writeSourceMap(locations, renamed));
      const inputs = [libraries, C_MODULE, input, CELL_MODULE, "--input-source-map", `${input}.map`];
      const outputs = ["--output", out, "--output-source-map", `${out}.map`, "--debuginfo"];
      const features = FEATURES.map((feature) => `--enable-${feature}`);
      await runChecked(process.execPath, [TOOL, ...inputs, ...outputs, ...features, "--skip-export-conflicts"]);
      const merged = readFileSync(out);
      const kept = new Set(readModule(bytes).exports.map(({ name }) => name));
      const plain = ["target_features", "producers"].reduce<Uint8Array>(withoutCustomSection, merged);
      const result = onlyExports(plain, kept);
      const placed = readSourceMap(readFileSync(`${out}.map`, "utf8"), merged);
      writeFileSync(`${out}.map`, writeSourceMap(withNumbers(result, placed), result));
      writeFileSync(out, result);
    }),
  );
}

/**
 * The locations, with one more for each function that has none: its number. So a function that a pass inlines can still
 * be told apart.
 */
function withNumbers(bytes: Uint8Array, locations: Location[]): Location[] {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE)!;
  const bodies = functionBodies(bytes, section);
  const added = placedFunctions(bytes, locations).flatMap(({ first }, index) => {
    const { start, code } = bodies[index]!;
    const place = { file: NO_SOURCE, line: index + 1 };
    return first ? [] : [start, code].map((at) => ({ at: at - section.body, ...place }));
  });
  return [...locations, ...added].sort((a, b) => a.at - b.at);
}

/** The module with its imports from `names` redirected to `target`. asc imports only functions. */
function importsFrom(bytes: Uint8Array, names: string[], target: string): Uint8Array {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_IMPORT)!;
  const reader = new Reader(bytes, section.body, section.end);
  const count = reader.unsigned();
  const parts: Uint8Array[] = [Uint8Array.from(unsignedBytes(count))];
  const module = Buffer.from(target);
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    const replaced = names.includes(reader.name());
    const rest = reader.at;
    reader.name();
    if (reader.byte() !== 0) throw new Error("a cell of asc imports something that is no function");
    reader.unsigned();
    if (replaced) parts.push(Uint8Array.from(unsignedBytes(module.length)), module, bytes.subarray(rest, reader.at));
    else parts.push(bytes.subarray(start, reader.at));
  }
  return withSections(bytes, new Map([[SECTION_IMPORT, Buffer.concat(parts)]]));
}

/** The module with only these exports. */
function onlyExports(bytes: Uint8Array, names: Set<string>): Uint8Array {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_EXPORT)!;
  const reader = new Reader(bytes, section.body, section.end);
  const kept: Uint8Array[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const start = reader.at;
    const name = reader.name();
    reader.byte();
    reader.unsigned();
    if (names.has(name)) kept.push(bytes.subarray(start, reader.at));
  }
  const contents = Buffer.concat([Uint8Array.from(unsignedBytes(kept.length)), ...kept]);
  return withSections(bytes, new Map([[SECTION_EXPORT, contents]]));
}
