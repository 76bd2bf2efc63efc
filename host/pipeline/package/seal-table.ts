/*
 * The SealTable of a system (assembly/abi/seal.ts): the trusted keys and one hash for each package, signed as a whole.
 *
 *    0  magic, version, number of keys, number of entries, index of the key that signed
 *   16  Ed25519 over the SHA-256 of everything from byte 80 on
 *   80  SealKeys, then SealEntries in the order of the image table
 *
 * The hash of an entry covers the ImageRecord, with its zeros, followed by the package's bytes as stored on the
 * machine.
 */
import { createHash } from "node:crypto";

import * as abi from "../../abi.js";
import { UserError } from "../errors.js";
import { KeyPair, isSignature, sign } from "./keys.js";
import { TrustedKey } from "./verify.js";

const { fields: head } = abi.SealTable;

/** The key that signs a system, and the keys whose signatures count in it. */
export interface Signing {
  signer: KeyPair;
  trusted: TrustedKey[];
}

/** An entry of the table. */
export interface Entry {
  name: string;
  hash: Uint8Array;
}

/** The hash of a package in a system. */
export function packageHash(record: Uint8Array, ...bytes: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256").update(record);
  hash.update(new Uint8Array(abi.IMAGE_SIZE - record.length));
  for (const part of bytes) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Bytes of a table. */
export function sealTableSize(keys: number, entries: number): number {
  return abi.SEAL_SIGNED + keys * abi.SealKey.size + entries * abi.SealEntry.size;
}

/** The table of these entries. */
export function sealTable({ signer, trusted }: Signing, entries: Entry[]): Uint8Array {
  if (trusted.length > abi.SEAL_KEYS_MAX) throw new UserError(`a system trusts at most ${abi.SEAL_KEYS_MAX} keys`);
  const out = Buffer.alloc(sealTableSize(trusted.length, entries.length));
  out.writeUInt32LE(abi.SEAL_MAGIC, head.magic.offset);
  out.writeUInt16LE(abi.SEAL_VERSION, head.version.offset);
  out.writeUInt16LE(trusted.length, head.keys.offset);
  out.writeUInt32LE(entries.length, head.entries.offset);
  out.writeUInt32LE(signerIndex(signer, trusted), head.signer.offset);
  for (const [index, { key, classes }] of trusted.entries()) {
    const at = abi.SEAL_SIGNED + index * abi.SealKey.size;
    out.writeUInt32LE(classes, at + abi.SealKey.fields.classes.offset);
    out.set(key, at + abi.SealKey.fields.key.offset);
  }
  for (const [index, { name, hash }] of entries.entries()) {
    const at = sealTableSize(trusted.length, index);
    out.write(name, at + abi.SealEntry.fields.name.offset);
    out.set(hash, at + abi.SealEntry.fields.hash.offset);
  }
  out.set(sign(signer, signedHash(out)), head.signature.offset);
  return new Uint8Array(out);
}

function signerIndex(signer: KeyPair, trusted: TrustedKey[]): number {
  const index = trusted.findIndex(({ key }) => Buffer.compare(key, signer.public) === 0);
  if (index < 0) throw new Error("the key that signs is none of the trusted keys");
  return index;
}

function signedHash(table: Uint8Array): Uint8Array {
  return createHash("sha256").update(table.subarray(abi.SEAL_SIGNED)).digest();
}

/** The entries of a table that a trusted key signed; any other table is a UserError that starts with `place`. */
export function readSealTable(place: string, bytes: Uint8Array, trusted: TrustedKey[]): Entry[] {
  const table = Buffer.from(bytes);
  const bad = (why: string) => new UserError(`${place}: the table of seals ${why}; build the system again`);
  if (table.length < abi.SEAL_SIGNED || table.readUInt32LE(head.magic.offset) !== abi.SEAL_MAGIC)
    throw bad("is missing or malformed");
  if (table.readUInt16LE(head.version.offset) !== abi.SEAL_VERSION) throw bad("is of another version");
  const [keys, count] = [table.readUInt16LE(head.keys.offset), table.readUInt32LE(head.entries.offset)];
  if (table.length !== sealTableSize(keys, count)) throw bad("is cut short or malformed");
  const at = abi.SEAL_SIGNED + table.readUInt32LE(head.signer.offset) * abi.SealKey.size;
  const place0 = at + abi.SealKey.fields.key.offset;
  const key = table.subarray(place0, place0 + abi.KEY_SIZE);
  if (!trusted.some((one) => Buffer.compare(one.key, key) === 0)) throw bad("is signed by a key that is not trusted");
  const signature = table.subarray(head.signature.offset, head.signature.offset + abi.SIGNATURE_SIZE);
  if (!isSignature(key, signedHash(table), signature)) throw bad("does not match its signature");
  return Array.from({ length: count }, (_, index) => entryAt(table, sealTableSize(keys, index)));
}

function entryAt(table: Buffer, at: number): Entry {
  const { name, hash } = abi.SealEntry.fields;
  const text = table.subarray(at + name.offset, at + name.offset + name.size).toString();
  const bytes = table.subarray(at + hash.offset, at + hash.offset + hash.size);
  return { name: text.replace(/\0+$/, ""), hash: new Uint8Array(bytes) };
}
