/*
 * Bytes that have arrived and are not yet read. What came from a pipe is never dropped: who does not read does not ask, so
 * it stays with its sender. What is typed cannot wait anywhere, so there is a bound: a line that does not fit any more is
 * dropped whole, because a part of it may mean something else than the line.
 *
 *   bytes[head .. tail): the bytes; before `searched` no line ends
 */

/** Bytes of the queue at first; it doubles as far as it has to. */
const QUEUE_MIN: i32 = 256;
/** Most bytes of what is typed that wait. */
export const TYPED_MAX: i32 = 65536;

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

export class ByteQueue {
  private bytes: StaticArray<u8> = new StaticArray<u8>(QUEUE_MIN);
  private head: i32 = 0;
  private tail: i32 = 0;
  private searched: i32 = 0;
  /** The rest of the line that is being typed is dropped. */
  private dropping: bool = false;

  /** How many there are. */
  get length(): i32 {
    return this.tail - this.head;
  }

  /** Where they lie, until the next are added. */
  get start(): usize {
    return changetype<usize>(this.bytes) + this.head;
  }

  /** Bytes of the first line, its line feed included, 0 when none is there whole. */
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

  /** Takes at most `room` bytes: how many. */
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

  /** Adds what was typed, of which at most the last byte ends a line. False when that begins to be dropped. */
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

  /** Takes the line away that is not whole yet. */
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

  /** Moves what is there so that `length` bytes fit in front. */
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
