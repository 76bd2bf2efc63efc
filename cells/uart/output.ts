/*
 * The bytes on their way out, of all clients, in the order in which their messages were taken. A terminal
 * wants a carriage return in front of each line feed; a pipe gets the bytes as they are.
 *
 *   queue[head % SIZE .. tail % SIZE], head and tail free running
 */

/** Bytes of the queue, a power of two. */
const SIZE: u32 = 16384;
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

  /** True when a message of `length` bytes fits, whatever is in it. */
  fits(length: u32): bool {
    return SIZE - (this.tail - this.head) >= length * 2;
  }

  /** Appends a message that fits. */
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
