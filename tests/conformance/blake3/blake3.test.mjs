/*
 * The host's BLAKE3, with which `verify-chain` checks what the ledger's cell hashed with the authors' C, against the
 * authors' Rust: every length up to some blocks, and around the boundaries of chunks and of the tree above them.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { blake3 } from "@noble/hashes/blake3.js";
import { root } from "../../lib/paths.mjs";

const MANIFEST = join(root, "tests/conformance/blake3/Cargo.toml");
const TARGET = join(root, "build/conformance/blake3");
const CHUNK = 1024;

/** `length` bytes, the same in every run. */
function bytesOf(length) {
  return createHash("shake256", { outputLength: Math.max(length, 1) })
    .update(String(length))
    .digest()
    .subarray(0, length);
}

/** The hashes of the authors' implementation. */
function oracle(inputs) {
  const args = ["build", "--release", "--locked", "--quiet", "--manifest-path", MANIFEST, "--target-dir", TARGET];
  const built = spawnSync("cargo", args, { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  const input = inputs.map((bytes) => `${bytes.toString("hex")}\n`).join("");
  const done = spawnSync(join(TARGET, "release/blake3-oracle"), { input, encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trimEnd().split("\n");
}

test("the same hashes as the implementation of BLAKE3's authors", () => {
  const small = Array.from({ length: 300 }, (_, length) => length);
  const borders = [1, 2, 3, 4, 7, 8, 9, 16, 31].flatMap((chunks) => [-1, 0, 1].map((by) => chunks * CHUNK + by));
  const inputs = [...small, ...borders].map(bytesOf);
  const hashes = inputs.map((bytes) => Buffer.from(blake3(bytes)).toString("hex"));
  assert.deepEqual(hashes, oracle(inputs));
});

test("the hash of nothing is the published one", () => {
  const published = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
  assert.equal(Buffer.from(blake3(new Uint8Array(0))).toString("hex"), published);
});
