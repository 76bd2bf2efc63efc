/*
 * The console's two outputs. Each is a channel to the cell that serves the console: bytes, in messages no
 * longer than the ring's entries; a write returns when all of it is on its way. A cell without that
 * channel writes into nothing. Under the same port there may be a pipe (abi/port): then a write after its reader
 * ended is the end of this cell too, with STATUS_PIPE_CLOSED.
 *
 * The console cannot tell in which order messages of two channels were sent. So before a cell writes to
 * the other output, or starts a cell that may write, it waits until the console has taken what it wrote.
 */

import { drain, isPipe, messageLimit, portSlot, sendAll } from "./channel";
import { exit } from "./raw";
import { encodeText } from "./text";
import { RING_SEND } from "../abi/calls";
import { ENOENT, EPIPE } from "../abi/errno";
import { PORT_CONSOLE_ERROR, PORT_CONSOLE_OUT, STATUS_PIPE_CLOSED } from "../abi/port";

/** The output that may still hold bytes that the console has not taken. */
let last: Output | null = null;

/** Returns when the console has taken everything that this cell wrote. */
export function flush(): void {
  const output = last;
  if (output !== null) output.drain();
  last = null;
}

/** One output of the console. */
export class Output {
  private slot: i32 = ENOENT;
  private limit: i32 = 0;
  private isPipe: bool = false;

  constructor(private port: u32) {}

  /** Writes a string (text.ts) or a Uint8Array: the number of bytes, or a negative errno. */
  write<T>(data: T): i32 {
    if (isString<T>()) {
      const bytes = encodeText(<string>data);
      return this.writeRange(changetype<usize>(bytes), bytes.byteLength);
    } else {
      return this.writeRange(data.dataStart, data.byteLength);
    }
  }

  /** Writes a line: the text and a line feed. */
  writeLine(text: string): i32 {
    return this.write(text + "\n");
  }

  /** Writes `length` bytes from `data`: `length`, or a negative errno. */
  writeRange(data: usize, length: i32): i32 {
    if (this.limit == 0) {
      this.slot = portSlot(this.port);
      this.limit = this.slot < 0 ? 0 : messageLimit(this.slot, RING_SEND);
      if (this.limit == 0) return this.slot < 0 ? this.slot : EPIPE;
      this.isPipe = isPipe(this.slot);
    }
    if (last !== this) flush();
    last = this;
    const result = sendAll(this.slot, data, length, this.limit);
    if (result == EPIPE && this.isPipe) exit(STATUS_PIPE_CLOSED);
    return result;
  }

  /** Returns when the console has taken everything that was written here. Does not wait for the reader of a pipe. */
  drain(): void {
    if (!this.isPipe) drain(this.slot);
  }
}

/** The cell's output. */
@lazy export const stdout: Output = new Output(PORT_CONSOLE_OUT);

/** The cell's output for errors and diagnostics. */
@lazy export const stderr: Output = new Output(PORT_CONSOLE_ERROR);

/** Lines of text, as in JavaScript. */
export namespace console {
  /** Writes a line to the output. */
  export function log(message: string): void {
    stdout.writeLine(message);
  }

  /** Writes a line to the error output. */
  export function error(message: string): void {
    stderr.writeLine(message);
  }
}
