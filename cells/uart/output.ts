/*
 * The bytes on their way out: one message, or what is left of it. A terminal wants a carriage return before each line
 * feed. On a pipe the bytes are escaped (abi/port), so that the reader of the wire can tell both outputs apart; a mark
 * says which one follows where it changes, and before the first byte, because a previous instance may have left the
 * wire at either.
 *
 *   queue[head % SIZE .. tail % SIZE], head and tail free running
 */

import { WIRE_ERROR, WIRE_ESCAPE, WIRE_OUTPUT } from "../../assembly/abi/port";

/** Bytes of the queue, a power of two: a change of output and the longest message, were all of it to be doubled. */
const SIZE: u32 = 2048;
const CR: u8 = 0x0d;
const LF: u8 = 0x0a;

export class OutputQueue {
  private readonly bytes: StaticArray<u8> = new StaticArray<u8>(SIZE);
  private head: u32 = 0;
  private tail: u32 = 0;
  /** The output that the wire of a pipe is at: WIRE_ERROR, WIRE_OUTPUT, or 0 for not known. */
  private side: u32 = 0;

  constructor(private readonly terminal: bool) {}

  get empty(): bool {
    return this.head == this.tail;
  }

  /** Appends a message of at most 1,020 bytes, to the error output or not; the queue must be empty. */
  append(message: usize, length: u32, error: bool): void {
    const terminal = this.terminal;
    if (!terminal) this.turn(error ? WIRE_ERROR : WIRE_OUTPUT);
    const marked: u8 = terminal ? LF : <u8>WIRE_ESCAPE;
    const mark: u8 = terminal ? CR : <u8>WIRE_ESCAPE;
    for (let i: u32 = 0; i < length; i++) {
      const byte = load<u8>(message + i);
      if (byte == marked) this.put(mark);
      this.put(byte);
    }
  }

  /** Marks which output follows, if it changes. */
  private turn(side: u32): void {
    if (side == this.side) return;
    this.side = side;
    this.put(<u8>WIRE_ESCAPE);
    this.put(<u8>side);
  }

  /** Takes the next byte; the queue must not be empty. */
  take(): u8 {
    return unchecked(this.bytes[this.head++ & (SIZE - 1)]);
  }


  @inline
  private put(byte: u8): void {
    unchecked((this.bytes[this.tail++ & (SIZE - 1)] = byte));
  }
}
