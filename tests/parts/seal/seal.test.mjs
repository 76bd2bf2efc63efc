/*
 * The sealing cell's verdicts on packages and tables: on good ones, with every single bit changed, cut at every length,
 * with wrong keys and classes, and on the output of a seeded fuzzer. `rumpk verify` on the same bytes is the oracle: it
 * is a separate implementation, with Node's own cryptography.
 *
 *   RUMPK_FUZZ=N      packages that the fuzzer makes
 *   RUMPK_SEED=S      its seed
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as abi from "../../../build/host/abi.js";
import { keyId, newKeyPair, sign } from "../../../build/host/pipeline/package/keys.js";
import { assemblePackage, hashesOf, signModule } from "../../../build/host/pipeline/package/package.js";
import { packageHash, sealTable } from "../../../build/host/pipeline/package/seal-table.js";
import { encodeSignatures, signedMessage } from "../../../build/host/pipeline/package/signature.js";
import { verifyPackage } from "../../../build/host/pipeline/package/verify.js";
import { readManifest } from "../../../build/host/pipeline/manifest/manifest.js";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { imports, size, verdictsOn } from "./cell.mjs";

const COUNT = Number(process.env.RUMPK_FUZZ ?? 3000);
const SEED = Number(process.env.RUMPK_SEED ?? 20261121);
/** Bytes of the cell's module: what verifying costs every sealed system. */
const SIZE_MAX = 40000;
const ALL = abi.KEY_WASM | abi.KEY_NATIVE | abi.KEY_DMA;
const MODULE = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0]);

const [release, developer, stranger] = [newKeyPair(), newKeyPair(), newKeyPair()];
const trusted = [
  { key: release.public, classes: ALL },
  { key: developer.public, classes: abi.KEY_WASM },
];

/** An ImageRecord; with `whole` its last byte is not 0, so that the package holds all of it. */
function recordOf({ name = "small", flags = 0, whole = false } = {}) {
  const record = Buffer.alloc(abi.IMAGE_SIZE);
  record.write(name);
  record.writeUInt32LE(flags, abi.ImageRecord.fields.flags.offset);
  if (whole) record[abi.IMAGE_SIZE - 1] = 1;
  return new Uint8Array(record);
}

/** A package and the record that it is made for. */
function packageOf(pair, record = recordOf(), natives = []) {
  const parts = { module: MODULE, record, forms: new Map([["node", MODULE]]), natives: new Map(natives) };
  return signModule(assemblePackage(parts), pair);
}

const tableOf = (entries, signer = release) => sealTable({ signer, trusted }, entries);
const entryOf = (record, bytes, name = "small") => ({ name, hash: packageHash(record, bytes) });
const theTable = (bytes) => ({ image: abi.SEAL_TABLE_IMAGE, bytes });
const image = (record, bytes, form) => ({ image: 0, form, bytes: Buffer.concat([record, bytes]) });

/** The cell's verdict on a package whose bytes are in the table: only its own signature can tell. */
function verdictOf(bytes, record = recordOf()) {
  const [table, found] = verdictsOn([theTable(tableOf([entryOf(record, bytes)])), image(record, bytes)]);
  assert.equal(table.verdict, abi.SEAL_GOOD);
  return found;
}

const flipped = (bytes, bit) => {
  const out = Uint8Array.from(bytes);
  out[bit >> 3] ^= 1 << (bit & 7);
  return out;
};

test("a signed package is good, for the classes of its key", () => {
  assert.deepEqual(verdictOf(packageOf(release)), { verdict: abi.SEAL_GOOD, classes: ALL });
  assert.deepEqual(verdictOf(packageOf(developer)), { verdict: abi.SEAL_GOOD, classes: abi.KEY_WASM });
});

test("the cell is small, and calls nothing but meta and, to say why it failed, send", () => {
  assert.ok(size < SIZE_MAX, `${size} bytes`);
  assert.deepEqual(imports, ["rumpk.meta", "rumpk.send"]);
});

