/*
 * C libraries in cells, on one machine (RUMPK_MACHINE): a program with a part in C computes the right result, a fault
 * in either part is reported with its source line, and the build reports errors in declarations.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
/** The build is the same for every machine: once is enough. */
const testOnce = machine === "node" ? test : () => {};
const DIGEST = join(root, "tests/machines/library/digest");

test("a cell with a C library, and faults in both of its parts", { skip }, async () => {
  const { stdout, stderr, status } = await rumpk(["run", ...on(machine), "--with", DIGEST], {
    input: "run digest rumpk\nrun digest script\necho $?\nrun digest c\necho $?\nrun digest again\n",
  });
  const hash = (text) => createHash("sha256").update(text).digest("hex");
  assert.equal(stdout, `${hash("rumpk")}\n131\n129\n${hash("again")}\n`, stderr);
  const line =
    readFileSync(join(DIGEST, "main.ts"), "utf8")
      .split("\n")
      .findIndex((text) => /"script"/.test(text)) + 1;
  assert.match(
    stderr,
    new RegExp(`^digest: division by zero in main \\(tests/machines/library/digest/main\\.ts:${line}\\)$`, "m"),
  );
  assert.match(stderr, /^digest: memory access out of bounds in crypto_hash_sha256_update$/m);
  assert.equal(status, 0);
});

/** Builds the cell with a replacement in one of its files; returns the build's output. */
async function builtWith(t, file, from, to) {
  const folder = join(scratchFolder(t), "digest");
  cpSync(DIGEST, folder, { recursive: true });
  const text = readFileSync(join(folder, file), "utf8");
  assert.ok(text.includes(from));
  writeFileSync(join(folder, file), text.replace(from, to));
  const system = join(folder, "system.kdl");
  writeFileSync(system, 'system "library" {\n  main "digest"\n  cell "uart"\n  cell "./"\n  unsealed\n}\n');
  const { status, stderr } = await rumpk(["build", "--on", "node", "--system", system]);
  return { status, stderr: stderr.replaceAll(`${folder}/`, "") };
}

const refusals = [
  [
    "a function that the library has not",
    "main.ts",
    "hash_sha256",
    "hash_md5",
    /^rumpk: main\.ts: library "libsodium" has no function crypto_hash_md5\n$/,
  ],
  [
    "a function of the library that cells may not use",
    "main.ts",
    "crypto_hash_sha256",
    "crypto_sign_ed25519_pk_to_curve25519",
    /has no function crypto_sign_ed25519_pk_to_curve25519/,
  ],
  [
    "another type than the library's",
    "main.ts",
    "length: u64",
    "length: usize",
    /^rumpk: main\.ts: import libsodium\.crypto_hash_sha256 expected \(i32, i32, i64\) -> i32, found \(i32, i32, i32\) -> i32\n$/,
  ],
  [
    "a library that is not in the manifest",
    "cell.kdl",
    'library "libsodium"',
    "",
    /^rumpk: main\.ts: import libsodium\.crypto_hash_sha256 .* is none of rumpk's calls or mmio\n$/,
  ],
  [
    "an unknown library",
    "cell.kdl",
    '"libsodium"',
    '"libfoo"',
    /^rumpk: cell\.kdl:8:11: unknown word "libfoo"; known: blake3, libsodium\n$/,
  ],
  [
    "a library beside a source that is not AssemblyScript",
    "cell.kdl",
    '"main.ts"',
    '"main.wat"',
    /^rumpk: cell\.kdl:\d+:\d+: /,
  ],
];

for (const [what, file, from, to, message] of refusals) {
  testOnce(`the build refuses ${what}`, async (t) => {
    const { status, stderr } = await builtWith(t, file, from, to);
    assert.match(stderr, message);
    assert.equal(status, 2);
  });
}

testOnce("a library that a cell names and does not use is no part of it", async (t) => {
  const { status, stderr } = await builtWith(
    t,
    "cell.kdl",
    'library "libsodium"',
    'library "libsodium"\n  library "blake3"',
  );
  assert.equal(status, 0, stderr);
  const module = new WebAssembly.Module(readFileSync(join(root, "build/cells/digest/digest.wasm")));
  const text = Buffer.from(readFileSync(join(root, "build/cells/digest/digest.wasm"))).toString("latin1");
  assert.deepEqual(
    WebAssembly.Module.exports(module)
      .map(({ name }) => name)
      .sort(),
    ["cell_main", "memory"],
  );
  assert.match(text, /crypto_hash_sha256_update/);
  assert.doesNotMatch(text, /blake3|ed25519/);
});
