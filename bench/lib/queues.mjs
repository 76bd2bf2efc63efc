/*
 * The comparison for messages between two cells: bench/queues, a queue from a registry and a pipe, in Rust, built by
 * cargo with the versions in its lock file.
 */
import { spawnSync } from "node:child_process";
import { inBuild, inRoot } from "../../build/host/pipeline/paths.js";
import { perOne, readLines } from "./lines.mjs";

const PATIENCE = 300_000;

/** Nanoseconds per message, sent and received; null without cargo. */
export function measureQueues() {
  const target = inBuild("queues");
  const manifest = ["--manifest-path", inRoot("bench/queues/Cargo.toml"), "--target-dir", target];
  const built = spawnSync("cargo", ["build", "--release", "--locked", "--quiet", ...manifest], { encoding: "utf8" });
  if (built.error?.code === "ENOENT") return null;
  if (built.error || built.status !== 0)
    throw new Error(`bench/queues: ${built.error?.message ?? built.stderr.trim()}`);
  const done = spawnSync(`${target}/release/queues`, { encoding: "utf8", timeout: PATIENCE });
  if (done.error || done.status !== 0)
    throw new Error(`bench/queues: ${done.error?.message ?? done.signal ?? done.stderr.trim()}`);
  return perOne(readLines(done.stdout));
}