test("a manifest with `seal` has nothing that gives it power", (t) => {
  const folder = scratchFolder(t);
  for (const node of ['promises "stdio"', "channel 0x1001", "dma", "manages-cells", "ledger", "accepts-grants"]) {
    cpSync(join(root, "cells/seal"), folder, { recursive: true });
    const text = readFileSync(join(folder, "cell.kdl"), "utf8");
    writeFileSync(join(folder, "cell.kdl"), text.replace("  seal\n", `  seal\n  ${node}\n`));
    assert.throws(() => readManifest(folder), /holds no capability/, node);
  }
});

test("two keys count together, a signature without a key id counts, and so does one over several parts", () => {
  const twice = signModule(packageOf(developer), release);
  assert.deepEqual(verdictOf(twice), { verdict: abi.SEAL_GOOD, classes: ALL });
  const delimiter = [0, 23, 19, ...Buffer.from("signature_delimiter"), 1, 2, 3];
  const module = assemblePackage({ module: MODULE, record: recordOf(), forms: new Map(), natives: new Map() });
  const body = Uint8Array.from([
    ...module.subarray(0, 8),
    ...module.subarray(8, 14),
    ...delimiter,
    ...module.subarray(14),
  ]);
  const hashes = hashesOf(body);
  assert.equal(hashes.length, 2);
  const contents = encodeSignatures([
    { hashes: [hashes[1]], signatures: [{ keyId: keyId(stranger.public), signature: new Uint8Array(64) }] },
    { hashes, signatures: [{ keyId: new Uint8Array(0), signature: sign(developer, signedMessage(hashes)) }] },
  ]);
  const inner = [9, ...Buffer.from("signature"), ...contents];
  const section = [0, (inner.length & 127) | 128, inner.length >> 7, ...inner];
  const bytes = Uint8Array.from([...body.subarray(0, 8), ...section, ...body.subarray(8)]);
  assert.equal(verifyPackage(bytes, trusted).code, abi.SEAL_GOOD);
  assert.deepEqual(verdictOf(bytes), { verdict: abi.SEAL_GOOD, classes: abi.KEY_WASM });
});

test("a package that nobody, a stranger, or the wrong class of key signed is refused, each by its reason", () => {
  const parts = { module: MODULE, record: recordOf(), forms: new Map(), natives: new Map() };
  assert.equal(verdictOf(assemblePackage(parts)).verdict, abi.SEAL_UNSIGNED);
  assert.equal(verdictOf(packageOf(stranger)).verdict, abi.SEAL_UNKNOWN_KEY);
  const dma = recordOf({ flags: abi.IMAGE_DMA });
  assert.equal(verdictOf(packageOf(developer, dma), dma).verdict, abi.SEAL_CLASS);
  assert.equal(verdictOf(packageOf(release, dma), dma).verdict, abi.SEAL_GOOD);
  const native = [["riscv64-with-a-long-name", Uint8Array.from([1, 2, 3])]];
  assert.equal(verdictOf(packageOf(developer, recordOf(), native)).verdict, abi.SEAL_CLASS);
  assert.equal(verdictOf(packageOf(release, recordOf(), native)).verdict, abi.SEAL_GOOD);
});

