/*
 * A canonical path: "/", or "/name/name" without ".", ".." or empty names, at most PATH_MAX bytes. It is what
 * the kernel's unveil knows, and what a fid stands for.
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

  /** Where its last name lies, and the bytes of that; none for the root. */
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

  /** Takes the last name away; the root stays. */
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

  /** Puts `to` in the place of `from`, which it is or lies below: false when it would be too long. */
  move(from: Path, to: Path): bool {
    const rest = this.used - from.used;
    if (to.used + rest > PATH_MAX) return false;
    memory.copy(this.base + to.used, this.base + from.used, rest);
    memory.copy(this.base, to.base, max<u32>(to.used, 1));
    this.used = to.used + rest;
    return true;
  }

  /** Takes over `length` bytes of text that may be a canonical path: false when it is none. */
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

/** The path that a text says, null when it says none. */
export function pathOf(text: string): Path | null {
  const bytes = encodeText(text);
  const path = new Path();
  return path.parse(changetype<usize>(bytes), bytes.byteLength) ? path : null;
}
