/*
 * The console's input: messages of type and data (abi/port) turned into bytes, or lines where the caller wants them.
 * The server's first message says whether there is a terminal; the end of input is a message of its own, so that all
 * bytes 0 to 255 are data. When the server restarts, a receive fails once with -EPIPE and is repeated; unread input is
 * still in the channel.
 *
 * Instead of a console there may be a pipe (abi/port): plain bytes, ended by a hang-up. If it has the right, the cell
 * asks for each message, so that its feeder keeps what the cell does not want. A cell that asks whether there is a
 * terminal gets keys as typed; others get edited lines. Input typed while nobody reads is limited (queue.ts).
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
  /** Typed lines were dropped, and nobody has been told yet. */
  private dropped: bool = false;
  private ended: bool;
  /** Input comes from a cell that passes it on, not from the console, so there are no interrupts. */
  readonly isPipe: bool;
  /** The pipe wants to be asked (or may want to); and it has been asked. */
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

  /** True when the input is a terminal. */
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

  /** Bytes of the first complete line with its line feed, 0 for none. */
  get lineLength(): i32 {
    return this.queue.lineLength;
  }

  /** True when nothing more will arrive. */
  get isOver(): bool {
    return this.ended;
  }

  /** True when everything is read and no more can come. */
  get atEnd(): bool {
    return this.ended && this.available == 0;
  }

  /** The next byte if one has arrived, else -1. */
  takeByte(): i32 {
    return this.queue.takeByte();
  }

  /** Takes at most `room` of the bytes that have arrived and returns their number. */
  take(target: usize, room: i32): i32 {
    return this.queue.take(target, room);
  }

  /** Whether typed lines were dropped since the last call; a terminal rings its bell for that. */
  takeDropped(): bool {
    const dropped = this.dropped;
    this.dropped = false;
    return dropped;
  }

  /**
   * Asks a pipe for its next message if it wants to be asked; `next` does so too. For callers that wait on the slot
   * themselves.
   */
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

  /** Reads into `buffer`, waiting for at least one byte: the number of bytes, 0 at the end, or a negative errno. */
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

  /** Reads a line as bytes, without its line feed; null at the end. */
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

  /** Takes `taken` bytes from the queue; the first `length` of them are the result. */
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

  /** Waits for a byte or the end of input: 0, or a negative errno. */
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

  /** Asks what is behind a pipe. It is no terminal if the pipe does not want to be asked or answers something else. */
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
