/*
 * Bytes that have arrived and are not yet read. Bytes from a pipe are never dropped: a reader that does not read does
 * not ask, so they stay with the sender. Typed bytes cannot wait anywhere else, so there is a limit: a line that does
 * not fit is dropped whole, because a part of it may mean something different.
 *
 *   bytes[head .. tail): the bytes; before `searched` no line ends
 */

/** Initial size of the queue in bytes; it doubles as needed. */
const QUEUE_MIN: i32 = 256;
/** Most typed bytes that wait. */
export const TYPED_MAX: i32 = 65536;

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

export class ByteQueue {
  private bytes: StaticArray<u8> = new StaticArray<u8>(QUEUE_MIN);
  private head: i32 = 0;
  private tail: i32 = 0;
  private searched: i32 = 0;
  /** The rest of the current line is dropped. */
  private dropping: bool = false;

  /** How many there are. */
  get length(): i32 {
    return this.tail - this.head;
  }

  /** Their address, until more are added. */
  get start(): usize {
    return changetype<usize>(this.bytes) + this.head;
  }

  /** Bytes of the first line with its line feed, 0 when there is no complete line. */
  get lineLength(): i32 {
    for (let at = max(this.head, this.searched); at < this.tail; at++) {
      if (this.bytes[at] == LF) return at + 1 - this.head;
    }
    this.searched = this.tail;
    return 0;
  }

  /** Takes the next byte, -1 for none. */
  takeByte(): i32 {
    return this.length > 0 ? <i32>this.bytes[this.head++] : -1;
  }

  /** Takes at most `room` bytes and returns their number. */
  take(target: usize, room: i32): i32 {
    const count = min(this.length, room);
    memory.copy(target, this.start, count);
    this.head += count;
    return count;
  }

  /** Passes over bytes that are there. */
  skip(count: i32): void {
    this.head += count;
  }

  /** Forgets them all. */
  clear(): void {
    this.head = this.tail;
    this.dropping = false;
  }

  /** Adds bytes. */
  append(data: usize, length: i32): void {
    if (length <= 0) return;
    this.makeRoom(length);
    memory.copy(changetype<usize>(this.bytes) + this.tail, data, length);
    this.tail += length;
  }

  /** Adds typed bytes, of which at most the last ends a line. False when it starts dropping a line. */
  appendTyped(data: usize, length: i32): bool {
    if (length <= 0) return true;
    const began = !this.dropping && this.length + length > TYPED_MAX;
    if (began) this.dropLine();
    if (!began && !this.dropping) this.append(data, length);
    else this.dropping = !endsLine(load<u8>(data + length - 1));
    return !began;
  }

  /** Puts bytes back in front of the others. */
  putBack(data: usize, length: i32): void {
    if (this.head < length) this.makeRoomInFront(length);
    this.head -= length;
    this.searched = 0;
    memory.copy(this.start, data, length);
  }

  /** Removes the incomplete line at the end. */
  private dropLine(): void {
    while (this.tail > this.head && !endsLine(this.bytes[this.tail - 1])) --this.tail;
    this.searched = min(this.searched, this.tail);
  }

  private makeRoom(length: i32): void {
    const used = this.length;
    let size = this.bytes.length;
    if (this.tail + length <= size) return;
    while (used + length > size) size *= 2;
    if (size > this.bytes.length) {
      const bytes = new StaticArray<u8>(size);
      memory.copy(changetype<usize>(bytes), this.start, used);
      this.bytes = bytes;
    } else {
      memory.copy(changetype<usize>(this.bytes), this.start, used);
    }
    this.searched = max(this.searched - this.head, 0);
    this.head = 0;
    this.tail = used;
  }

  /** Moves the bytes so that `length` more fit in front. */
  private makeRoomInFront(length: i32): void {
    const used = this.length;
    this.makeRoom(length + this.bytes.length - this.tail);
    memory.copy(changetype<usize>(this.bytes) + length, this.start, used);
    this.head = length;
    this.tail = length + used;
  }
}


@inline
function endsLine(byte: u8): bool {
  return byte == LF || byte == CR;
}
