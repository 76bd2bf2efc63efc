/*
 * A cell in AssemblyScript together with the C libraries of its manifest. The imports of the compiled cell decide which
 * functions are linked, and the space that these need decides where the cell's own data starts; the cell is compiled
 * with one page for them, and again if that is not enough.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Manifest } from "../manifest/manifest.js";
import { libraryFunctions, linkLibraries } from "./link.js";
import { mergeLibraries } from "./merge.js";
import { WASM_PAGE } from "../../abi.js";

/**
 * Compiles the cell with static data from an address on; returns the module's path, next to which is its source map.
 */
export type CompileFrom = (memoryBase: number) => Promise<string>;

/** Returns the path of the cell's module, with its libraries if it has any; the source map is next to it. */
export async function withLibraries(manifest: Manifest, out: string, compile: CompileFrom): Promise<string> {
  if (manifest.libraries.length === 0) return compile(0);
  const linked = join(out, "libraries.wasm");
  for (let pages = 1; ;) {
    const cell = await compile(pages * WASM_PAGE);
    const functions = libraryFunctions(manifest, readFileSync(cell));
    if (functions.length === 0) return cell;
    const needed = await linkLibraries(manifest, functions, pages, linked);
    if (needed === pages) {
      const merged = join(out, "merged.wasm");
      await mergeLibraries(cell, linked, manifest.libraries, merged);
      return merged;
    }
    pages = needed;
  }
}
