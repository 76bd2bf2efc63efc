/*
 * Our signatures against those of wasmsign2, an independent implementation of the same document (WebAssembly
 * tool-conventions, Signatures.md): each accepts what the other signs, refuses what the other refuses, and reads the
 * other's keys.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { namedSections, signaturesOf } from "../../build/host/pipeline/package/package.js";
import { root } from "../lib/paths.mjs";
import { rumpk } from "../lib/rumpk.mjs";
import { installWasmsign2, missingCargo } from "../lib/wasmsign2.mjs";

const skip = missingCargo;
const folder = mkdtempSync(join(tmpdir(), "rumpk-peer-"));
const at = (name) => join(folder, name);
let program;

/** Runs the peer; returns its exit status and output. */
const peer = (...args) => spawnSync(program, args, { encoding: "utf8" });

/** Runs one of our commands; returns its exit status. */
const ours = async (...args) => (await rumpk(args)).status;

function assertPeer(...args) {
  const { status, stdout, stderr } = peer(...args);
  assert.equal(status, 0, stdout + stderr);
}

before(async () => {
  if (skip) return;
  program = installWasmsign2();
  const { status, stderr } = await rumpk(["build", "--system", "hello"]);
  assert.equal(status, 0, stderr);
  assert.equal(await ours("keygen", at("ours")), 0);
  assertPeer("keygen", "-k", at("theirs"), "-K", at("theirs.pub"));
  copyFileSync(join(root, "build/cells/hello.npk"), at("package.npk"));
  copyFileSync(join(root, "build/cells/hello/hello.wasm"), at("module.wasm"));
});
after(() => rmSync(folder, { recursive: true }));

for (const input of ["package.npk", "module.wasm"]) {
  for (const key of ["ours", "theirs"]) {
    test(`it accepts what we sign: ${input} with a key that is ${key}`, { skip }, async () => {
      assert.equal(await ours("sign", at(input), "--key", at(key), "-o", at("signed")), 0);
      assertPeer("verify", "-i", at("signed"), "-K", at(`${key}.pub`));
      assert.notEqual(
        peer("verify", "-i", at("signed"), "-K", at(key === "ours" ? "theirs.pub" : "ours.pub")).status,
        0,
      );
    });

    for (const id of [[], ["-K", at(`${key}.pub`)]]) {
      const how = `${input} with a key that is ${key}, ${id.length ? "with" : "without"} its id`;
      test(`we accept what it signs: ${how}`, { skip }, async () => {
        assertPeer("sign", "-i", at(input), "-o", at("signed"), "-k", at(key), ...id);
        assert.equal(await ours("verify", at("signed"), "--key", at(`${key}.pub`)), 0);
        assert.equal(await ours("verify", at("signed"), "--key", at(key === "ours" ? "theirs.pub" : "ours.pub")), 1);
      });
    }
  }
}

test("a module that it split into parts is ours to verify, and to sign", { skip }, async () => {
  assertPeer("split", "-i", at("module.wasm"), "-o", at("split"), "-s", "^none$");
  const parts = namedSections(readFileSync(at("split"))).filter(({ name }) => name === "signature_delimiter").length;
  assert.ok(parts > 1);
  assertPeer("sign", "-i", at("split"), "-o", at("signed"), "-k", at("theirs"));
  assert.equal(signaturesOf(new Uint8Array(readFileSync(at("signed"))))[0].hashes.length, parts);
  assert.equal(await ours("verify", at("signed"), "--key", at("theirs.pub")), 0);
  assert.equal(await ours("sign", at("split"), "--key", at("ours"), "-o", at("signed")), 0);
  assertPeer("verify", "-i", at("signed"), "-K", at("ours.pub"), "-s", "^none$");
});

test("its signature beside ours: both count, for both", { skip }, async () => {
  assert.equal(await ours("sign", at("package.npk"), "--key", at("ours"), "-o", at("one")), 0);
  assertPeer("sign", "-i", at("one"), "-o", at("both"), "-k", at("theirs"), "-K", at("theirs.pub"));
  for (const key of ["ours.pub", "theirs.pub"]) {
    assertPeer("verify", "-i", at("both"), "-K", at(key));
    assert.equal(await ours("verify", at("both"), "--key", at(key)), 0);
  }
});

test("both refuse a byte that was changed, in every section", { skip }, async () => {
  assert.equal(await ours("sign", at("module.wasm"), "--key", at("ours"), "-o", at("signed")), 0);
  const bytes = readFileSync(at("signed"));
  for (const { end } of namedSections(bytes)) {
    const changed = Buffer.from(bytes);
    changed[end - 1] ^= 1;
    writeFileSync(at("changed"), changed);
    assert.notEqual(peer("verify", "-i", at("changed"), "-K", at("ours.pub")).status, 0, `byte ${end - 1}`);
    assert.equal(await ours("verify", at("changed"), "--key", at("ours.pub")), 1, `byte ${end - 1}`);
  }
});
