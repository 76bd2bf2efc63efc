/*
 * A package as machines that run WebAssembly carry it (.npk): a module whose first custom section holds the signatures,
 * with the manifest, derived forms and native code in further ones.
 *
 *   signature | module ... rumpk.manifest, rumpk.form.*, rumpk.native.*, ... signature_delimiter
 *
 * All sections behind the signatures go into one running hash; at each delimiter, and at the end, its value is the hash
 * of a part. The manifest must be the one by which the kernel will run the cell.
 */
import {
  HASH_SIZE,
  IMAGE_BOOT,
  IMAGE_DMA,
  IMAGE_MAIN,
  IMAGE_NATIVE,
  IMAGE_SIZE,
  ImageRecord,
  KEY_DMA,
  KEY_NATIVE,
  KEY_WASM,
  SEAL_CHANGED,
  SEAL_CLASS,
  SEAL_GOOD,
  SEAL_TRUNCATED,
  SEAL_UNSIGNED,
} from "rumpk/abi";

import { SIGNATURES_MAX, judgeSignatures, signedClasses } from "./signatures";
import { beginParts, byte, endPart, number, position, read } from "./stream";

/** "\0asm", version 1. */
const MODULE_HEAD: u64 = 0x00000001_6d736100;
const CUSTOM: i32 = 0;
/** Most parts of a package. */
const PARTS_MAX: u32 = 16;
/** As much of a name as is looked at. */
const NAME_MAX: u32 = 24;

const head: usize = memory.data(8, 8);
const name: usize = memory.data(24);
const manifest: usize = memory.data(1024, 8);
const signatures: usize = memory.data(2048);
const partHashes: usize = memory.data(512, 8);

let nameSize: u32 = 0;
let signaturesSize: u32 = 0;
let isSigned: bool = false;
let hasManifest: bool = false;
let hasNative: bool = false;
/** Parts that have ended, and whether more bytes came after the last. */
let parts: u32 = 0;
let partOpen: bool = false;

/** Judges the package that the stream is about to read, for a cell with that ImageRecord: SEAL_... */
export function judgePackage(record: usize): u32 {
  if (!readSections()) return SEAL_TRUNCATED;
  if (!isSigned) return SEAL_UNSIGNED;
  const verdict = judgeSignatures(signatures, signaturesSize, partHashes, parts);
  if (verdict != SEAL_GOOD) return verdict;
  if ((neededClasses(record) & ~signedClasses()) != 0) return SEAL_CLASS;
  return isManifestOf(record) ? SEAL_GOOD : SEAL_CHANGED;
}

/** All sections; false when they are malformed or cut short. */
function readSections(): bool {
  isSigned = false;
  hasManifest = false;
  hasNative = false;
  parts = 0;
  partOpen = false;
  signaturesSize = 0;
  if (read(head, 8) != 8 || load<u64>(head) != MODULE_HEAD) return false;
  beginParts();
  for (let id = byte(), isFirst = true; id >= 0; id = byte(), isFirst = false) {
    partOpen = true;
    const length = number();
    if (length < 0) return false;
    const end = position() + length;
    if (id == CUSTOM && !readCustom(end, isFirst)) return false;
    const left = end - position();
    if (read(0, left) != left) return false;
    if (id == CUSTOM && !endCustom(isFirst)) return false;
  }
  return !partOpen || closePart();
}

/** Reads the name of a custom section that ends at `end`, and the contents when they matter. */
function readCustom(end: u64, isFirst: bool): bool {
  const length = number();
  if (length < 0 || position() + length > end) return false;
  const kept = min<u64>(length, NAME_MAX);
  nameSize = <u32>length;
  if (read(name, kept) + read(0, length - kept) != length) return false;
  const size = end - position();
  if (isFirst && nameIs("signature")) return readSignatures(size);
  if (nameIs("rumpk.manifest")) return readManifest(size);
  if (nameBegins("rumpk.native.")) hasNative = true;
  return true;
}

function readSignatures(size: u64): bool {
  if (size > SIGNATURES_MAX) return false;
  signaturesSize = <u32>size;
  isSigned = true;
  return read(signatures, size) == size;
}

function readManifest(size: u64): bool {
  if (hasManifest || size > IMAGE_SIZE) return false;
  hasManifest = true;
  memory.fill(manifest, 0, IMAGE_SIZE);
  return read(manifest, size) == size;
}

/** After a custom section: the hash over parts begins after the signatures, and a delimiter ends a part. */
function endCustom(isFirst: bool): bool {
  if (isFirst && isSigned) {
    beginParts();
    partOpen = false;
    return true;
  }
  return nameIs("signature_delimiter") ? closePart() : true;
}

function closePart(): bool {
  if (parts == PARTS_MAX) return false;
  endPart(partHashes + parts * HASH_SIZE);
  parts++;
  partOpen = false;
  return true;
}

function nameIs(text: string): bool {
  return nameSize == text.length && nameBegins(text);
}

function nameBegins(text: string): bool {
  if (nameSize < <u32>text.length) return false;
  for (let i = 0; i < text.length; ++i) if (load<u8>(name + i) != text.charCodeAt(i)) return false;
  return true;
}

/** What the keys that signed must be allowed to sign. */
function neededClasses(record: usize): u32 {
  let needed = KEY_WASM;
  if (hasNative) needed |= KEY_NATIVE;
  if ((changetype<ImageRecord>(record).flags & IMAGE_DMA) != 0) needed |= KEY_DMA;
  return needed;
}

/**
 * Whether the signed manifest equals the record, except for what a system adds: its main cell, and what the machine
 * runs.
 */
function isManifestOf(record: usize): bool {
  if (!hasManifest) return false;
  const signed = changetype<ImageRecord>(manifest);
  const flags = changetype<ImageRecord>(record).flags;
  signed.flags |= flags & (IMAGE_MAIN | IMAGE_NATIVE);
  if ((flags & IMAGE_MAIN) != 0) signed.flags |= IMAGE_BOOT;
  return memory.compare(manifest, record, IMAGE_SIZE) == 0;
}
