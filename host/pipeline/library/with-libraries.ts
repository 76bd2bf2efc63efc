/*
 * A cell in AssemblyScript together with the C libraries of its manifest. Which functions are linked follows from what
 * the compiled cell imports, and where the cell's own data begins from how much room they need; it is compiled with one
 * page for them, and again where that is not enough.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Manifest } from "../manifest/manifest.js";
import { libraryFunctions, linkLibraries } from "./link.js";
import { mergeLibraries } from "./merge.js";
import { WASM_PAGE } from "../../abi.js";

/** Compiles the cell with static data from an address on; answers the module's path, its source map lies beside it. */
export type CompileFrom = (memoryBase: number) => Promise<string>;

/** Answers the path of the cell's module, with its libraries when it has any; the source map lies beside it. */
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
