/*
 * SipHash-2-4: a short keyed hash of up to 64 KiB. The kernel uses it for the ids of cells and files in the ledger and
 * to tell a whole checkpoint from a torn one. The key is made at boot and never leaves the kernel, so nobody else can
 * forge a hash.
 *
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2.
 */
import { entropy } from "./hal";
import { SCRATCH_ENTROPY } from "./tables";

/** Bytes of a key. */
const KEY_SIZE: u32 = 16;
/** Rounds after each word, and at the end. */
const COMPRESSION_ROUNDS: u32 = 2;
const FINAL_ROUNDS: u32 = 4;

let key0: u64 = 0;
let key1: u64 = 0;

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

/** Sets the key: its first and second 8 bytes, little endian. */
export function siphashKey(first: u64, second: u64): void {
  key0 = first;
  key1 = second;
}

/** Makes a fresh key from the machine's entropy. */
export function siphashReset(): void {
  entropy(SCRATCH_ENTROPY, KEY_SIZE);
  siphashKey(load<u64>(SCRATCH_ENTROPY), load<u64>(SCRATCH_ENTROPY, 8));
  memory.fill(SCRATCH_ENTROPY, 0, KEY_SIZE);
}

function rounds(count: u32): void {
  for (let i: u32 = 0; i < count; ++i) {
    v0 += v1;
    v1 = rotl(v1, 13) ^ v0;
    v0 = rotl(v0, 32);
    v2 += v3;
    v3 = rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl(v1, 17) ^ v2;
    v2 = rotl(v2, 32);
  }
}

function absorb(word: u64): void {
  v3 ^= word;
  rounds(COMPRESSION_ROUNDS);
  v0 ^= word;
}

/** The bytes left over after the last whole word, and the length in the highest byte. */
function lastWord(at: usize, length: u32): u64 {
  let word = (<u64>length) << 56;
  for (let i: u32 = 0; i < (length & 7); ++i) word |= (<u64>load<u8>(at + i)) << (i << 3);
  return word;
}

/** The hash of `length` bytes at `at` under the boot's key. */
export function siphash(at: usize, length: u32): u64 {
  v0 = key0 ^ 0x736f6d6570736575;
  v1 = key1 ^ 0x646f72616e646f6d;
  v2 = key0 ^ 0x6c7967656e657261;
  v3 = key1 ^ 0x7465646279746573;
  const whole = length & ~7;
  for (let i: u32 = 0; i < whole; i += 8) absorb(load<u64>(at + i));
  absorb(lastWord(at + whole, length));
  v2 ^= 0xff;
  rounds(FINAL_ROUNDS);
  return v0 ^ v1 ^ v2 ^ v3;
}
