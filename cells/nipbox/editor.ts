/*
 * The line editor: keys in, a line and what the terminal is to show out. It knows no terminal; bytes are
 * fed to it one by one and it appends to `output`. A line longer than the terminal is wide scrolls
 * sideways. UTF-8 passes: a character's later bytes take no column and move with their first.
 *
 *   cursor keys, Home, End, Delete, Backspace; Ctrl-A E B F start, end, back, forward; Ctrl-K U W cut to
 *   the end, to the start, the word before; Ctrl-L clear the screen; Ctrl-P N or up, down history; Ctrl-D
 *   on an empty line ends the input
 */

import { History } from "./history";

/** The line goes on. */
export const EDIT_MORE: i32 = 0;
/** The line is done: `text`. */
export const EDIT_LINE: i32 = 1;
/** The user ended the input. */
export const EDIT_END: i32 = 2;

/** Longest line: a cell takes no more bytes of arguments. */
const TEXT_MAX: i32 = 1024;
/** Columns of a terminal that does not say. */
const COLUMNS: i32 = 80;
const ESCAPE: u8 = 0x1b;
const CLEAR_SCREEN: string = "\x1b[H\x1b[2J";
const CLEAR_TO_END: string = "\x1b[K";

/** Where in an escape sequence the input is. */
const PLAIN: i32 = 0;
const AFTER_ESCAPE: i32 = 1;
const IN_SEQUENCE: i32 = 2;

export class Editor {
  /** The line, as bytes. */
  text: string = "";
  /** What the terminal is to show; the owner takes it. */
  output: string = "";
  private cursor: i32 = 0;
  /** First byte that is shown. */
  private left: i32 = 0;
  private state: i32 = PLAIN;
  /** Number in the escape sequence. */
  private parameter: i32 = 0;
  private lastByte: u8 = 0;

  constructor(
    private readonly prompt: string,
    private readonly columns: i32,
    private readonly history: History,
  ) {}

  /** Starts a new line and shows the prompt. */
  begin(): void {
    this.text = "";
    this.cursor = 0;
    this.left = 0;
    this.state = PLAIN;
    this.history.rewind();
    this.output += this.prompt;
  }

  /** Takes what is to be shown. */
  takeOutput(): string {
    const output = this.output;
    this.output = "";
    return output;
  }

  /** Takes a key's byte: EDIT_... */
  feed(byte: u8): i32 {
    const previous = this.lastByte;
    this.lastByte = byte;
    if (this.state != PLAIN) {
      this.escape(byte);
      return EDIT_MORE;
    }
    if (byte == 0x0a && previous == 0x0d) return EDIT_MORE;
    if (byte == 0x0d || byte == 0x0a) return this.finish();
    if (byte == 0x04 && this.text.length == 0) return EDIT_END;
    if (byte < 0x20 || byte == 0x7f) this.control(byte);
    else this.insert(byte);
    return EDIT_MORE;
  }

  /** Ctrl-C: the line is void. */
  interrupt(): void {
    this.output += "^C\n";
    this.begin();
  }

  /** Shows the line anew. */
  redraw(): void {
    this.scroll();
    const room = this.room();
    let end = this.left;
    for (let column = 0; end < this.text.length; end = this.after(end)) {
      if (++column > room) break;
    }
    this.output += "\r" + this.prompt + this.text.substring(this.left, end) + CLEAR_TO_END;
    const column = this.prompt.length + this.width(this.left, this.cursor);
    this.output += "\r" + (column > 0 ? "\x1b[" + column.toString() + "C" : "");
  }

  private finish(): i32 {
    this.cursor = this.text.length;
    if (this.left > 0) this.redraw();
    this.output += "\n";
    this.history.add(this.text);
    return EDIT_LINE;
  }

