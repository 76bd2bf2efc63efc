/*
 * The console's input: messages of type and data (abi/port) turned into bytes, a line at a time where
 * that is wanted. The first message of a server says whether a person sits at a terminal; the end of
 * input is a message of its own, so that all bytes 0 to 255 are data. When the server restarts, a
 * receive fails once with -EPIPE and is repeated: what was unread is still in the channel.
 *
 * In the place of a console there may be a pipe (abi/port): plain bytes, ended by a hang-up. Where it may, the cell asks
 * for each message, so that its feeder keeps what is not wanted. A cell that asks whether a person sits there gets
 * what is typed as it is; one that does not, lines as edited.
 */

import { recv, send, wait } from "./raw";
import { isPipe, messageLimit, portSlot } from "./channel";
import { decodeText } from "./text";
import { NEVER, NOWAIT, RING_RECV } from "../abi/calls";
import { EPIPE, ETIMEDOUT } from "../abi/errno";
import {
  CONSOLE_DATA,
  CONSOLE_END,
  CONSOLE_INTERRUPT,
  CONSOLE_MODE,
  CONSOLE_TERMINAL,
  PORT_CONSOLE_IN,
} from "../abi/port";

/** Bytes of the queue at first; it doubles when a program looks for interrupts but does not read. */
const QUEUE_MIN: i32 = 256;
/** Bytes of a CONSOLE_MODE message. */
const MODE_LENGTH: i32 = 6;
/** Line feed. */
const LF: u8 = 0x0a;

/** The input of a cell. There is one: `stdin`. */
export class Input {
  /** The channel, or a negative errno. */
  readonly slot: i32;
  private message: StaticArray<u8>;
  private queue: StaticArray<u8> = new StaticArray<u8>(QUEUE_MIN);
  private head: i32 = 0;
  private tail: i32 = 0;
  /** Before this place there is no end of a line. */
  private searched: i32 = 0;
  private ended: bool;
  /** It comes from a cell that hands it on, not from the console: no interrupts do. */
  readonly isPipe: bool;
  /** The pipe wants to be asked, or that is not known yet; and it has been asked. */
  private asks: bool;
  private asked: bool = false;
  private modeKnown: bool;
  private flags: u8 = 0;
  private width: i32 = 0;
  private height: i32 = 0;

  constructor() {
    const slot = portSlot(PORT_CONSOLE_IN);
    this.slot = slot;
    const pipe = slot >= 0 && isPipe(slot);
    this.ended = slot < 0;
    this.isPipe = pipe;
    this.asks = pipe;
    this.modeKnown = false;
    this.message = new StaticArray<u8>(slot < 0 ? 0 : messageLimit(slot, RING_RECV));
  }

  /** True when a person sits at a terminal. */
  get isTerminal(): bool {
    this.learnMode();
    return (this.flags & (<u8>CONSOLE_TERMINAL)) != 0;
  }

  /** Columns of the terminal, 0 when unknown. */
  get columns(): i32 {
    this.learnMode();
    return this.width;
  }

  /** Rows of the terminal, 0 when unknown. */
  get rows(): i32 {
    this.learnMode();
    return this.height;
  }

  /** Bytes that have arrived and are not yet read. */
  get available(): i32 {
    return this.tail - this.head;
  }

  /** Bytes of the first line that has arrived whole, its line feed included, 0 for none. */
  get lineLength(): i32 {
    for (let at = max(this.head, this.searched); at < this.tail; at++) {
      if (this.queue[at] == LF) return at + 1 - this.head;
    }
    this.searched = this.tail;
    return 0;
  }

  /** True when nothing more will arrive. */
  get isOver(): bool {
    return this.ended;
  }

  /** True when everything is read and nothing can follow. */
  get atEnd(): bool {
    return this.ended && this.available == 0;
  }

  /** The next byte, if one has arrived, else -1. */
  takeByte(): i32 {
    return this.available > 0 ? <i32>this.queue[this.head++] : -1;
  }

  /** Takes at most `room` of the bytes that have arrived: how many. */
  take(target: usize, room: i32): i32 {
    const count = min(this.available, room);
    memory.copy(target, changetype<usize>(this.queue) + this.head, count);
    this.head += count;
    return count;
  }

  /** Asks a pipe for its next message, where it wants that; `next` does it too. For who waits on the slot itself. */
  ask(): void {
    if (!this.asks || this.asked) return;
    this.message[0] = <u8>CONSOLE_DATA;
    const length = this.flags & (<u8>CONSOLE_TERMINAL) ? 1 : 0;
    this.asks = send(this.slot, changetype<usize>(this.message), length, NOWAIT) >= 0;
    this.asked = this.asks;
  }

  /** Puts bytes back in front of those that are available. */
  putBack(data: usize, length: i32): void {
    if (this.head < length) this.makeRoomInFront(length);
    this.head -= length;
    this.searched = 0;
    memory.copy(changetype<usize>(this.queue) + this.head, data, length);
  }

