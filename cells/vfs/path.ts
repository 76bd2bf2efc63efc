/*
 * A canonical path: "/", or "/name/name" without ".", ".." or empty names, at most PATH_MAX bytes. The kernel's unveil
 * uses such paths, and a fid stands for one.
 */

import { PATH_MAX } from "rumpk/abi";
import { checkName } from "rumpk/ninep/name";
import { encodeText } from "rumpk/text";

const SLASH: u8 = 0x2f;

export class Path {
  /** Bytes of the path; 0 for the root. */
  private used: u32 = 0;
  private readonly bytes: StaticArray<u8> = new StaticArray<u8>(PATH_MAX);

  constructor() {
    this.bytes[0] = SLASH;
  }

  /** Where the path lies. */
  get base(): usize {
    return changetype<usize>(this.bytes);
  }

  /** Its bytes. */
  get length(): u32 {
    return max<u32>(this.used, 1);
  }

  get isRoot(): bool {
    return this.used == 0;
  }

  /** Offset and length of its last name; none for the root. */
  get lastName(): usize {
    return this.base + this.parentLength + 1;
  }

  get lastLength(): u32 {
    return this.used == 0 ? 0 : this.used - this.parentLength - 1;
  }

  copy(other: Path): void {
    this.used = other.used;
    memory.copy(this.base, other.base, max<u32>(other.used, 1));
  }

  /** Adds a name: false when the path would be too long. */
  append(name: usize, length: u32): bool {
    if (this.used + 1 + length > PATH_MAX) return false;
    store<u8>(this.base + this.used, SLASH);
    memory.copy(this.base + this.used + 1, name, length);
    this.used += 1 + length;
    return true;
  }

  /** Removes the last name; the root stays. */
  up(): void {
    this.used = this.parentLength;
  }

  private get parentLength(): u32 {
    let at = this.used;
    while (at > 0) {
      at--;
      if (load<u8>(this.base + at) == SLASH) return at;
    }
    return 0;
  }

  equals(other: Path): bool {
    return this.used == other.used && memory.compare(this.base, other.base, this.used) == 0;
  }

  /** Whether it is `other`, or lies below it. */
  isWithin(other: Path): bool {
    if (this.used < other.used || memory.compare(this.base, other.base, other.used) != 0) return false;
    return this.used == other.used || load<u8>(this.base + other.used) == SLASH;
  }

  /** Whether `other` is the directory that it lies in. */
  isIn(other: Path): bool {
    return this.used > 0 && this.parentLength == other.used && this.isWithin(other);
  }

  /** Replaces the prefix `from`, which it equals or lies below, with `to`: false when it would be too long. */
  move(from: Path, to: Path): bool {
    const rest = this.used - from.used;
    if (to.used + rest > PATH_MAX) return false;
    memory.copy(this.base + to.used, this.base + from.used, rest);
    memory.copy(this.base, to.base, max<u32>(to.used, 1));
    this.used = to.used + rest;
    return true;
  }

  /** Sets it to `length` bytes of text: false when they are not a canonical path. */
  parse(text: usize, length: u32): bool {
    this.used = 0;
    this.bytes[0] = SLASH;
    if (length == 0 || load<u8>(text) != SLASH) return false;
    if (length == 1) return true;
    let start: u32 = 1;
    for (let at: u32 = 1; at <= length; at++) {
      if (at < length && load<u8>(text + at) != SLASH) continue;
      if (checkName(text + start, at - start) < 0 || !this.append(text + start, at - start)) return false;
      start = at + 1;
    }
    return true;
  }
}

/** The path in a text, or null when it is not one. */
export function pathOf(text: string): Path | null {
  const bytes = encodeText(text);
  const path = new Path();
  return path.parse(changetype<usize>(bytes), bytes.byteLength) ? path : null;
}
