/*
 * Parses one 9P message. The sender is not trusted: an incomplete field reads as zero or empty and sets `bad`; nothing
 * is ever read outside the message.
 */

import { decodeText } from "../text";
import { HEADER_SIZE } from "./types";

export class Reader {
  /** Type of the message. */
  type: u8 = 0;
  /** Tag of the message. */
  tag: u16 = 0;
  /** True when the message is not well-formed. */
  bad: bool = false;
  private at: usize = 0;
  private limit: usize = 0;

  /** Starts on the message of `length` bytes at `base`; `bad` when its header does not agree. */
  begin(base: usize, length: u32): void {
    this.at = base;
    this.limit = base + length;
    this.bad = length < HEADER_SIZE;
    const size = this.getU32();
    this.type = this.getU8();
    this.tag = this.getU16();
    if (size != length) this.bad = true;
  }

  /** True when all fields were complete and nothing is left over. */
  get complete(): bool {
    return !this.bad && this.at == this.limit;
  }

  /** Bytes not yet read. */
  get left(): u32 {
    return <u32>(this.limit - this.at);
  }

  getU8(): u8 {
    const at = this.take(1);
    return at != 0 ? load<u8>(at) : 0;
  }

  getU16(): u16 {
    const at = this.take(2);
    return at != 0 ? load<u16>(at) : 0;
  }

  getU32(): u32 {
    const at = this.take(4);
    return at != 0 ? load<u32>(at) : 0;
  }

  getU64(): u64 {
    const at = this.take(8);
    return at != 0 ? load<u64>(at) : 0;
  }

  /** A string. */
  getText(): string {
    const length = this.getU16();
    const at = this.take(length);
    return at != 0 ? decodeText(at, length) : "";
  }

  /** Skips `length` bytes: their address, or 0 when they are missing. */
  take(length: u32): usize {
    if (this.bad || length > this.left) {
      this.bad = true;
      return 0;
    }
    const at = this.at;
    this.at += length;
    return at;
  }
}