  /**
   * Takes one message in: CONSOLE_DATA (the bytes are `available` now), CONSOLE_END, CONSOLE_MODE or
   * CONSOLE_INTERRUPT; -ETIMEDOUT when none came by `deadline`, or another negative errno.
   */
  next(deadline: i64 = NEVER): i32 {
    if (this.ended) return CONSOLE_END;
    let length = this.receive(deadline);
    if (length == EPIPE) length = this.receive(deadline);
    if (length == EPIPE) {
      this.ended = true;
      return CONSOLE_END;
    }
    return length < 0 ? length : this.accept(length);
  }

  /** Reads what is there into `buffer`, waiting for a byte at least: how many bytes, 0 at the end, or a negative errno. */
  read(buffer: Uint8Array): i32 {
    const waited = this.waitForData();
    if (waited < 0) return waited;
    return this.take(buffer.dataStart, buffer.length);
  }

  /** Reads a line as text, without its line feed; null at the end. */
  readLine(): string | null {
    const line = this.readLineBytes();
    return line === null ? null : decodeText(line.dataStart, line.length);
  }

  /** Reads a line as it is, without its line feed; null at the end. */
  readLineBytes(): Uint8Array | null {
    let scanned = 0;
    while (true) {
      const base = changetype<usize>(this.queue) + this.head;
      for (; scanned < this.available; scanned++) {
        if (load<u8>(base + scanned) == LF) return this.takeBytes(scanned, scanned + 1);
      }
      if (this.ended) return scanned > 0 ? this.takeBytes(scanned, scanned) : null;
      if (this.next() < 0) return null;
    }
  }

  /** Takes `taken` bytes of the queue, of which the first `length` are the answer. */
  private takeBytes(length: i32, taken: i32): Uint8Array {
    const bytes = new Uint8Array(length);
    memory.copy(bytes.dataStart, changetype<usize>(this.queue) + this.head, length);
    this.head += taken;
    return bytes;
  }

  private receive(deadline: i64): i32 {
    this.ask();
    if (deadline != NEVER && wait(1 << (<i64>this.slot), deadline) == 0) return ETIMEDOUT;
    return <i32>recv(this.slot, changetype<usize>(this.message), this.message.length, 0);
  }

  /** Waits until a byte has arrived or the end: 0, or a negative errno. */
  private waitForData(): i32 {
    while (this.available == 0 && !this.ended) {
      const type = this.next();
      if (type < 0) return type;
    }
    return 0;
  }

  private learnMode(): void {
    while (!this.modeKnown && !this.ended) {
      if (this.isPipe && !this.asked) return this.askMode();
      if (this.next() < 0) return;
    }
  }

  /** Asks what is behind a pipe: no terminal, where it does not want to be asked or answers something else. */
  private askMode(): void {
    this.modeKnown = true;
    this.message[0] = <u8>CONSOLE_MODE;
    this.asks = this.asks && send(this.slot, changetype<usize>(this.message), 1, 0) >= 0;
    if (!this.asks) return;
    const length = <i32>recv(this.slot, changetype<usize>(this.message), this.message.length, 0);
    if (length == EPIPE) this.ended = true;
    else if (length == MODE_LENGTH && this.message[0] == CONSOLE_MODE) this.acceptMode();
    else this.append(changetype<usize>(this.message), length);
  }

  private accept(length: i32): i32 {
    if (this.isPipe) {
      this.asked = false;
      this.append(changetype<usize>(this.message), length);
      return CONSOLE_DATA;
    }
    const type: i32 = length > 0 ? this.message[0] : CONSOLE_DATA;
    const data = changetype<usize>(this.message) + 1;
    if (type == CONSOLE_DATA) this.append(data, length - 1);
    if (type == CONSOLE_END) this.ended = true;
    if (type == CONSOLE_INTERRUPT) this.head = this.tail;
    if (type == CONSOLE_MODE && length >= MODE_LENGTH) this.acceptMode();
    return type;
  }

  private acceptMode(): void {
    const data = changetype<usize>(this.message) + 1;
    this.flags = load<u8>(data);
    this.width = load<u16>(data, 1);
    this.height = load<u16>(data, 3);
    this.modeKnown = true;
  }

  private append(data: usize, length: i32): void {
    if (length <= 0) return;
    this.makeRoom(length);
    memory.copy(changetype<usize>(this.queue) + this.tail, data, length);
    this.tail += length;
  }

  private makeRoom(length: i32): void {
    const used = this.available;
    let size = this.queue.length;
    if (this.tail + length <= size) return;
    while (used + length > size) size *= 2;
    const from = changetype<usize>(this.queue) + this.head;
    if (size > this.queue.length) {
      const queue = new StaticArray<u8>(size);
      memory.copy(changetype<usize>(queue), from, used);
      this.queue = queue;
    } else {
      memory.copy(changetype<usize>(this.queue), from, used);
    }
    this.searched = max(this.searched - this.head, 0);
    this.head = 0;
    this.tail = used;
  }

  /** Moves what is available so that `length` bytes fit in front. */
  private makeRoomInFront(length: i32): void {
    const used = this.available;
    this.makeRoom(length + this.queue.length - this.tail);
    memory.copy(changetype<usize>(this.queue) + length, changetype<usize>(this.queue) + this.head, used);
    this.head = length;
    this.tail = length + used;
  }
}

/** The cell's input. */
@lazy export const stdin: Input = new Input();
