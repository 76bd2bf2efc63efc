/*
 * Text in the shell is bytes: every character of a string is one byte, 0 to 255, so that input, pipes and names pass
 * through unchanged whatever their encoding. It is decoded, without loss (rumpk/text), only for the SDK's functions
 * that take text.
 */

import { decodeText, encodeText } from "rumpk/text";

/** The bytes at `base` as a byte string. */
export function fromRange(base: usize, length: i32): string {
  const text = changetype<string>(__new((<usize>length) << 1, idof<string>()));
  for (let i = 0; i < length; i++) store<u16>(changetype<usize>(text) + ((<usize>i) << 1), load<u8>(base + i));
  return text;
}

/** An array of bytes as a byte string. */
export function fromBytes(bytes: Uint8Array): string {
  return fromRange(bytes.dataStart, bytes.length);
}

/** A byte string as an array. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = <u8>text.charCodeAt(i);
  return bytes;
}

/** A byte string as text. */
export function decode(text: string): string {
  const bytes = toBytes(text);
  return decodeText(bytes.dataStart, bytes.length);
}

/** Text as a byte string. */
export function encode(text: string): string {
  const bytes = encodeText(text);
  return fromRange(changetype<usize>(bytes), bytes.byteLength);
}

/** Bytes that grow at their end. */
export class Bytes {
  /** Bytes in use. */
  length: i32 = 0;
  private data: StaticArray<u8> = new StaticArray<u8>(1024);

  /** Their address, until more are added. */
  get start(): usize {
    return changetype<usize>(this.data);
  }

  /** Takes all of them away. */
  clear(): void {
    this.length = 0;
  }

  /** Adds a byte. */
  put(byte: u8): void {
    this.reserve(1);
    store<u8>(this.start + this.length++, byte);
  }

  /** All of them as a byte string. */
  toString(): string {
    return fromRange(this.start, this.length);
  }

  private reserve(more: i32): void {
    let size = this.data.length;
    while (size < this.length + more) size *= 2;
    if (size == this.data.length) return;
    const data = new StaticArray<u8>(size);
    memory.copy(changetype<usize>(data), this.start, this.length);
    this.data = data;
  }

  /** Adds a byte string. */
  append(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) store<u8>(this.start + this.length + i, <u8>text.charCodeAt(i));
    this.length += text.length;
  }
}

/** A number of at least `width` digits. */
export function padded(value: i64, width: i32): string {
  return value.toString().padStart(width, "0");
}
