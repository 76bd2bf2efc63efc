/*
 * From the bytes of the wire to what the clients are told (abi/port). At a terminal 0x03 is Ctrl-C and no
 * data. On a pipe the bytes are escaped, so that the end of input can be told from every byte; after the
 * end nothing is taken any more. A message ends with its line (LF, at a terminal also CR).
 *
 *   held: type u8 = CONSOLE_DATA | bytes...      one message, as it will be sent
 */

import { CONSOLE_DATA, WIRE_END, WIRE_ESCAPE, WIRE_FILL } from "../../assembly/abi/port";

/** What Ctrl-C sends. */
const CTRL_C: u8 = 0x03;
const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

export class InputDecoder {
  /** Bytes of data held. */
  length: i32 = 0;
  /** True when Ctrl-C was typed and the owner was not told yet. */
  interrupted: bool = false;
  /** True when the end of the input has come. */
  ended: bool = false;
  private escaped: bool = false;
  /** The message held ends a line. */
  private whole: bool = false;
  private readonly held: StaticArray<u8>;

  /** Holds one message of at most `limit` bytes. */
  constructor(
    private readonly terminal: bool,
    limit: i32,
  ) {
    this.held = new StaticArray<u8>(limit);
    this.held[0] = <u8>CONSOLE_DATA;
  }

  /** The message with the data held; it is `length` + 1 bytes long. */
  get message(): usize {
    return changetype<usize>(this.held);
  }

  /** True when another byte can be held. */
  get hasRoom(): bool {
    return !this.whole && this.length + 1 < this.held.length;
  }

  /** Takes a byte of the wire. */
  accept(byte: u8): void {
    if (this.ended) return;
    if (this.terminal) this.acceptTyped(byte);
    else this.acceptPiped(byte);
  }

  /** Drops the held data, which has been sent. */
  clear(): void {
    this.length = 0;
    this.whole = false;
  }

  /** Drops input typed before Ctrl-C that was not read. */
  private acceptTyped(byte: u8): void {
    if (byte == CTRL_C) {
      this.interrupted = true;
      this.clear();
    } else {
      this.hold(byte);
    }
  }

  private acceptPiped(byte: u8): void {
    if (this.escaped) {
      this.escaped = false;
      if (byte == WIRE_END) this.ended = true;
      else this.hold(byte);
    } else if (byte == WIRE_ESCAPE) {
      this.escaped = true;
    } else if (byte != WIRE_FILL) {
      this.hold(byte);
    }
  }

  private hold(byte: u8): void {
    if (!this.hasRoom) return;
    this.held[++this.length] = byte;
    this.whole = byte == LF || (this.terminal && byte == CR);
  }
}
