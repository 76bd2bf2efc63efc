/*
 * The package commands as a user knows them: keygen, sign, verify and inspect on the package that the build made, their
 * errors, and systems that name their keys. The development key of these tests is in its own folder, as in a fresh
 * clone.
 */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { namedSections } from "../../../build/host/pipeline/package/package.js";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const config = mkdtempSync(join(tmpdir(), "rumpk-config-"));
const env = { XDG_CONFIG_HOME: config };
const hello = join(config, "hello.npk");
const command = (...args) => rumpk(args, { env });

before(async () => {
  const { status, stderr } = await command("build", "--system", "hello");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^hello is unsealed: [^\n]+\n$/);
  copyFileSync(join(root, "build/cells/hello.npk"), hello);
});
after(() => rmSync(config, { recursive: true }));

/** Checks for one line of error with this status. */
function assertRefused({ status, stdout, stderr }, expected, ...patterns) {
  assert.match(stderr, /^rumpk: [^\n]+\n$/);
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.equal(stdout, "");
  assert.equal(status, expected);
}

/** A new key pair's file. */
async function newKey(t, name = "own.key") {
  const file = join(scratchFolder(t), name);
  const { status, stderr } = await command("keygen", file);
  assert.equal(status, 0, stderr);
  return file;
}

/** The package with the byte `at` of the section `name` inverted; a file. */
function tampered(t, name, at) {
  const bytes = readFileSync(hello);
  const section = namedSections(bytes).find((each) => each.name === name || `section ${each.id}` === name);
  bytes[(at < 0 ? section.end : section.inside) + at] ^= 0x10;
  const file = join(scratchFolder(t), "hello.npk");
  writeFileSync(file, bytes);
  return file;
}

test("the first build made the development key, for its owner only", () => {
  const key = join(config, "rumpk/development.key");
  assert.equal(statSync(key).size, 65);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.equal(readFileSync(key)[0], 0x81);
});

test("verify: the package that the build left is good, by the trusted keys", async () => {
  const { status, stdout, stderr } = await command("verify", hello);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /hello\.npk: signed by [0-9a-f]{24} \(wasm native dma\)\n$/);
});

test("verify: another person's packages are refused", async (t) => {
  const result = await rumpk(["verify", hello], { env: { XDG_CONFIG_HOME: scratchFolder(t) } });
  assertRefused(result, 1, /hello\.npk: .*not trusted \([0-9a-f]{24}\)/);
});

test("keygen, sign, verify", async (t) => {
  const key = await newKey(t);
  assert.deepEqual([statSync(key).size, statSync(`${key}.pub`).size], [65, 33]);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  const signed = join(dirname(key), "signed.npk");
  assert.equal((await command("sign", hello, "--key", key, "-o", signed)).status, 0);
  for (const trusted of [[], ["--key", `${key}.pub`], ["--key", key]]) {
    const { status, stdout, stderr } = await command("verify", signed, ...trusted);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /signed by/);
  }
  assertRefused(await command("verify", hello, "--key", `${key}.pub`), 1, /not trusted/);
});

test("sign: in place, and twice by one key is once", async (t) => {
  const key = await newKey(t);
  const file = join(dirname(key), "hello.npk");
  copyFileSync(hello, file);
  assert.equal((await command("sign", file, "--key", key)).status, 0);
  const once = readFileSync(file);
  assert.equal((await command("sign", file, "--key", key)).status, 0);
  assert.deepEqual(readFileSync(file), once);
  assert.notDeepEqual(once, readFileSync(hello));
});

test("keygen writes over nothing", async (t) => {
  const key = await newKey(t);
  const old = readFileSync(key);
  assertRefused(await command("keygen", key), 2, /own\.key: exists already/);
  assert.deepEqual(readFileSync(key), old);
});

for (const [name, at, reason] of [
  ["signature", -1, /does not match/],
  ["section 1", 1, /not those that were signed/],
  ["section 10", 4, /not those that were signed/],
  ["rumpk.manifest", 3, /not those that were signed/],
  ["rumpk.form.node", 100, /not those that were signed/],
  ["signature_delimiter", 5, /not those that were signed/],
]) {
  test(`verify: one bit of ${name}`, async (t) => {
    assertRefused(await command("verify", tampered(t, name, at)), 1, /hello\.npk: /, reason);
  });
}

