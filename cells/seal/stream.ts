/*
 * The bytes of the package under work, read once from front to back through the kernel, with two hashes that run along:
 *
 *   whole     over every byte that was read
 *   parts     over the bytes between beginParts() and each endPart(); endPart answers the hash so far and goes on
 *
 * Nothing is read twice, so the bytes that were checked are the bytes that were hashed.
 */
import { META_SEAL_READ } from "rumpk/abi";
import { meta } from "rumpk/raw";

import { numberFrom } from "./numbers";
import { SHA256_STATE, sha256Final, sha256Init, sha256Update } from "./sodium";

/** Bytes that are asked for at once. */
const CHUNK: u32 = 4096;
const chunk: usize = memory.data(4096, 8);
const whole: usize = memory.data(SHA256_STATE, 8);
const parts: usize = memory.data(SHA256_STATE, 8);
const copy: usize = memory.data(SHA256_STATE, 8);

/** Bytes that were fetched so far, and where in the chunk the next one and the end are. */
let fetched: u64 = 0;
let at: u32 = 0;
let end: u32 = 0;
/** From here on the chunk has not gone into `parts` yet. */
let marked: u32 = 0;
let inParts: bool = false;

/** Begins at the front. */
export function open(): void {
  fetched = 0;
  at = 0;
  end = 0;
  inParts = false;
  sha256Init(whole);
}

/** Offset of the next byte. */
export function position(): u64 {
  return fetched - (end - at);
}

/** Fetches the next chunk once this one is used up; false at the end. */
function fill(): bool {
  hashMarked();
  const read = meta(META_SEAL_READ, fetched, chunk, CHUNK);
  at = 0;
  marked = 0;
  end = read > 0 ? <u32>read : 0;
  fetched += end;
  sha256Update(whole, chunk, end);
  return end > 0;
}

function hashMarked(): void {
  if (inParts) sha256Update(parts, chunk + marked, at - marked);
  marked = at;
}

/** The next byte, or -1 at the end. */
export function byte(): i32 {
  if (at == end && !fill()) return -1;
  return load<u8>(chunk + at++);
}

/** The next LEB128 number, or -1. */
export function number(): i64 {
  return numberFrom(byte);
}

/** Skips at most `length` bytes, or copies them to `to` unless that is 0. Returns how many there were. */
export function read(to: usize, length: u64): u64 {
  let done: u64 = 0;
  while (done < length && (at < end || fill())) {
    const count = <u32>min<u64>(end - at, length - done);
    if (to != 0) memory.copy(to + <usize>done, chunk + at, count);
    at += count;
    done += count;
  }
  return done;
}

/** The hash over parts begins with the next byte. */
export function beginParts(): void {
  inParts = true;
  marked = at;
  sha256Init(parts);
}

/** Writes the hash over parts as it is up to here. */
export function endPart(out: usize): void {
  hashMarked();
  memory.copy(copy, parts, SHA256_STATE);
  sha256Final(copy, out);
}

/** Reads what is left and writes the hash over everything. */
export function finish(out: usize): void {
  read(0, u64.MAX_VALUE);
  sha256Final(whole, out);
}
