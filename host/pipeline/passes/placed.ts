/*
 * Loads a module with the source locations of its code into binaryen. Its JavaScript interface reads source locations
 * only from text, so its own tool makes that text: comments like `;;@ file:line:column` before expressions.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import binaryen from "binaryen";

import { inRoot } from "../paths.js";
import { Location, writeSourceMap } from "../places/source-map.js";

const TOOL = inRoot("node_modules/binaryen/bin/wasm-opt");
const TEXT_MAX = 1 << 28;

/** Reads a module; emitBinary("map") writes the locations that passes have kept. */
export function readPlaced(bytes: Uint8Array, locations: Location[]): binaryen.Module {
  if (!locations.some(({ line }) => line > 0)) return binaryen.readBinary(bytes);
  const folder = mkdtempSync(join(tmpdir(), "rumpk-"));
  try {
    const wasm = join(folder, "module.wasm");
    const map = join(folder, "module.map");
    writeFileSync(wasm, bytes);
    writeFileSync(map, writeSourceMap(locations, bytes));
    const args = [TOOL, wasm, "--all-features", "--emit-text", "--input-source-map", map, "--output", "-"];
    const done = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: TEXT_MAX });
    if (done.status !== 0) throw new Error(`wasm-opt: ${done.stderr}`);
    return binaryen.parseText(done.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
