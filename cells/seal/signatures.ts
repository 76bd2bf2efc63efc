/*
 * Who signed a package: the custom section `signature` of the WebAssembly tool-conventions (Signatures.md),
 * specification version 1, with SHA-256 and Ed25519, as wasmsign2 writes it.
 *
 *   01 01 01                  version of the specification, WebAssembly module, SHA-256
 *   number of sets, then for each set its length in bytes and
 *     number of hashes        of 32 bytes each: the hash at the end of each part of the module
 *     number of signatures    for each its length in bytes and
 *       length of the key id, key id | 01 (Ed25519) | length of the signature, signature
 *
 * Signed is "wasmsig", those first three bytes, and the hashes of the set. A signature counts when it names no key or
 * names a trusted one, and is that key's; its set must have exactly the hashes that the package's parts have.
 */
import {
  HASH_SIZE,
  SEAL_CHANGED,
  SEAL_GOOD,
  SEAL_TRUNCATED,
  SEAL_UNKNOWN_KEY,
  SEAL_UNSIGNED,
  SEAL_WRONG,
  SIGNATURE_SIZE,
} from "rumpk/abi";

import { numberFrom } from "./numbers";
import { ed25519Verify } from "./sodium";
import { ID_SIZE, classesOf, idOf, keyCount, keyOf } from "./table";

/** Longest section that is read: as many signatures as anybody needs, few enough to try them all. */
export const SIGNATURES_MAX: u32 = 2048;
const HEAD_SIZE: u32 = 3;
const ED25519: i32 = 1;
/** "wasmsig" 01 01 01, then the hashes. */
const message: usize = memory.data(2304, 8);
const DOMAIN: usize = memory.data<u8>([0x77, 0x61, 0x73, 0x6d, 0x73, 0x69, 0x67, 1, 1, 1]);
const DOMAIN_SIZE: u32 = 10;

/** The section between the next byte and the end of what is being read. */
let at: usize = 0;
let end: usize = 0;

/** The hashes of the package's parts. */
let partHashes: usize = 0;
let partCount: u32 = 0;

/**
 * What was found: any signature, one that names a trusted key, one that is a trusted key's, one such over this package.
 */
let anySignature: bool = false;
let anyClaimed: bool = false;
let anyTrusted: bool = false;
let anyWhole: bool = false;
let classes: u32 = 0;

/** Judges a section of `length` bytes for a package whose parts have those hashes: SEAL_... */
export function judgeSignatures(section: usize, length: u32, hashes: usize, count: u32): u32 {
  at = section;
  end = section + length;
  partHashes = hashes;
  partCount = count;
  anySignature = false;
  anyClaimed = false;
  anyTrusted = false;
  anyWhole = false;
  classes = 0;
  if (!readSets()) return SEAL_TRUNCATED;
  if (!anySignature) return SEAL_UNSIGNED;
  if (!anyTrusted) return anyClaimed ? SEAL_WRONG : SEAL_UNKNOWN_KEY;
  return anyWhole ? SEAL_GOOD : SEAL_CHANGED;
}

/** Classes of the trusted keys that signed the package, together. */
export function signedClasses(): u32 {
  return classes;
}

function byte(): i32 {
  return at < end ? <i32>load<u8>(at++) : -1;
}

function number(): i64 {
  return numberFrom(byte);
}

/** The whole section; false when it is malformed. */
function readSets(): bool {
  if (end - at < HEAD_SIZE || memory.compare(at, DOMAIN + DOMAIN_SIZE - HEAD_SIZE, HEAD_SIZE) != 0) return false;
  at += HEAD_SIZE;
  const count = number();
  if (count < 0) return false;
  for (let left = count; left > 0; --left) if (!within(readSet)) return false;
  return at == end;
}

/** Reads an item that starts with its length and must end exactly there. */
function within(item: () => bool): bool {
  const length = number();
  const outer = end;
  if (length < 0 || length > <i64>(outer - at)) return false;
  end = at + <usize>length;
  const good = item() && at == end;
  end = outer;
  return good;
}

/** Trusted keys that signed the set at hand, one bit each, and its message. */
let signers: u32 = 0;
let messageSize: u32 = 0;

function readSet(): bool {
  const count = number();
  if (count < 0 || count > <i64>((end - at) / HASH_SIZE)) return false;
  const hashes = at;
  const size = <u32>count * HASH_SIZE;
  at += size;
  memory.copy(message, DOMAIN, DOMAIN_SIZE);
  memory.copy(message + DOMAIN_SIZE, hashes, size);
  messageSize = DOMAIN_SIZE + size;
  signers = 0;
  const signatures = number();
  if (signatures < 0) return false;
  for (let left = signatures; left > 0; --left) if (!within(readSignature)) return false;
  if (signers == 0) return true;
  anyTrusted = true;
  const whole = partCount > 0 && <u32>count == partCount && memory.compare(hashes, partHashes, size) == 0;
  if (whole && !anyWhole) takeClasses();
  return true;
}

function takeClasses(): void {
  anyWhole = true;
  for (let index: u32 = 0; index < keyCount(); ++index) if ((signers & (1 << index)) != 0) classes |= classesOf(index);
}

function readSignature(): bool {
  const idSize = number();
  if (idSize < 0 || idSize > <i64>(end - at)) return false;
  const id = at;
  at += <usize>idSize;
  if (byte() != ED25519) return false;
  const size = number();
  if (size < 0 || size > <i64>(end - at)) return false;
  tryKeys(id, <u32>idSize, at, <u32>size);
  at += <usize>size;
  return true;
}

/** Notes which trusted keys a signature names, and whether it is theirs. */
function tryKeys(id: usize, idSize: u32, signature: usize, size: u32): void {
  anySignature = true;
  for (let index: u32 = 0; index < keyCount(); ++index) {
    const named = idSize == ID_SIZE && memory.compare(id, idOf(index), ID_SIZE) == 0;
    if (named) anyClaimed = true;
    if ((idSize != 0 && !named) || size != SIGNATURE_SIZE) continue;
    if (ed25519Verify(signature, message, messageSize, keyOf(index)) == 0) signers |= 1 << index;
  }
}
