/*
 * Packages and tables of seals, in this process: what is signed is accepted, everything else is refused. The tests flip
 * every bit of a small package and try every prefix of it, and the same with the table of seals.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as abi from "../../../build/host/abi.js";
import { ALL_CLASSES } from "../../../build/host/pipeline/package/classes.js";
import { keyId, keyPairBytes, newKeyPair, publicKeyBytes } from "../../../build/host/pipeline/package/keys.js";
import {
  assemblePackage,
  customSection,
  hashesOf,
  namedSections,
  partsOf,
  signModule,
  signaturesOf,
} from "../../../build/host/pipeline/package/package.js";
import { packageHash, readSealTable, sealTable } from "../../../build/host/pipeline/package/seal-table.js";
import { decodeSignatures, encodeSignatures } from "../../../build/host/pipeline/package/signature.js";
import { verifyPackage } from "../../../build/host/pipeline/package/verify.js";
import { EMPTY_MODULE, packageOf } from "../../lib/packages.mjs";

const [one, other] = [newKeyPair(), newKeyPair()];
const trust = (pair, classes = ALL_CLASSES) => ({ key: pair.public, classes });
const codeOf = (bytes, ...trusted) => verifyPackage(bytes, trusted.length ? trusted : [trust(one)]).code;

/** A record with these flags. */
function recordOf(flags) {
  const record = new Uint8Array(abi.IMAGE_SIZE);
  record.set(Buffer.from("probe"));
  new DataView(record.buffer).setUint32(abi.ImageRecord.fields.flags.offset, flags, true);
  return record;
}

/** The bytes with one bit flipped. */
function flipped(bytes, bit) {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

const small = packageOf({ record: recordOf(0), forms: new Map([["node", Uint8Array.of(1, 2, 3)]]) }, one);

test("a package keeps its parts, and any engine takes it for a module", () => {
  const parts = { record: recordOf(abi.IMAGE_BOOT), forms: new Map([["node", Uint8Array.of(7)]]), natives: new Map() };
  parts.natives.set("riscv64", Uint8Array.of(1, 2));
  const bytes = packageOf(parts, one);
  assert.ok(WebAssembly.validate(bytes));
  const found = partsOf(bytes);
  assert.deepEqual(found.record, parts.record);
  assert.deepEqual([...found.forms], [...parts.forms]);
  assert.deepEqual([...found.natives], [...parts.natives]);
  assert.deepEqual(customSection(bytes, "rumpk.form.node"), Uint8Array.of(7));
});

test("the layout is that of Signatures.md: the signature first, one part, a delimiter of 16 bytes at its end", () => {
  const sections = namedSections(small);
  assert.equal(sections[0].name, "signature");
  assert.equal(sections.at(-1).name, "signature_delimiter");
  assert.equal(sections.at(-1).end - sections.at(-1).inside, 16);
  const contents = small.subarray(sections[0].inside, sections[0].end);
  assert.deepEqual([...contents.subarray(0, 4)], [1, 1, 1, 1]);
  const [{ hashes, signatures }] = signaturesOf(small);
  assert.deepEqual(hashes, hashesOf(small));
  assert.deepEqual(
    signatures.map((each) => each.keyId),
    [keyId(one.public)],
  );
  assert.deepEqual(encodeSignatures(decodeSignatures(contents)), contents);
});

test("key files are those of Signatures.md", () => {
  assert.deepEqual([...keyPairBytes(one)], [0x81, ...one.secret, ...one.public]);
  assert.deepEqual([...publicKeyBytes(one.public)], [0x01, ...one.public]);
});

test("the same key makes the same package, and takes nothing from another's signature", () => {
  const record = recordOf(0);
  assert.deepEqual(packageOf({ record }, one), packageOf({ record }, one));
  const both = signModule(small, other);
  assert.equal(codeOf(both), abi.SEAL_GOOD);
  assert.equal(codeOf(both, trust(other)), abi.SEAL_GOOD);
  assert.deepEqual(signModule(both, other), both);
});

test("every bit counts", () => {
  assert.equal(codeOf(small), abi.SEAL_GOOD);
  for (let bit = 0; bit < small.length * 8; bit++) {
    assert.notEqual(codeOf(flipped(small, bit)), abi.SEAL_GOOD, `bit ${bit & 7} of byte ${bit >> 3}`);
  }
});

test("no beginning of a package is one, and nothing may stand behind it", () => {
  for (let length = 0; length < small.length; length++) {
    assert.notEqual(codeOf(small.subarray(0, length)), abi.SEAL_GOOD, `${length} bytes`);
  }
  const section = [0, 5, 4, ...Buffer.from("more")];
  assert.equal(codeOf(Uint8Array.from([...small, ...section])), abi.SEAL_CHANGED);
  assert.equal(codeOf(Uint8Array.from([...small, 0])), abi.SEAL_TRUNCATED);
});

test("each refusal has its reason", () => {
  const unsigned = assemblePackage({ ...partsOf(small), module: EMPTY_MODULE });
  assert.equal(codeOf(unsigned), abi.SEAL_UNSIGNED);
  assert.equal(codeOf(small, trust(other)), abi.SEAL_UNKNOWN_KEY);
  const form = namedSections(small).find(({ name }) => name === "rumpk.form.node");
  assert.equal(codeOf(flipped(small, 8 * form.inside)), abi.SEAL_CHANGED);
  const signature = namedSections(small)[0];
  assert.equal(codeOf(flipped(small, 8 * (signature.end - 1))), abi.SEAL_WRONG);
  assert.equal(codeOf(small.subarray(0, -1)), abi.SEAL_TRUNCATED);
});

test("a signature counts by its key's id, or without one", () => {
  const [{ hashes, signatures }] = signaturesOf(small);
  const { end } = namedSections(small)[0];
  const withId = (id) => {
    const contents = encodeSignatures([{ hashes, signatures: [{ ...signatures[0], keyId: id }] }]);
    const name = [9, ...Buffer.from("signature")];
    const head = [0, ...leb(name.length + contents.length), ...name];
    return Uint8Array.from([...small.subarray(0, 8), ...head, ...contents, ...small.subarray(end)]);
  };
  assert.equal(codeOf(withId(keyId(one.public))), abi.SEAL_GOOD);
  assert.equal(codeOf(withId(new Uint8Array(0))), abi.SEAL_GOOD);
  assert.equal(codeOf(withId(keyId(other.public))), abi.SEAL_UNKNOWN_KEY);
});

const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);

