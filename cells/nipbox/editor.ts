/*
 * The line editor: keys in; a line and output for the terminal out. It knows no terminal: it is fed byte by byte and
 * appends to `output`. A line wider than the terminal scrolls sideways. The line is bytes; characters.ts knows how they
 * look on the screen, keys.ts what a key is.
 *
 *   cursor keys, Home, End, Delete, Backspace; Ctrl-A E B F start, end, back, forward; Ctrl-K U W cut to
 *   the end, to the start, the word before; Ctrl-L clear the screen; Ctrl-P N or up, down history; Ctrl-D
 *   on an empty line ends the input
 *
 * A line that grew too long has lost what did not fit, so it stays refused, whatever is deleted from it, until it is
 * empty again.
 */

import { clusterEnd, clusterStart, columnsOf, mayBecomeCharacter, shownPart } from "./characters";
import { History } from "./history";
import { KEY_DELETE, KEY_DOWN, KEY_END, KEY_HOME, KEY_LEFT, KEY_NONE, KEY_RIGHT, KEY_UP, Keys } from "./keys";

/** The line goes on. */
export const EDIT_MORE: i32 = 0;
/** The line is done: `text`. */
export const EDIT_LINE: i32 = 1;
/** The user ended the input. */
export const EDIT_END: i32 = 2;
/** The line is finished but was too long: there is no `text`. */
export const EDIT_REFUSED: i32 = 3;

/** Longest line: with its line feed it fits into an answer to a program (feed.ts). */
export const TEXT_MAX: i32 = 4000;
/** Columns to assume when the terminal does not say. */
const COLUMNS: i32 = 80;
const CLEAR_SCREEN: string = "\x1b[H\x1b[2J";
const CLEAR_TO_END: string = "\x1b[K";
const BELL: string = "\x07";

/** The previous byte, of whatever line: a two-byte line end may end in the next editor. */
let lastByte: u8 = 0;

export class Editor {
  /** The line, as bytes. */
  text: string = "";
  /** Output for the terminal; the owner takes it. */
  output: string = "";
  private cursor: i32 = 0;
  /** First byte that is shown. */
  private left: i32 = 0;
  private keys: Keys = new Keys();
  /** The first bytes of a character of several. */
  private begun: string = "";
  /** Something did not fit. */
  private tooLong: bool = false;

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
    this.keys = new Keys();
    this.begun = "";
    this.tooLong = false;
    this.history.rewind();
    this.output += this.prompt;
  }

  /** Takes what is to be shown. */
  takeOutput(): string {
    const output = this.output;
    this.output = "";
    return output;
  }

  /** Takes a byte of a key: EDIT_... */
  feed(byte: u8): i32 {
    const previous = lastByte;
    lastByte = byte;
    const key = this.keys.take(byte);
    if (key == KEY_NONE) return EDIT_MORE;
    if (key >= 0x80 && key <= 0xff) this.collect(byte);
    else {
      this.insertBegun();
      if (key == 0x0a && previous == 0x0d) return EDIT_MORE;
      if (key == 0x0d || key == 0x0a) return this.finish();
      if (key == 0x04 && this.text.length == 0) return EDIT_END;
      if (key < 0x20 || key >= 0x7f) this.control(key);
      else this.insert(String.fromCharCode(key));
    }
    return EDIT_MORE;
  }

  /** Ctrl-C: the line is void. */
  interrupt(): void {
    this.output += "^C\n";
    this.begin();
  }

  /** Shows the line again. */
  redraw(): void {
    this.scroll();
    let room = this.room();
    let end = this.left;
    while (end < this.text.length) {
      const next = clusterEnd(this.text, end);
      room -= columnsOf(this.text, end, next);
      if (room < 0) break;
      end = next;
    }
    this.output += "\r" + this.prompt + shownPart(this.text, this.left, end) + CLEAR_TO_END;
    const column = this.prompt.length + columnsOf(this.text, this.left, this.cursor);
    this.output += "\r" + (column > 0 ? "\x1b[" + column.toString() + "C" : "");
  }

  private finish(): i32 {
    this.cursor = this.text.length;
    if (this.left > 0) this.redraw();
    this.output += "\n";
    if (this.tooLong) return EDIT_REFUSED;
    this.history.add(this.text);
    return EDIT_LINE;
  }

  private control(key: i32): void {
    switch (key) {
      case KEY_HOME:
      case 0x01:
        return this.moveTo(0);
      case KEY_LEFT:
      case 0x02:
        return this.moveTo(clusterStart(this.text, this.cursor));
      case KEY_DELETE:
      case 0x04:
        return this.cut(this.cursor, clusterEnd(this.text, this.cursor));
      case KEY_END:
      case 0x05:
        return this.moveTo(this.text.length);
      case KEY_RIGHT:
      case 0x06:
        return this.moveTo(clusterEnd(this.text, this.cursor));
      case 0x08:
      case 0x7f:
        return this.cut(clusterStart(this.text, this.cursor), this.cursor);
      case 0x0b:
        return this.cut(this.cursor, this.text.length);
      case 0x0c:
        this.output += CLEAR_SCREEN;
        return this.redraw();
      case KEY_DOWN:
      case 0x0e:
        return this.replace(this.history.next());
      case KEY_UP:
      case 0x10:
        return this.replace(this.history.previous(this.text));
      case 0x15:
        return this.cut(0, this.cursor);
      case 0x17:
        return this.cut(this.wordStart(), this.cursor);
    }
  }

  /**
   * Takes a byte of a multi-byte character, which is inserted whole; bytes that form no character are inserted as they
   * are.
   */
  private collect(byte: u8): void {
    const character = String.fromCharCode(byte);
    if (this.begun.length > 0 && (byte & 0xc0) != 0x80) this.insertBegun();
    this.begun += character;
    if (!mayBecomeCharacter(this.begun)) this.insertBegun();
  }

  private insertBegun(): void {
    const text = this.begun;
    this.begun = "";
    if (text.length > 0) this.insert(text);
  }

  /** At the end of a line that fits, only the character needs to be shown. */
  private insert(character: string): void {
    if (this.text.length + character.length > TEXT_MAX) {
      if (!this.tooLong) this.output += BELL;
      this.tooLong = true;
      return;
    }
    const atEnd = this.cursor == this.text.length;
    this.text = this.text.substring(0, this.cursor) + character + this.text.substring(this.cursor);
    const start = this.cursor;
    this.cursor += character.length;
    if (atEnd && columnsOf(this.text, this.left, this.cursor) < this.room())
      this.output += shownPart(this.text, start, this.cursor);
    else this.redraw();
  }

  private cut(start: i32, end: i32): void {
    this.text = this.text.substring(0, start) + this.text.substring(end);
    if (this.text.length == 0) this.tooLong = false;
    this.moveTo(start);
  }

  private replace(text: string | null): void {
    if (text === null) return;
    this.text = text;
    this.tooLong = false;
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

  /** Columns that the line may take, including the cursor after it. */
  private room(): i32 {
    return max((this.columns > 0 ? this.columns : COLUMNS) - this.prompt.length - 1, 8);
  }

  /** Scrolls so that the cursor is visible. */
  private scroll(): void {
    if (this.cursor < this.left) this.left = this.cursor;
    while (columnsOf(this.text, this.left, this.cursor) > this.room()) this.left = clusterEnd(this.text, this.left);
  }
}