test("the signed manifest must be the record that the kernel has, but for what a system adds", () => {
  const record = recordOf({ flags: abi.IMAGE_ACCEPTS_GRANTS, whole: true });
  const bytes = packageOf(release, record);
  const verdictFor = (flags) => verdictOf(bytes, recordOf({ flags, whole: true })).verdict;
  const own = abi.IMAGE_ACCEPTS_GRANTS;
  assert.equal(verdictFor(own), abi.SEAL_GOOD);
  assert.equal(verdictFor(own | abi.IMAGE_NATIVE), abi.SEAL_GOOD);
  assert.equal(verdictFor(own | abi.IMAGE_MAIN | abi.IMAGE_BOOT), abi.SEAL_GOOD);
  assert.equal(verdictFor(own | abi.IMAGE_BOOT), abi.SEAL_CHANGED);
  assert.equal(verdictFor(own | abi.IMAGE_MANAGES_CELLS), abi.SEAL_CHANGED);
  assert.equal(verdictFor(0), abi.SEAL_CHANGED);
  for (let at = 64; at < abi.IMAGE_SIZE; at += 61) {
    assert.equal(verdictOf(bytes, flipped(record, 8 * at)).verdict, abi.SEAL_CHANGED, `byte ${at}`);
  }
  const without = { module: MODULE, record: undefined, forms: new Map(), natives: new Map() };
  assert.equal(verdictOf(signModule(assemblePackage(without), release)).verdict, abi.SEAL_CHANGED);
});

test("every single-bit flip of a package is refused, as outside, even when the table has its hash", () => {
  const bytes = packageOf(release);
  const record = recordOf();
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = flipped(bytes, bit);
    const expected = verifyPackage(changed, trusted).code;
    assert.notEqual(expected, abi.SEAL_GOOD);
    assert.equal(verdictOf(changed, record).verdict, expected, `bit ${bit}`);
  }
});

test("every single-bit flip of a native package is refused", () => {
  const record = recordOf({ flags: abi.IMAGE_NATIVE });
  const code = createHash("sha512").update("code").digest();
  const table = theTable(tableOf([entryOf(record, code)]));
  const verdict = (bytes) => verdictsOn([table, image(record, bytes, abi.SEAL_FORM_NATIVE)])[1];
  assert.deepEqual(verdict(code), { verdict: abi.SEAL_GOOD, classes: ALL });
  for (let bit = 0; bit < 8 * code.length; bit++) {
    assert.equal(verdict(flipped(code, bit)).verdict, abi.SEAL_CHANGED, `bit ${bit}`);
  }
  assert.equal(verdict(code.subarray(1)).verdict, abi.SEAL_CHANGED);
  assert.equal(verdict(new Uint8Array(0)).verdict, abi.SEAL_TRUNCATED);
});

test("native code needs a native key, and DMA a key for DMA, over the table", () => {
  const verdict = (flags) => {
    const record = recordOf({ flags });
    const table = theTable(tableOf([entryOf(record, MODULE)], developer));
    return verdictsOn([table, image(record, MODULE, abi.SEAL_FORM_NATIVE)])[1].verdict;
  };
  assert.equal(verdict(abi.IMAGE_NATIVE), abi.SEAL_CLASS);
  assert.equal(verdict(abi.IMAGE_NATIVE | abi.IMAGE_DMA), abi.SEAL_CLASS);
});

test("a package that the table has not, or has under another name or hash, is refused", () => {
  const record = recordOf();
  const bytes = packageOf(release);
  const verdict = (entries) => verdictsOn([theTable(tableOf(entries)), image(record, bytes)])[1].verdict;
  assert.equal(verdict([]), abi.SEAL_UNSIGNED);
  assert.equal(verdict([entryOf(record, bytes, "other")]), abi.SEAL_CHANGED);
  assert.equal(verdict([entryOf(record, MODULE)]), abi.SEAL_CHANGED);
});