test("classes: WebAssembly, native code, DMA", () => {
  const { KEY_WASM, KEY_NATIVE, KEY_DMA } = abi;
  const native = packageOf({ record: recordOf(0), natives: new Map([["riscv64", Uint8Array.of(1)]]) }, one);
  const dma = packageOf({ record: recordOf(abi.IMAGE_DMA) }, one);
  for (const [bytes, needed] of [
    [small, KEY_WASM],
    [native, KEY_WASM | KEY_NATIVE],
    [dma, KEY_WASM | KEY_DMA],
  ]) {
    for (let classes = 0; classes <= ALL_CLASSES; classes++) {
      const expected = (classes & needed) === needed ? abi.SEAL_GOOD : abi.SEAL_CLASS;
      assert.equal(codeOf(bytes, trust(one, classes)), expected, `needs ${needed}, has ${classes}`);
    }
  }
  const together = signModule(native, other);
  assert.equal(codeOf(together, trust(one, KEY_WASM), trust(other, KEY_NATIVE)), abi.SEAL_GOOD);
});

test("two sections of Rumpk's with one name are refused", () => {
  const twice = Uint8Array.from([...small.subarray(0, namedSections(small).at(-1).start), ...formSection()]);
  assert.equal(codeOf(signModule(twice, one)), abi.SEAL_TRUNCATED);
});

const formSection = () => [0, 18, 15, ...Buffer.from("rumpk.form.node"), 9, 9];

const images = ["uart", "probe"].map((name) => ({ name, hash: packageHash(recordOf(0), Buffer.from(name)) }));
const table = sealTable({ signer: one, trusted: [trust(other, 1), trust(one)] }, images);

test("the table of seals has its layout, and is read back", () => {
  const entries = 80 + 2 * abi.SealKey.size;
  assert.equal(table.length, entries + 2 * abi.SealEntry.size);
  assert.equal(Buffer.from(table).readUInt32LE(0), abi.SEAL_MAGIC);
  assert.deepEqual(table.subarray(80 + 8, 80 + 40), other.public);
  assert.deepEqual(table.subarray(entries + 32, entries + 64), images[0].hash);
  assert.deepEqual(
    readSealTable("here", table, [trust(one)]).map(({ name, hash }) => [name, hash]),
    images.map(({ name, hash }) => [name, hash]),
  );
});

test("every bit of the table of seals counts, and so does its length", () => {
  const refused = (bytes, what) => assert.throws(() => readSealTable("here", bytes, [trust(one)]), /^UserError/, what);
  for (let bit = 0; bit < table.length * 8; bit++) refused(flipped(table, bit), `bit ${bit & 7} of byte ${bit >> 3}`);
  for (let length = 0; length < table.length; length++) refused(table.subarray(0, length), `${length} bytes`);
  refused(Uint8Array.from([...table, 0]), "one byte more");
  assert.throws(() => readSealTable("here", table, [trust(newKeyPair())]), /not trusted/);
});
