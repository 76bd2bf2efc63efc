/*
 * Text in the shell is bytes: every string holds one byte a character, 0 to 255, so that what a user
 * types, pipes or names passes through unchanged whatever its encoding. Only at the SDK's functions that
 * take text it is decoded from UTF-8.
 */

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

/** A byte string, taken as UTF-8, as text. */
export function decode(text: string): string {
  const bytes = toBytes(text);
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

/** Text as a byte string of its UTF-8. */
export function encode(text: string): string {
  const bytes = String.UTF8.encode(text);
  return fromRange(changetype<usize>(bytes), bytes.byteLength);
}

/** Bytes that grow at their end. */
export class Bytes {
  /** Bytes in use. */
  length: i32 = 0;
  private data: StaticArray<u8> = new StaticArray<u8>(1024);

  /** Where they lie, until the next ones are added. */
  get start(): usize {
    return changetype<usize>(this.data);
  }

  /** Adds a byte string. */
  append(text: string): void {
    let size = this.data.length;
    while (size < this.length + text.length) size *= 2;
    if (size > this.data.length) {
      const data = new StaticArray<u8>(size);
      memory.copy(changetype<usize>(data), this.start, this.length);
      this.data = data;
    }
    for (let i = 0; i < text.length; i++) store<u8>(this.start + this.length + i, <u8>text.charCodeAt(i));
    this.length += text.length;
  }
}

/** A number of at least `width` digits. */
export function padded(value: i64, width: i32): string {
  return value.toString().padStart(width, "0");
}
