/*
 * Builds one 9P message in a buffer of fixed size. A field that does not fit is not written and sets `overflow`;
 * nothing is ever stored outside the buffer.
 */

import { storeText, textLength } from "../text";
import { HEADER_SIZE } from "./types";

export class Writer {
  /** Bytes of the message so far. */
  length: u32 = 0;
  /** True when something did not fit. */
  overflow: bool = false;

  /** Writes to `capacity` bytes from `base`. */
  constructor(
    readonly base: usize,
    public capacity: u32,
  ) {}

  /** Starts a message. */
  begin(type: u8, tag: u16): void {
    this.length = 0;
    this.overflow = false;
    this.putU32(0);
    this.putU8(type);
    this.putU16(tag);
  }

  /** Finishes the message and writes its size: its bytes, or 0 when it did not fit. */
  end(): u32 {
    if (this.overflow || this.length < HEADER_SIZE) return 0;
    store<u32>(this.base, this.length);
    return this.length;
  }

  putU8(value: u8): void {
    const at = this.take(1);
    if (at != 0) store<u8>(at, value);
  }

  putU16(value: u16): void {
    const at = this.take(2);
    if (at != 0) store<u16>(at, value);
  }

  putU32(value: u32): void {
    const at = this.take(4);
    if (at != 0) store<u32>(at, value);
  }

  putU64(value: u64): void {
    const at = this.take(8);
    if (at != 0) store<u64>(at, value);
  }

  /** A qid. */
  putQid(type: u8, path: u64): void {
    this.putU8(type);
    this.putU32(0);
    this.putU64(path);
  }

  /** A string. */
  putText(text: string): void {
    const length = textLength(text);
    if (length > 0xffff) {
      this.overflow = true;
      return;
    }
    this.putU16(<u16>length);
    const at = this.take(length);
    if (at != 0) storeText(text, text.length, at);
  }

  /** A string that lies in memory as bytes. */
  putName(name: usize, length: u32): void {
    this.putU16(<u16>length);
    this.putBytes(name, length);
  }

  /** Bytes, as they are. */
  putBytes(bytes: usize, length: u32): void {
    const at = this.take(length);
    if (at != 0) memory.copy(at, bytes, length);
  }

  /** Reserves `length` bytes for the caller to fill: their address, or 0 when they do not fit. */
  take(length: u32): usize {
    if (this.overflow || length > this.capacity - this.length) {
      this.overflow = true;
      return 0;
    }
    const at = this.base + this.length;
    this.length += length;
    return at;
  }
}
