/*
 * A package (.npk): a WebAssembly module that every tool can read, with Rumpk's data in custom sections.
 *
 *   signature              the signatures (signature.ts); the first section when the package is signed
 *   ...                    the cell's module as its compiler made it
 *   rumpk.manifest         its ImageRecord, without the zeros at the end
 *   rumpk.form.node        the module as the Node machine runs it (Asyncify, watchdog)
 *   rumpk.form.wasmtime    the module as wasmtime runs it (guards, watchdog, Asyncify)
 *   rumpk.native.<isa>     native code, if included
 *   signature_delimiter    16 unguessable bytes; ends the signed part
 *
 * Each hash of a signature is the SHA-256 of all sections after the signature, up to the end of its part. So the
 * signature covers every section, and a package with one delimiter at its end is signed as a whole.
 */
import { createHash, createHmac } from "node:crypto";

import * as abi from "../../abi.js";
import { Reader, Section, sectionsOf, unsignedBytes } from "../wasm/reader.js";
import { KeyPair, keyId, sign } from "./keys.js";
import { SignedHashes, decodeSignatures, encodeSignatures, signedMessage } from "./signature.js";

export const MANIFEST = "rumpk.manifest";
export const FORM = "rumpk.form.";
export const NATIVE = "rumpk.native.";
const OWN = "rumpk.";
const SIGNATURE = "signature";
const DELIMITER = "signature_delimiter";
const DELIMITER_SIZE = 16;
const MODULE_HEAD = 8;

/** What a package is made of. */
export interface Parts {
  /** The cell's module. */
  module: Uint8Array;
  /** Its ImageRecord, IMAGE_SIZE bytes; undefined in a module that is not a package. */
  record: Uint8Array | undefined;
  /** Derived forms by name: "node", "wasmtime". */
  forms: Map<string, Uint8Array>;
  /** Native code by instruction set. */
  natives: Map<string, Uint8Array>;
}

/** A section with its name; only custom sections have one. */
export interface NamedSection extends Section {
  name: string | undefined;
  /** Offset of the contents after the name. */
  inside: number;
}

/** The sections of a module with the names of custom ones. Throws an Error when the bytes are not a complete module. */
export function namedSections(bytes: Uint8Array): NamedSection[] {
  return sectionsOf(bytes).map((section) => {
    if (section.end > bytes.length) throw new Error("the module is cut short");
    if (section.id !== 0) return { ...section, name: undefined, inside: section.body };
    const reader = new Reader(bytes, section.body, section.end);
    const name = reader.name();
    if (reader.at > section.end) throw new Error("the name of a custom section is cut short");
    return { ...section, name, inside: reader.at };
  });
}

/** The contents of the first custom section of that name, or undefined. */
export function customSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const found = namedSections(bytes).find((section) => section.name === name);
  return found && bytes.subarray(found.inside, found.end);
}

/** The package of these parts, still unsigned. */
export function assemblePackage({ module, record, forms, natives }: Parts): Uint8Array {
  const isForeign = (name: string | undefined) => name === SIGNATURE || name === DELIMITER || name?.startsWith(OWN);
  const kept = namedSections(module).filter(({ name }) => !isForeign(name));
  const manifest = record ? [custom(MANIFEST, record.subarray(0, record.findLastIndex((byte) => byte !== 0) + 1))] : [];
  return concatenated([
    module.subarray(0, MODULE_HEAD),
    ...kept.map(({ start, end }) => module.subarray(start, end)),
    ...manifest,
    ...[...forms].map(([name, form]) => custom(FORM + name, form)),
    ...[...natives].map(([isa, code]) => custom(NATIVE + isa, code)),
  ]);
}

