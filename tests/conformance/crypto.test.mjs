/*
 * The cryptography that the system relies on, in the running system, on one machine (RUMPK_MACHINE): libsodium and
 * BLAKE3 as compiled into cells, and the kernel's own SipHash, against published vectors and other implementations. The
 * cell `crypto` answers one question per line; all questions go into one run.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { blake3 } from "@noble/hashes/blake3.js";
import { chosenMachine, missingTool, on } from "../lib/machines.mjs";
import { rumpk } from "../lib/rumpk.mjs";
import { RFC8032, siphashReference, wycheproof } from "./vectors.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const SYSTEM = "tests/conformance/crypto/crypto.kdl";

/**
 * Blocks have 64 bytes (SHA-256, BLAKE3) or 128 (SHA-512, BLAKE2b), chunks of BLAKE3 have 1,024: each boundary, and one
 * byte to either side.
 */
const LENGTHS = [
  ...Array.from({ length: 261 }, (_, length) => length),
  ...[512, 1024, 2048, 4096, 8192, 65536].flatMap((edge) => [edge - 1, edge, edge + 1]),
  100000,
];

/** The message that the cell makes of "@N". */
const pattern = (length) => Uint8Array.from({ length }, (_, index) => 31 * index + 7);
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const word = (text) => text || "-";

/** { question, answer, what } for all tests, by the name of the test. */
const questions = new Map();

function ask(name, question, answer, what = question) {
  if (!questions.has(name)) questions.set(name, []);
  questions.get(name).push({ question, answer, what });
}

function askEd25519() {
  for (const { publicKey, tests } of wycheproof("ed25519_test.json").testGroups) {
    for (const { tcId, comment, msg, sig, result } of tests) {
      const question = `verify ${publicKey.pk} ${word(sig)} ${word(msg)}`;
      ask("wycheproof", question, result === "valid" ? "good" : "bad", `tcId ${tcId} ${comment}`);
    }
  }
  for (const { seed, key, message, signature } of RFC8032) {
    ask("rfc8032", `sign ${seed} ${word(message)}`, `${key} ${signature}`);
    ask("rfc8032", `verify ${key} ${signature} ${word(message)}`, "good");
    ask("rfc8032", `verify ${key} ${signature} ${message}00`, "bad");
  }
}

function askHashes() {
  const oracles = {
    sha256: (bytes) => createHash("sha256").update(bytes).digest(),
    sha512: (bytes) => createHash("sha512").update(bytes).digest(),
    blake2b: (bytes) => createHash("blake2b512").update(bytes).digest(),
    blake3: (bytes) => blake3(bytes),
  };
  for (const [name, oracle] of Object.entries(oracles)) {
    for (const length of LENGTHS) ask(name, `${name} @${length}`, hex(oracle(pattern(length))));
  }
}

async function askSiphash() {
  const key = hex(Uint8Array.from({ length: 16 }, (_, index) => index));
  const of = ["sodium-siphash", "kernel-siphash"];
  for (const [length, hash] of (await siphashReference()).entries()) {
    const message = hex(Uint8Array.from({ length }, (_, index) => index));
    for (const name of of) ask(name, `${name} ${key} ${word(message)}`, hash);
  }
  for (const { tests } of wycheproof("siphash_2_4_test.json").testGroups) {
    for (const { tcId, key: own, msg, tag, result } of tests) {
      assert.equal(result, "valid");
      for (const name of of) ask(name, `${name} ${own} ${word(msg)}`, tag, `tcId ${tcId}`);
    }
  }
}

before(async () => {
  if (skip) return;
  askEd25519();
  askHashes();
  await askSiphash();
  const lines = [...questions.values()].flat().map(({ question }) => question);
  const input = `${lines.join("\n")}\n`;
  const { stdout, stderr, status } = await rumpk(["run", ...on(machine), "--system", SYSTEM], { input });
  assert.equal(status, 0, stderr);
  const answers = stdout.split("\n").slice(0, -1);
  assert.equal(answers.length, lines.length, stderr);
  let next = 0;
  for (const list of questions.values()) for (const one of list) one.found = answers[next++];
});

/** Checks every answer to the questions under a name, of which there are at least `least`. */
function check(name, least) {
  const list = questions.get(name) ?? [];
  assert.ok(list.length >= least, `${name}: only ${list.length} questions`);
  const wrong = list.filter(({ answer, found }) => found !== answer).map(({ what, found }) => `${what}: ${found}`);
  assert.deepEqual(wrong, []);
}

test("Ed25519 judges Wycheproof's signatures as Wycheproof does", { skip }, () => check("wycheproof", 150));

test("Ed25519 makes and accepts the signatures of RFC 8032", { skip }, () => check("rfc8032", 12));

test("SHA-256 and SHA-512 at every edge of a block are those of OpenSSL", { skip }, () => {
  check("sha256", 280);
  check("sha512", 280);
});

test("BLAKE2b at every edge of a block is that of OpenSSL", { skip }, () => check("blake2b", 280));

test("BLAKE3 at every edge of a block and a chunk is that of another implementation", { skip }, () => {
  check("blake3", 280);
});

test("SipHash-2-4, libsodium's and the kernel's, makes the reference's hashes and Wycheproof's", { skip }, () => {
  check("sodium-siphash", 100);
  check("kernel-siphash", 100);
});
