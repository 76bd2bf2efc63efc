/*
 * wasmsign2, the independent peer for signatures: the pinned release from crates.io, built once by cargo into its own
 * folder in the cache. Prints how long that took.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../build/host/pipeline/paths.js";

export const PINNED = "0.2.8";

/** Why tests with it must be skipped, or false. */
export const missingCargo = spawnSync("cargo", ["--version"]).error ? "cargo is not installed" : false;

/** The path of the program; installs it if necessary. */
export function installWasmsign2() {
  const folder = join(cacheDirectory(), `wasmsign2-${PINNED}`);
  const program = join(folder, "bin/wasmsign2");
  if (existsSync(program)) return program;
  const started = Date.now();
  const target = mkdtempSync(join(tmpdir(), "rumpk-wasmsign2-"));
  try {
    const release = ["install", "--locked", "wasmsign2-cli", "--version", PINNED, "--root", folder];
    const env = { ...process.env, CARGO_TARGET_DIR: target };
    const { status, stderr } = spawnSync("cargo", release, { env, encoding: "utf8", maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(`cargo could not install wasmsign2-cli ${PINNED}: ${stderr}`);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
  process.stdout.write(`wasmsign2 ${PINNED}: installed in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  return program;
}
