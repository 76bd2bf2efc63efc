/*
 * The bytes on their way out: one message, or what is left of it. A terminal
 * wants a carriage return in front of each line feed; a pipe gets the bytes as they are.
 *
 *   queue[head % SIZE .. tail % SIZE], head and tail free running
 */

/** Bytes of the queue, a power of two: the longest message, were it all line feeds. */
const SIZE: u32 = 2048;
const CR: u8 = 0x0d;
const LF: u8 = 0x0a;

export class OutputQueue {
  private readonly bytes: StaticArray<u8> = new StaticArray<u8>(SIZE);
  private head: u32 = 0;
  private tail: u32 = 0;

  constructor(private readonly terminal: bool) {}

  get empty(): bool {
    return this.head == this.tail;
  }

  /** Appends a message of at most 1,020 bytes; the queue must be empty. */
  append(message: usize, length: u32): void {
    for (let i: u32 = 0; i < length; i++) {
      const byte = load<u8>(message + i);
      if (byte == LF && this.terminal) this.put(CR);
      this.put(byte);
    }
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
