/*
 * A cell's module, from AssemblyScript, WebAssembly text or a ready .wasm. The result is checked against the machine
 * contract and has the memory limits of its manifest.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";

import { compileAsc } from "./asc.js";
import { UserError, messageOf } from "./errors.js";
import { withLibraries } from "./library/with-libraries.js";
import { Manifest } from "./manifest/manifest.js";
import { workersModule } from "./manifest/workers.js";
import { inBuild, inRoot, shown } from "./paths.js";
import { ENTRY, compiledLocations, textLocations, treeFolder } from "./places/cell-locations.js";
import { Location, SOURCE_MAP_SECTION } from "./places/source-map.js";
import { checkCell } from "./wasm/check.js";
import { checkFeatures } from "./wasm/features.js";
import { ModuleShape, withMemoryLimits } from "./wasm/module.js";
import { joinSegments } from "./wasm/segments.js";
import { withoutCustomSection } from "./wasm/reader.js";

export interface BuiltCell {
  manifest: Manifest;
  /** build/cells/NAME/NAME.wasm */
  wasm: string;
  /** Initial pages of the memory. */
  memoryMin: number;
  shape: ModuleShape;
  /** Source lines of its code. */
  locations: Location[];
}

/** Builds the module of a cell. Any error in it is a UserError. */
export async function buildCell(manifest: Manifest): Promise<BuiltCell> {
  const out = inBuild("cells", manifest.name);
  mkdirSync(out, { recursive: true });
  const { bytes, locations } = await moduleOf(manifest, out);
  const place = shown(manifest.source);
  checkFeatures(`${place}: cell ${manifest.name}`, bytes);
  const shape = checkCell(place, bytes);
  const memory = shape.memories[0]!;
  const memoryMin = Math.max(memory.min, manifest.memoryMin);
  if (memoryMin > manifest.memoryMax) {
    throw new UserError(
      `${shown(manifest.path)}: ${place} needs ${memory.min} pages, but memory has max=${manifest.memoryMax}`,
    );
  }
  if (memory.max !== undefined && memory.max < manifest.memoryMax && extname(manifest.source) !== ".ts") {
    throw new UserError(
      `${shown(manifest.path)}: ${place} allows at most ${memory.max} pages, but memory has max=${manifest.memoryMax}`,
    );
  }
  const wasm = join(out, `${manifest.name}.wasm`);
  writeIfChanged(wasm, withMemoryLimits(bytes, memoryMin, manifest.memoryMax));
  return { manifest, wasm, memoryMin, shape, locations };
}

/** The module as compiled from its source. */
async function moduleOf(manifest: Manifest, out: string): Promise<{ bytes: Uint8Array; locations: Location[] }> {
  const kind = extname(manifest.source);
  if (kind === ".wasm") return { bytes: readFileSync(manifest.source), locations: [] };
  if (kind === ".wat") {
    const bytes = await assembleText(manifest.source);
    return { bytes, locations: textLocations(manifest, bytes) };
  }
  const wasm = await withLibraries(manifest, out, (base) => compileCell(manifest, join(out, "asc"), base));
  const bytes = readFileSync(wasm);
  return {
    bytes: joinSegments(withoutCustomSection(bytes, SOURCE_MAP_SECTION)),
    locations: compiledLocations(manifest, bytes, readFileSync(`${wasm}.map`, "utf8")),
  };
}

/** The file's name in a message of wabt, which may print stray bytes after it. */
const TEXT_NAME = /^.*(?=:\d+:\d+: (?:error|warning): )/gm;

/** WebAssembly text to bytes; syntax and type errors have file, line and column. */
async function assembleText(path: string): Promise<Uint8Array> {
  const { default: load } = await import("wabt");
  const wabt = await load();
  try {
    const module = wabt.parseWat(basename(path), readFileSync(path, "utf8"), { bulk_memory: true, threads: true });
    module.validate();
    return module.toBinary({ write_debug_names: true }).buffer;
  } catch (error) {
    const message = messageOf(error).replace(/^(parseWat|validate) failed:\n/, "");
    throw new UserError(message.replace(TEXT_NAME, shown(path)).trimEnd());
  }
}

/** AssemblyScript: a generated cell_main calls the author's main(args); data starts at `memoryBase`. */
function compileCell(manifest: Manifest, out: string, memoryBase: number): Promise<string> {
  const folder = treeFolder(manifest);
  const module = basename(manifest.source, ".ts");
  const entry = [
    `import { main } from "./${folder}/${module}";`,
    `import { runMain } from "rumpk/entry";`,
    `export function cell_main(): i32 {`,
    `  return runMain(main);`,
    `}`,
    ``,
  ].join("\n");
  return compileAsc({
    label: `asc ${manifest.name}`,
    out,
    name: manifest.name,
    target: manifest.optimize,
    args: [ENTRY, "--runtime", manifest.runtime, ...(memoryBase ? ["--memoryBase", String(memoryBase)] : [])],
    texts: { [ENTRY]: entry, "lib/rumpk/manifest.ts": workersModule(manifest.workers) },
    folders: [
      [folder, dirname(manifest.source)],
      ["lib/rumpk", inRoot("assembly/sdk")],
      ["lib/abi", inRoot("assembly/abi")],
    ],
  });
}

/** Writes a file only when its bytes differ, so that products made from it stay up to date. */
export function writeIfChanged(path: string, bytes: Uint8Array): void {
  try {
    if (Buffer.compare(readFileSync(path), bytes) === 0) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  writeFileSync(path, bytes);
}