/** The parts of a package, or of any module. Throws an Error if a section of Rumpk's appears twice. */
export function partsOf(bytes: Uint8Array): Parts {
  const parts: Parts = { module: bytes, record: undefined, forms: new Map(), natives: new Map() };
  const seen = new Set<string>();
  for (const { name, inside, end } of namedSections(bytes)) {
    if (!name?.startsWith(OWN)) continue;
    if (seen.has(name)) throw new Error(`it has two sections ${name}`);
    seen.add(name);
    const contents = bytes.subarray(inside, end);
    if (name === MANIFEST) parts.record = wholeRecord(contents);
    if (name.startsWith(FORM)) parts.forms.set(name.slice(FORM.length), contents);
    if (name.startsWith(NATIVE)) parts.natives.set(name.slice(NATIVE.length), contents);
  }
  return parts;
}

function wholeRecord(contents: Uint8Array): Uint8Array {
  if (contents.length > abi.IMAGE_SIZE) throw new Error(`its section ${MANIFEST} is too long`);
  const record = new Uint8Array(abi.IMAGE_SIZE);
  record.set(contents);
  return record;
}

/** The sets of signatures; undefined when the module is not signed, an Error when the section is malformed. */
export function signaturesOf(bytes: Uint8Array): SignedHashes[] | undefined {
  const first = namedSections(bytes)[0];
  if (first?.name !== SIGNATURE) return undefined;
  return decodeSignatures(bytes.subarray(first.inside, first.end));
}

/** The rolling hash at the end of each part; the last part ends with the module. */
export function hashesOf(bytes: Uint8Array): Uint8Array[] {
  const hash = createHash("sha256");
  const hashes: Uint8Array[] = [];
  const sections = namedSections(bytes).filter(({ name }, index) => index > 0 || name !== SIGNATURE);
  for (const [index, { name, start, end }] of sections.entries()) {
    hash.update(bytes.subarray(start, end));
    if (name === DELIMITER || index === sections.length - 1) hashes.push(new Uint8Array(hash.copy().digest()));
  }
  return hashes;
}

/** The module with one more signature, which replaces an earlier one by the same key. */
export function signModule(bytes: Uint8Array, pair: KeyPair): Uint8Array {
  const old = signaturesOf(bytes) ?? [];
  const body = ended(bytes, pair);
  const hashes = hashesOf(body);
  const id = keyId(pair.public);
  const signature = { keyId: id, signature: sign(pair, signedMessage(hashes)) };
  const sets = old.filter((set) => sameHashes(set.hashes, hashes));
  const others = (sets[0]?.signatures ?? []).filter((other) => Buffer.compare(other.keyId, id) !== 0);
  const section = custom(SIGNATURE, encodeSignatures([{ hashes, signatures: [...others, signature] }]));
  return concatenated([body.subarray(0, MODULE_HEAD), section, body.subarray(MODULE_HEAD)]);
}

/**
 * The module without its signature, with a delimiter at its end. Those 16 bytes depend on the secret key and the
 * module, so nobody else can guess them, but the same build makes the same package.
 */
function ended(bytes: Uint8Array, pair: KeyPair): Uint8Array {
  const sections = namedSections(bytes);
  const signed = sections[0]?.name === SIGNATURE;
  const body = signed
    ? concatenated([bytes.subarray(0, MODULE_HEAD), bytes.subarray(sections[0]!.end)])
    : bytes.subarray(0);
  if (sections.at(-1)?.name === DELIMITER) return body;
  const secret = createHmac("sha256", pair.secret).update(DELIMITER).update(body).digest();
  return concatenated([body, custom(DELIMITER, secret.subarray(0, DELIMITER_SIZE))]);
}

function sameHashes(one: Uint8Array[], other: Uint8Array[]): boolean {
  return one.length === other.length && one.every((hash, index) => Buffer.compare(hash, other[index]!) === 0);
}

/** A custom section. */
function custom(name: string, contents: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name);
  const head = [...unsignedBytes(text.length), ...text];
  return concatenated([Uint8Array.from([0, ...unsignedBytes(head.length + contents.length), ...head]), contents]);
}

function concatenated(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
