/*
 * A header of the ustar format (IEEE Std 1003.1, pax, "ustar Interchange Format"): one block of 512 bytes
 * in front of each file's data, which is padded to whole blocks. An archive ends with blocks of zeros.
 *
 *     0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8
 *   156 type 1 | 157 link name 100 | 257 magic 6 | 263 version 2 | 265 user 32 | 297 group 32
 *   329 device 8 + 8 | 345 prefix 155
 *
 * Numbers are octal digits ended by a blank or NUL. The file's name is prefix/name, or name alone; either
 * may fill its field without a NUL. Nothing in a header is trusted.
 */

/** Bytes of a block. */
export const BLOCK: u32 = 512;
/** Longest name: prefix, slash, name. */
export const NAME_MAX: u32 = 256;

/** The block is a good header. */
export const HEADER_OK: i32 = 0;
/** The block is zeros: the archive ends. */
export const HEADER_END: i32 = 1;
/** The sum over the block is not what it says. */
export const HEADER_CHECKSUM: i32 = 2;
/** The block is no ustar header. */
export const HEADER_MAGIC: i32 = 3;
/** A number is not octal. */
export const HEADER_NUMBER: i32 = 4;
/** The entry is neither file nor directory. */
export const HEADER_TYPE: i32 = 5;
/** The name is empty, or one of its parts is "..". */
export const HEADER_NAME: i32 = 6;

const SIZE_AT: usize = 124;
const MTIME_AT: usize = 136;
const MODE_AT: usize = 100;
const CHECKSUM_AT: usize = 148;
const TYPE_AT: usize = 156;
const MAGIC_AT: usize = 257;
const PREFIX_AT: usize = 345;
const NAME_FIELD: u32 = 100;
const PREFIX_FIELD: u32 = 155;

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;
const BLANK: u8 = 0x20;
const ZERO: u8 = 0x30;

/** What a header says. */
export class Header {
  /** Bytes of data. */
  size: u64 = 0;
  /** Last change, in seconds since 1970. */
  modified: u64 = 0;
  /** Permissions. */
  mode: u32 = 0;
  isDirectory: bool = false;
  /** The whole name, without slashes at either end. */
  readonly name: StaticArray<u8> = new StaticArray<u8>(NAME_MAX);
  nameLength: u32 = 0;
  private failed: bool = false;

  /** Takes the block at `block` apart: HEADER_... */
  parse(block: usize): i32 {
    if (isZero(block)) return HEADER_END;
    this.failed = false;
    const sum = this.octal(block + CHECKSUM_AT, 8);
    if (this.failed || sum != checksum(block)) return HEADER_CHECKSUM;
    if (!isUstar(block + MAGIC_AT)) return HEADER_MAGIC;
    this.size = this.octal(block + SIZE_AT, 12);
    this.modified = this.octal(block + MTIME_AT, 12);
    this.mode = (<u32>this.octal(block + MODE_AT, 8)) & 0o777;
    if (this.failed) return HEADER_NUMBER;
    this.takeName(block);
    const type = load<u8>(block + TYPE_AT);
    this.isDirectory = type == ZERO + 5;
    if (this.isDirectory) this.size = 0;
    else if (type != ZERO && type != 0) return HEADER_TYPE;
    return this.nameLength > 0 && !this.climbs() ? HEADER_OK : HEADER_NAME;
  }

  /** A number of up to `width` octal digits; leading blanks are passed over. */
  private octal(at: usize, width: u32): u64 {
    let value: u64 = 0;
    let digits = 0;
    for (let i: u32 = 0; i < width; i++) {
      const byte = load<u8>(at + i);
      if (byte == BLANK && digits == 0) continue;
      if (byte == BLANK || byte == 0) break;
      if (byte < ZERO || byte > ZERO + 7) this.failed = true;
      value = (value << 3) | (byte - ZERO);
      digits++;
    }
    return value;
  }

  private takeName(block: usize): void {
    this.nameLength = 0;
    this.appendName(block + PREFIX_AT, PREFIX_FIELD);
    if (this.nameLength > 0) this.name[this.nameLength++] = SLASH;
    this.appendName(block, NAME_FIELD);
    while (this.nameLength > 0 && this.name[this.nameLength - 1] == SLASH) this.nameLength--;
  }

  private appendName(field: usize, width: u32): void {
    for (let i: u32 = 0; i < width; i++) {
      const byte = load<u8>(field + i);
      if (byte == 0) return;
      this.name[this.nameLength++] = byte;
    }
  }

  /** Whether a part of the name is "..". */
  private climbs(): bool {
    let dots = 0;
    let others = 0;
    for (let i: u32 = 0; i <= this.nameLength; i++) {
      const byte = i < this.nameLength ? this.name[i] : SLASH;
      if (byte != SLASH) {
        if (byte == DOT) dots++;
        else others++;
        continue;
      }
      if (dots == 2 && others == 0) return true;
      dots = 0;
      others = 0;
    }
    return false;
  }
}

function isZero(block: usize): bool {
  for (let i: u32 = 0; i < BLOCK; i += 8) {
    if (load<u64>(block + i) != 0) return false;
  }
  return true;
}

/** The sum of all bytes, those of the checksum taken as blanks. */
function checksum(block: usize): u64 {
  let sum: u64 = 0;
  for (let i: usize = 0; i < BLOCK; i++) {
    sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? BLANK : load<u8>(block + i);
  }
  return sum;
}

/** "ustar" and a NUL. */
function isUstar(magic: usize): bool {
  return load<u32>(magic) == 0x61747375 && load<u16>(magic, 4) == 0x0072;
}