test("without a good table nothing is good: every bit of it, every length, and none at all", () => {
  const record = recordOf();
  const bytes = packageOf(release);
  const table = tableOf([entryOf(record, bytes)]);
  const verdicts = (changed) => verdictsOn([theTable(changed), image(record, bytes)]).map(({ verdict }) => verdict);
  assert.deepEqual(verdicts(table), [abi.SEAL_GOOD, abi.SEAL_GOOD]);
  const refused = [abi.SEAL_NO_TABLE, abi.SEAL_NO_TABLE];
  for (let bit = 0; bit < 8 * table.length; bit++)
    assert.deepEqual(verdicts(flipped(table, bit)), refused, `bit ${bit}`);
  for (let length = 0; length < table.length; length++) assert.deepEqual(verdicts(table.subarray(0, length)), refused);
  assert.deepEqual(verdicts(Buffer.concat([table, Buffer.alloc(1)])), refused);
  assert.deepEqual(verdicts(Buffer.concat([table, Buffer.alloc(9000)])), refused);
  assert.equal(verdictsOn([image(record, bytes)])[0].verdict, abi.SEAL_NO_TABLE);
  assert.deepEqual(
    verdictsOn([theTable(table), theTable(flipped(table, 900)), image(record, bytes)])[2].verdict,
    refused[0],
  );
});

test("a package that is cut short or has something behind it is refused", () => {
  const bytes = packageOf(release);
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length);
    assert.equal(verdictOf(cut).verdict, verifyPackage(cut, trusted).code, `length ${length}`);
    assert.notEqual(verdictOf(cut).verdict, abi.SEAL_GOOD);
  }
  const longer = Buffer.concat([bytes, Uint8Array.from([0, 2, 1, 120])]);
  assert.equal(verdictOf(longer).verdict, abi.SEAL_CHANGED);
});

/** xorshift32: whole numbers below `limit`. */
function randomFrom(seed) {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Byte values that lengths and numbers are likely to break on. */
const NASTY = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0x00],
  [0x7f],
  [0x80],
];

/** One to four changes: bytes set, cut out, inserted, duplicated or moved. */
function mutated(bytes, random) {
  let out = Buffer.from(bytes);
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(out.length + 1);
    const length = Math.min(random(40), out.length - at);
    const part = out.subarray(at, at + length);
    const kind = random(5);
    if (kind === 0 && at < out.length) out[at] = random(256);
    if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
    if (kind === 2)
      out = Buffer.concat([out.subarray(0, at), Buffer.from(NASTY[random(NASTY.length)]), out.subarray(at)]);
    if (kind === 3) out = Buffer.concat([out.subarray(0, at), part, out.subarray(at)]);
    if (kind === 4) out = Buffer.concat([part, out.subarray(0, at), out.subarray(at + length)]);
  }
  return new Uint8Array(out);
}

test(`no package makes the cell trap or accept what was not signed (${COUNT} packages, seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  const seeds = [packageOf(release), packageOf(stranger), signModule(packageOf(developer), release)];
  const signed = seeds.map((seed) => String(hashesOf(seed)));
  const counts = { accepted: 0, refused: 0 };
  for (let round = 0; round < COUNT; round++) {
    const bytes = mutated(seeds[random(seeds.length)], random);
    const isGood = verdictOf(bytes).verdict === abi.SEAL_GOOD;
    const place = `RUMPK_SEED=${SEED}, round ${round}`;
    assert.equal(isGood, verifyPackage(bytes, trusted).code === abi.SEAL_GOOD, place);
    // One of two signatures may be broken; the signed bytes may not.
    if (isGood) assert.ok(signed.includes(String(hashesOf(bytes))), place);
    counts[isGood ? "accepted" : "refused"]++;
  }
  assert.ok(counts.refused > COUNT / 2, JSON.stringify(counts));
});

test(`no table makes the cell trap (${COUNT} tables, seed ${SEED})`, () => {
  const random = randomFrom(SEED + 1);
  const record = recordOf();
  const bytes = packageOf(release);
  const table = tableOf([entryOf(record, bytes)]);
  for (let round = 0; round < COUNT; round++) {
    const changed = mutated(table, random);
    if (Buffer.compare(changed, table) === 0) continue;
    const found = verdictsOn([theTable(changed), image(record, bytes)]).map(({ verdict }) => verdict);
    assert.deepEqual(found, [abi.SEAL_NO_TABLE, abi.SEAL_NO_TABLE], `RUMPK_SEED=${SEED}, round ${round}`);
  }
});
