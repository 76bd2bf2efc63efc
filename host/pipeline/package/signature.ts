/*
 * The signatures of a WebAssembly module: WebAssembly tool-conventions (Signatures.md), specification version 1, with
 * SHA-256 and Ed25519, as wasmsign2 reads and writes them. The contents of the custom section `signature`:
 *
 *   01 01 01                  version of the specification, WebAssembly module, SHA-256
 *   number of sets, then for each set its length in bytes and
 *     number of hashes        of 32 bytes each: the rolling hash at the end of each part of the module
 *     number of signatures    for each its length in bytes and
 *       length of the key id, key id | 01 (Ed25519) | length of the signature, signature
 *
 * Numbers are unsigned LEB128. The document has no lengths before sets and signatures; wasmsign2, by the same authors,
 * writes and expects them. The signed bytes are "wasmsig", those first three bytes, and the hashes of the set.
 */
import { HASH_SIZE } from "../../abi.js";
import { Reader, unsignedBytes } from "../wasm/reader.js";

/** One signature of a set. */
export interface SignatureOfKey {
  /** Empty when the signer left it out. */
  keyId: Uint8Array;
  signature: Uint8Array;
}

/** Hashes of a module's parts, and their signatures. */
export interface SignedHashes {
  hashes: Uint8Array[];
  signatures: SignatureOfKey[];
}

/** Specification version 1, WebAssembly module, SHA-256. */
const HEAD = [1, 1, 1];
const ED25519 = 1;
const DOMAIN = "wasmsig";

/** The bytes that a signature of these hashes signs. */
export function signedMessage(hashes: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(DOMAIN), Uint8Array.from(HEAD), ...hashes]));
}

/** The contents of the section, after its name. */
export function encodeSignatures(sets: SignedHashes[]): Uint8Array {
  const out = [...HEAD, ...unsignedBytes(sets.length)];
  for (const { hashes, signatures } of sets) {
    const set = [...unsignedBytes(hashes.length), ...hashes.flatMap((hash) => [...hash])];
    set.push(...unsignedBytes(signatures.length), ...signatures.flatMap(encodeSignature));
    out.push(...unsignedBytes(set.length), ...set);
  }
  return Uint8Array.from(out);
}

function encodeSignature({ keyId, signature }: SignatureOfKey): number[] {
  const inner = [...unsignedBytes(keyId.length), ...keyId, ED25519, ...unsignedBytes(signature.length), ...signature];
  return [...unsignedBytes(inner.length), ...inner];
}

/** The sets of a section; throws an Error if the format is not as above. */
export function decodeSignatures(contents: Uint8Array): SignedHashes[] {
  const reader = new Reader(contents);
  for (const expected of HEAD) {
    if (reader.byte() !== expected) throw new Error("the signature is of a kind that is not known");
  }
  const sets = list(reader, () => within(reader, decodeSet));
  if (reader.at !== contents.length) throw new Error("there are bytes behind the signatures");
  return sets;
}

function decodeSet(reader: Reader): SignedHashes {
  const hashes = list(reader, () => take(reader, HASH_SIZE));
  return { hashes, signatures: list(reader, () => within(reader, decodeSignature)) };
}

function decodeSignature(reader: Reader): SignatureOfKey {
  const keyId = take(reader, reader.unsigned());
  if (reader.byte() !== ED25519) throw new Error("the signature is not of Ed25519");
  return { keyId, signature: take(reader, reader.unsigned()) };
}

function list<T>(reader: Reader, item: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.unsigned(); left > 0; left--) items.push(item());
  return items;
}

/** Reads an item with its length in front, which must match exactly. */
function within<T>(reader: Reader, item: (inner: Reader) => T): T {
  const bytes = take(reader, reader.unsigned());
  const inner = new Reader(bytes);
  const result = item(inner);
  if (inner.at !== bytes.length) throw new Error("the signatures' lengths do not fit");
  return result;
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.end) throw new Error("the signature is cut short");
  reader.at = end;
  return reader.bytes.subarray(end - length, end);
}
