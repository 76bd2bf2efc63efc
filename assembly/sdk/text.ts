/*
 * Text and bytes. Messages, files and input are bytes, mostly UTF-8; a cell's strings are UTF-16. Conversion loses
 * nothing: a byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7) becomes the lone surrogate U+DC00 +
 * byte, and turns back into that byte. So different bytes are different strings, and a name that a cell passes on still
 * leads to the same file.
 *
 *   C3 A9  <->  U+00E9        F0  <->  U+DCF0        ED B3 B0  <->  U+DCED U+DCB3 U+DCB0
 *
 * A lone surrogate that stands for no byte, which only a program can produce, becomes U+FFFD.
 */

/** What stands for byte 0. Only bytes from 0x80 on need it. */
const BYTE: i32 = 0xdc00;
const REPLACEMENT: i32 = 0xfffd;

/** The `length` bytes at `base` as text. */
export function decodeText(base: usize, length: i32): string {
  const end = base + length;
  let units = 0;
  for (let at = base; at < end;) {
    const size = characterSize(at, end);
    units += size == 4 ? 2 : 1;
    at += max(size, 1);
  }
  const text = changetype<string>(__new((<usize>units) << 1, idof<string>()));
  let target = changetype<usize>(text);
  for (let at = base; at < end;) {
    const size = characterSize(at, end);
    target = storeUnits(target, at, size);
    at += max(size, 1);
  }
  return text;
}

/** Bytes of the character at `at`, which ends before `end`; 0 when none is there. */
function characterSize(at: usize, end: usize): i32 {
  const first = <i32>load<u8>(at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + size > end) return 0;
  const second = <i32>load<u8>(at, 1);
  const lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < size; i++) {
    if ((load<u8>(at + i) & 0xc0) != 0x80) return 0;
  }
  return size;
}

/** Stores the character of `size` bytes at `at`, or the byte if `size` is 0. Returns where the next one goes. */
function storeUnits(target: usize, at: usize, size: i32): usize {
  const first = <i32>load<u8>(at);
  let code = size == 1 ? first : size == 0 ? BYTE + first : first & (0x7f >> size);
  for (let i = 1; i < size; i++) code = (code << 6) | (load<u8>(at + i) & 0x3f);
  if (code < 0x10000) {
    store<u16>(target, <u16>code);
    return target + 2;
  }
  store<u16>(target, <u16>(0xd7c0 + (code >> 10)));
  store<u16>(target, <u16>(0xdc00 | (code & 0x3ff)), 2);
  return target + 4;
}

/** How many bytes a text takes. */
export function textLength(text: string): i32 {
  let length = 0;
  for (let at = 0; at < text.length;) {
    const code = codeAt(text, at);
    length += isByte(code) || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code < 0x10000 ? 1 : 2;
  }
  return length;
}

/**
 * Stores the first `units` units of a text as bytes at `target`, which has room for them. Returns the number of bytes.
 */
export function storeText(text: string, units: i32, target: usize): i32 {
  let to = target;
  for (let at = 0; at < units;) {
    const code = codeAt(text, at);
    at += code < 0x10000 ? 1 : 2;
    if (isByte(code) || code < 0x80) {
      store<u8>(to++, <u8>code);
      continue;
    }
    const later = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    store<u8>(to++, <u8>((0xf80 >> later) | (code >> (6 * later))));
    for (let left = later - 1; left >= 0; left--) store<u8>(to++, <u8>(0x80 | ((code >> (6 * left)) & 0x3f)));
  }
  return <i32>(to - target);
}

/** The bytes of a text. */
export function encodeText(text: string): ArrayBuffer {
  const bytes = new ArrayBuffer(textLength(text));
  storeText(text, text.length, changetype<usize>(bytes));
  return bytes;
}

/** The character at an index, or what stands for a byte. */
function codeAt(text: string, at: i32): i32 {
  const unit = text.charCodeAt(at);
  if ((unit & 0xf800) != 0xd800) return unit;
  const next = (unit & 0xfc00) == 0xd800 && at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  if ((next & 0xfc00) == 0xdc00) return ((unit - 0xd7c0) << 10) | (next & 0x3ff);
  return isByte(unit) ? unit : REPLACEMENT;
}


@inline
function isByte(code: i32): bool {
  return (code & ~0x7f) == BYTE + 0x80;
}
