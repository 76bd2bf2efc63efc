/*
 * The console's input: messages of type and data (abi/port) turned into bytes, a line at a time where
 * that is wanted. The first message of a server says whether a person sits at a terminal; the end of
 * input is a message of its own, so that all bytes 0 to 255 are data. When the server restarts, a
 * receive fails once with -EPIPE and is repeated: what was unread is still in the channel.
 *
 * In the place of a console there may be a pipe (abi/port): plain bytes, ended by a hang-up. Where it may, the cell asks
 * for each message, so that its feeder keeps what is not wanted. A cell that asks whether a person sits there gets
 * what is typed as it is; one that does not, lines as edited. What is typed while nobody reads has a bound (queue.ts).
 */

import { recv, send, wait } from "./raw";
import { isPipe, messageLimit, portSlot } from "./channel";
import { ByteQueue } from "./queue";
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

/** Bytes of a CONSOLE_MODE message. */
const MODE_LENGTH: i32 = 6;
/** Line feed. */
const LF: u8 = 0x0a;

/** The input of a cell. There is one: `stdin`. */
export class Input {
  /** The channel, or a negative errno. */
  readonly slot: i32;
  private message: StaticArray<u8>;
  private readonly queue: ByteQueue = new ByteQueue();
  /** Typed lines were dropped of which nobody was told yet. */
  private dropped: bool = false;
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
    return this.queue.length;
  }

  /** Bytes of the first line that has arrived whole, its line feed included, 0 for none. */
  get lineLength(): i32 {
    return this.queue.lineLength;
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
    return this.queue.takeByte();
  }

  /** Takes at most `room` of the bytes that have arrived: how many. */
  take(target: usize, room: i32): i32 {
    return this.queue.take(target, room);
  }

  /** Whether typed lines found no room since this was asked last: a terminal's bell says so. */
  takeDropped(): bool {
    const dropped = this.dropped;
    this.dropped = false;
    return dropped;
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
    this.queue.putBack(data, length);
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
      const base = this.queue.start;
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
    memory.copy(bytes.dataStart, this.queue.start, length);
    this.queue.skip(taken);
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
    else this.queue.append(changetype<usize>(this.message), length);
  }

  private accept(length: i32): i32 {
    if (this.isPipe) {
      this.asked = false;
      this.queue.append(changetype<usize>(this.message), length);
      return CONSOLE_DATA;
    }
    const type: i32 = length > 0 ? this.message[0] : CONSOLE_DATA;
    const data = changetype<usize>(this.message) + 1;
    if (type == CONSOLE_DATA) this.acceptData(data, length - 1);
    if (type == CONSOLE_END) this.ended = true;
    if (type == CONSOLE_INTERRUPT) this.queue.clear();
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

  private acceptData(data: usize, length: i32): void {
    if ((this.flags & (<u8>CONSOLE_TERMINAL)) == 0) this.queue.append(data, length);
    else if (!this.queue.appendTyped(data, length)) this.dropped = true;
  }
}

/** The cell's input. */
@lazy export const stdin: Input = new Input();