test("verify: a package that is cut short, a module that is not signed, a file that is no module", async (t) => {
  const folder = scratchFolder(t);
  const file = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const bytes = readFileSync(hello);
  assertRefused(await command("verify", file("short.npk", bytes.subarray(0, -9))), 1, /short\.npk: .*cut short/);
  assertRefused(await command("verify", join(root, "build/cells/hello/hello.wasm")), 1, /hello\.wasm: .*not signed/);
  assertRefused(await command("verify", file("none.npk", "no module")), 1, /none\.npk: .*malformed/);
  assertRefused(await command("verify", hello, join(folder, "nosuch.npk")).then(withoutOutput), 2, /nosuch\.npk: /);
});

const withoutOutput = (result) => ({ ...result, stdout: "" });

test("inspect: the manifest, the forms and the signers", async () => {
  const { status, stdout, stderr } = await command("inspect", hello);
  assert.equal(status, 0, stderr);
  for (const row of [/^ +name +hello$/m, /^ +kind +npk$/m, /^ +promises +stdio$/m, /^ +channels +0x1001 0x1002$/m])
    assert.match(stdout, row);
  assert.match(stdout, /^ +rumpk\.form\.node +\d+ bytes, SHA-256 [0-9a-f]{64}$/m);
  const json = JSON.parse((await command("inspect", hello, "--json")).stdout);
  assert.equal(json.name, "hello");
  assert.match(json["signed by"], /^[0-9a-f]{24}$/);
});

test("keys that are none", async (t) => {
  const folder = scratchFolder(t);
  const file = join(folder, "bad.key");
  writeFileSync(file, "no key");
  const copy = join(folder, "hello.npk");
  copyFileSync(hello, copy);
  assertRefused(await command("sign", copy, "--key", file), 2, /bad\.key: .*key pair/);
  assertRefused(await command("verify", copy, "--key", file), 2, /bad\.key: .*public key/);
  assertRefused(await command("sign", copy, "--key", join(folder, "nosuch")), 2, /nosuch: .*ENOENT/);
  const key = await newKey(t);
  assertRefused(await command("sign", copy, "--key", `${key}.pub`), 2, /own\.key\.pub: .*public key/);
  const bytes = readFileSync(key);
  bytes[64] ^= 1;
  writeFileSync(file, bytes);
  assertRefused(await command("sign", copy, "--key", file), 2, /bad\.key: .*do not belong together/);
  assert.deepEqual(readFileSync(copy), readFileSync(hello));
});

/** A system of hello and the console with these additional nodes; the path of its description. */
function systemWith(folder, ...nodes) {
  const cell = (name) => `  cell "${resolve(root, "cells", name)}"`;
  const lines = ['system "trusting" {', '  main "hello"', cell("uart"), cell("hello"), ...nodes, "}", ""];
  writeFileSync(join(folder, "trusting.kdl"), lines.join("\n"));
  return join(folder, "trusting.kdl");
}

test("a system that names its keys trusts no other, and is built with --key", async (t) => {
  const key = await newKey(t, "release.key");
  const system = systemWith(dirname(key), '  trust "release.key.pub" "wasm"', "  unsealed");
  assertRefused(await command("build", "--system", system), 2, /trusting does not trust the key that signs/, /--key/);
  const built = await command("build", "--system", system, "--key", key);
  assert.equal(built.status, 0, built.stderr);
  const file = join(root, "build/system/trusting/hello.npk");
  const { status, stdout, stderr } = await command("verify", file, "--system", system);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /\(wasm\)\n$/);
  assertRefused(await command("verify", file), 1, /not trusted/);
});

test("a key that may not sign native code signs no image", async (t) => {
  const key = await newKey(t, "release.key");
  const system = systemWith(dirname(key), '  trust "release.key.pub" "wasm"', '  key "release.key"', "  unsealed");
  const refused = await command("build", "--system", system, "--on", "riscv64");
  assertRefused(refused, 2, /may not sign native code/, /"wasm" only/);
  assert.ok(!existsSync(join(root, "build/riscv64/trusting.elf")));
});

test("wrong words about keys are one line with their place", async (t) => {
  const folder = scratchFolder(t);
  const wrong = systemWith(folder, '  trust "release.pub" "everything"', "  unsealed");
  assertRefused(await command("build", "--system", wrong), 2, /trusting\.kdl:5:\d+: .*everything.*wasm, native, dma/);
  const missing = systemWith(folder, '  trust "nosuch.pub"', "  unsealed");
  assertRefused(await command("build", "--system", missing), 2, /nosuch\.pub: /);
});
