/*
 * The chain's hash: BLAKE3 of 32 bytes, by the C library of its authors. The only file that knows which hash it is.
 */

import { LEDGER_LINK_SIZE } from "rumpk/abi";


@external("blake3", "blake3_hasher_init")
declare function hasherInit(hasher: usize): void;


@external("blake3", "blake3_hasher_update")
declare function hasherUpdate(hasher: usize, input: usize, length: usize): void;


@external("blake3", "blake3_hasher_finalize")
declare function hasherFinalize(hasher: usize, out: usize, length: usize): void;

/** Bytes of the library's state, which lies in this cell's memory: blake3_hasher. */
const HASHER_SIZE: i32 = 1912;

const hasher: usize = memory.data(HASHER_SIZE, 16);

/** Writes the hash of `length` bytes at `input` to `out`. */
export function hash(input: usize, length: u32, out: usize): void {
  hasherInit(hasher);
  hasherUpdate(hasher, input, length);
  hasherFinalize(hasher, out, LEDGER_LINK_SIZE);
}

/** Writes the hash of two runs of bytes, one behind the other, to `out`, which may be one of them. */
export function hashPair(first: usize, firstLength: u32, second: usize, secondLength: u32, out: usize): void {
  hasherInit(hasher);
  hasherUpdate(hasher, first, firstLength);
  hasherUpdate(hasher, second, secondLength);
  hasherFinalize(hasher, out, LEDGER_LINK_SIZE);
}
