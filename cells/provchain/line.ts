/*
 * One line of text in a reused buffer: the cell never frees memory, so it makes no strings. What does not fit is cut
 * off.
 */

/** Longest line. */
const LINE_MAX: u32 = 512;

const BLANK: u8 = 0x20;
const DASH: u8 = 0x2d;
const DIGIT: u8 = 0x30;
const LETTER: u8 = 0x61;
const QUESTION: u8 = 0x3f;

/** Where the line lies, and its bytes. */
export const line: usize = memory.data(512);
export let length: u32 = 0;

/** Starts a line. */
export function begin(): void {
  length = 0;
}

export function putByte(byte: u8): void {
  if (length < LINE_MAX) store<u8>(line + length++, byte);
}

/** Plain ASCII. */
export function putText(text: string): void {
  for (let i = 0; i < text.length; i++) putByte(<u8>text.charCodeAt(i));
}

/** Part of a plain ASCII text. */
export function putPart(text: string, start: i32, end: i32): void {
  for (let i = start; i < end; i++) putByte(<u8>text.charCodeAt(i));
}

/** A number of at least `width` digits. */
export function putDecimal(value: u64, width: i32 = 1): void {
  let unit: u64 = 1;
  let digits = 1;
  for (let left = value; left >= 10; left /= 10) {
    unit *= 10;
    digits++;
  }
  for (; digits < width; width--) putByte(DIGIT);
  for (; unit != 0; unit /= 10) putByte(DIGIT + <u8>((value / unit) % 10));
}

/** A number of `digits` hexadecimal digits. */
export function putHex(value: u64, digits: i32): void {
  for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    const digit = <u8>((value >> shift) & 15);
    putByte(digit < 10 ? DIGIT + digit : LETTER + digit - 10);
  }
}

/** Bytes as hexadecimal digits, in the order in which they lie. */
export function putBytes(bytes: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) putHex(load<u8>(bytes + i), 2);
}

/** The bytes of a name up to its first NUL; anything but printable ASCII becomes a question mark. */
export function putName(name: u64): void {
  for (let left = name; (left & 0xff) != 0; left >>= 8) {
    const byte = <u8>(left & 0xff);
    putByte(byte > BLANK && byte < 0x7f ? byte : QUESTION);
  }
}

/** A dash for an empty column. */
export function putNothing(): void {
  putByte(DASH);
}

export function putBlank(): void {
  putByte(BLANK);
}
