/*
 * What a cell knows about itself: its name and arguments, its end, its energy, random bytes.
 * The kernel keeps arguments as bytes (text.ts), each ended by a NUL; the first is the cell's name.
 */

import { exit as exitCell, meta } from "./raw";
import { decodeText } from "./text";
import { META_ARGS, META_ENERGY, META_ENTROPY } from "../abi/calls";
import { ARGS_MAX } from "../abi/spawn";

/** Most random bytes in one call of the kernel. */
const ENTROPY_MAX: i32 = 256;

/** The cell's arguments, its name first. */
export function argumentsWithName(): string[] {
  const words: string[] = [];
  const buffer = new StaticArray<u8>(ARGS_MAX);
  const base = changetype<usize>(buffer);
  const length = <i32>meta(META_ARGS, base, ARGS_MAX, 0);
  let start = 0;
  for (let at = 0; at < length; at++) {
    if (buffer[at] == 0) {
      words.push(decodeText(base + start, at - start));
      start = at + 1;
    }
  }
  return words;
}

/** The cell's name. */
export function cellName(): string {
  const words = argumentsWithName();
  return words.length > 0 ? words[0] : "";
}

/** Ends the cell with `status`. */
export function exit(status: i32): void {
  exitCell(status);
}

/** Joules spent since the cell was started; one joule is one nanosecond of run time. */
export function energy(): i64 {
  return meta(META_ENERGY, 0, 0, 0);
}

/** Random bytes. */
export function entropy(length: i32): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; done += ENTROPY_MAX) {
    meta(META_ENTROPY, bytes.dataStart + done, min(ENTROPY_MAX, length - done), 0);
  }
  return bytes;
}