  private control(byte: u8): void {
    switch (byte) {
      case 0x01:
        return this.moveTo(0);
      case 0x02:
        return this.moveTo(this.before(this.cursor));
      case 0x04:
        return this.cut(this.cursor, this.after(this.cursor));
      case 0x05:
        return this.moveTo(this.text.length);
      case 0x06:
        return this.moveTo(this.after(this.cursor));
      case 0x08:
      case 0x7f:
        return this.cut(this.before(this.cursor), this.cursor);
      case 0x0b:
        return this.cut(this.cursor, this.text.length);
      case 0x0c:
        this.output += CLEAR_SCREEN;
        return this.redraw();
      case 0x0e:
        return this.replace(this.history.next());
      case 0x10:
        return this.replace(this.history.previous(this.text));
      case 0x15:
        return this.cut(0, this.cursor);
      case 0x17:
        return this.cut(this.wordStart(), this.cursor);
      case ESCAPE:
        this.state = AFTER_ESCAPE;
    }
  }

  /** Takes a byte of ESC [ number ~, ESC [ letter or ESC O letter. */
  private escape(byte: u8): void {
    if (this.state == AFTER_ESCAPE) {
      this.state = byte == 0x5b || byte == 0x4f ? IN_SEQUENCE : PLAIN;
      this.parameter = 0;
    } else if (byte >= 0x30 && byte <= 0x39) {
      this.parameter = (this.parameter * 10 + (byte - 0x30)) & 0xff;
    } else if (byte >= 0x40) {
      this.state = PLAIN;
      this.key(byte);
    }
  }

  private key(letter: u8): void {
    switch (letter) {
      case 0x41:
        return this.control(0x10);
      case 0x42:
        return this.control(0x0e);
      case 0x43:
        return this.control(0x06);
      case 0x44:
        return this.control(0x02);
      case 0x46:
        return this.control(0x05);
      case 0x48:
        return this.control(0x01);
      case 0x7e:
        return this.numberedKey();
    }
  }

  /** 1 and 7 are Home, 4 and 8 End, 3 is Delete. */
  private numberedKey(): void {
    const key = this.parameter;
    if (key == 1 || key == 7) this.moveTo(0);
    if (key == 4 || key == 8) this.moveTo(this.text.length);
    if (key == 3) this.cut(this.cursor, this.after(this.cursor));
  }

  /** At the end of a line that fits, the byte is all there is to show. */
  private insert(byte: u8): void {
    if (this.text.length == TEXT_MAX) return;
    const character = String.fromCharCode(byte);
    const atEnd = this.cursor == this.text.length;
    this.text = this.text.substring(0, this.cursor) + character + this.text.substring(this.cursor);
    this.cursor++;
    if (atEnd && this.width(this.left, this.cursor) < this.room()) this.output += character;
    else this.redraw();
  }

  private cut(start: i32, end: i32): void {
    this.text = this.text.substring(0, start) + this.text.substring(end);
    this.moveTo(start);
  }

  private replace(text: string | null): void {
    if (text === null) return;
    this.text = text;
    this.left = 0;
    this.moveTo(text.length);
  }

  private moveTo(position: i32): void {
    this.cursor = position;
    this.redraw();
  }

  private wordStart(): i32 {
    let at = this.cursor;
    while (at > 0 && this.text.charCodeAt(at - 1) == 0x20) at--;
    while (at > 0 && this.text.charCodeAt(at - 1) != 0x20) at--;
    return at;
  }

  /** Columns that the line may take, the cursor's place behind it included. */
  private room(): i32 {
    return max((this.columns > 0 ? this.columns : COLUMNS) - this.prompt.length - 1, 8);
  }

  /** Moves the shown part so that the cursor is in it. */
  private scroll(): void {
    if (this.cursor < this.left) this.left = this.cursor;
    while (this.width(this.left, this.cursor) > this.room()) this.left = this.after(this.left);
  }

  /** Characters between two places. */
  private width(start: i32, end: i32): i32 {
    let count = 0;
    for (let i = start; i < end; i++) {
      if (!this.isLater(i)) count++;
    }
    return count;
  }

  private before(position: i32): i32 {
    if (position > 0) position--;
    while (position > 0 && this.isLater(position)) position--;
    return position;
  }

  private after(position: i32): i32 {
    if (position < this.text.length) position++;
    while (position < this.text.length && this.isLater(position)) position++;
    return position;
  }

  /** Whether a later byte of a UTF-8 character lies there. */
  @inline
  private isLater(position: i32): bool {
    return (this.text.charCodeAt(position) & 0xc0) == 0x80;
  }
}
