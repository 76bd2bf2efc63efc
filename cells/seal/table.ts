/*
 * The system's own table of keys and hashes (SealTable, SealKey and SealEntry of abi/seal), which the boot image
 * carries: it counts once its signature is that of one of its keys. Before that, and when it is bad, it trusts no key
 * and knows no image.
 */
import {
  HASH_SIZE,
  IMAGES_MAX,
  KEY_SIZE,
  SEAL_GOOD,
  SEAL_KEYS_MAX,
  SEAL_MAGIC,
  SEAL_NO_TABLE,
  SEAL_SIGNED,
  SEAL_VERSION,
  SealEntry,
  SealKey,
  SealTable,
} from "rumpk/abi";

import { HMAC_STATE, SHA256_STATE } from "./sodium";
import { ed25519Verify, hmacFinal, hmacInit, hmacUpdate, sha256Final, sha256Init, sha256Update } from "./sodium";
import { byte, open, read } from "./stream";

/** Bytes of the longest table. */
const TABLE_MAX: u32 = SEAL_SIGNED + SEAL_KEYS_MAX * offsetof<SealKey>() + IMAGES_MAX * offsetof<SealEntry>();
const table: usize = memory.data(8192, 8);
/** Bytes of a key's id: the first of HMAC-SHA-256 over "key_id", under the public key. */
export const ID_SIZE: u32 = 12;
const ID_KEY: usize = memory.data<u8>([0x6b, 0x65, 0x79, 0x5f, 0x69, 0x64]);
const ID_KEY_SIZE: u32 = 6;
/** One hash's room for each key; its first bytes are the id. */
const ids: usize = memory.data(512, 8);
const hash: usize = memory.data(32, 8);
const hmacState: usize = memory.data(HMAC_STATE, 8);
const hashState: usize = memory.data(SHA256_STATE, 8);

let isGood: bool = false;

/** Reads the table, which is the current work: SEAL_GOOD or SEAL_NO_TABLE. */
export function loadTable(): u32 {
  open();
  const length = <u32>read(table, TABLE_MAX);
  isGood = byte() < 0 && isWellFormed(length) && isSigned(length);
  if (!isGood) return SEAL_NO_TABLE;
  for (let index: u32 = 0; index < keyCount(); ++index) makeId(index);
  return SEAL_GOOD;
}

function isWellFormed(length: u32): bool {
  const head = changetype<SealTable>(table);
  if (length < SEAL_SIGNED || head.magic != SEAL_MAGIC || head.version != SEAL_VERSION) return false;
  if (head.keys > SEAL_KEYS_MAX || head.entries > IMAGES_MAX || head.signer >= head.keys) return false;
  return length == SEAL_SIGNED + head.keys * offsetof<SealKey>() + head.entries * offsetof<SealEntry>();
}

/** The table's key `signer` signed the SHA-256 of all that follows the head. */
function isSigned(length: u32): bool {
  const head = changetype<SealTable>(table);
  sha256Init(hashState);
  sha256Update(hashState, table + SEAL_SIGNED, length - SEAL_SIGNED);
  sha256Final(hashState, hash);
  const signature = table + offsetof<SealTable>("signature");
  return ed25519Verify(signature, hash, HASH_SIZE, keyOf(head.signer)) == 0;
}

function makeId(index: u32): void {
  hmacInit(hmacState, keyOf(index), KEY_SIZE);
  hmacUpdate(hmacState, ID_KEY, ID_KEY_SIZE);
  hmacFinal(hmacState, idOf(index));
}

/** Trusted keys. */
export function keyCount(): u32 {
  return isGood ? changetype<SealTable>(table).keys : 0;
}

function keyAt(index: u32): SealKey {
  return changetype<SealKey>(table + SEAL_SIGNED + index * offsetof<SealKey>());
}

/** The public key of a trusted key, KEY_SIZE bytes. */
export function keyOf(index: u32): usize {
  return changetype<usize>(keyAt(index)) + offsetof<SealKey>("key");
}

/** The id of a trusted key, ID_SIZE bytes. */
export function idOf(index: u32): usize {
  return ids + index * HASH_SIZE;
}

/** What a trusted key may sign: KEY_..., ORed. */
export function classesOf(index: u32): u32 {
  return keyAt(index).classes;
}

/** What the key that signed the table may sign; nothing when the table is bad. */
export function signerClasses(): u32 {
  return isGood ? classesOf(changetype<SealTable>(table).signer) : 0;
}

/** The table counts. */
export function hasTable(): bool {
  return isGood;
}

/** The entry of an image, or 0. */
export function entryOf(image: u32): usize {
  const head = changetype<SealTable>(table);
  if (!isGood || image >= head.entries) return 0;
  return table + SEAL_SIGNED + head.keys * offsetof<SealKey>() + image * offsetof<SealEntry>();
}
