/*
 * What a worker reads when it reads from the shell: the console's input, a file, or what a built-in command printed.
 * The worker asks for each message with an empty one (abi/port), so input that it does not want stays with the shell
 * for later commands, and a ring of one entry is enough: an answer always fits.
 *
 *   worker -> ask -> shell          shell -> one message of bytes -> worker          end: the shell hangs up
 *
 * So the shell stays the one that reads the console, and the program that asks is in the foreground: a byte is in the
 * console's channel, in the shell's `stdin`, in the editor of a line that is not done, or with the program that asked
 * for it. When the program ends the editor's part goes back into `stdin`, in front of what follows it.
 */

import { Channel, File, errorText, fileError, stdin } from "rumpk";
import { CONSOLE_DATA, CONSOLE_MODE, CONSOLE_TERMINAL, EAGAIN, EISDIR, NOWAIT } from "rumpk/abi";
import { flush } from "rumpk/console";
import { recv, send } from "rumpk/raw";
import { Bytes, toBytes } from "./bytes";
import { EDIT_END, EDIT_LINE, EDIT_REFUSED, Editor, TEXT_MAX } from "./editor";
import { History } from "./history";
import { complain, print } from "./output";
import { fromCurrent } from "./paths";

/** Bytes of an answer, at most. */
const ANSWER: i32 = 4092;
/** Entry size of the channel: an answer and its length. */
export const FEED_SLOT: i32 = ANSWER + 4;
/** Entries of the channel. */
export const FEED_COUNT: i32 = 1;

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

/** What a worker asks for: nothing, the next bytes, bytes as typed, or what the console is. */
const NOTHING: i32 = 0;
const BYTES: i32 = 1;
const KEYS: i32 = 2;
const MODE: i32 = 3;
/** Bytes of a CONSOLE_MODE message. */
const MODE_LENGTH: i32 = 6;

/** Answers are put together here. */
const answer: StaticArray<u8> = new StaticArray<u8>(ANSWER);

/** Where the bytes come from. */
export abstract class Feed {
  /** The bytes come from the console, so the shell must listen to it. */
  isConsole: bool = false;
  /** Reading failed in the middle, and the user was told. */
  failed: bool = false;

  /**
   * Copies the next bytes, at most `room`, to `target`: their number; 0 at the end; -EAGAIN when there are none yet.
   */
  abstract next(target: usize, room: i32): i32;

  /** The same, of a terminal as typed. */
  keys(target: usize, room: i32): i32 {
    return this.next(target, room);
  }

  /** Ctrl-C: drops typed input that nobody has asked for. */
  interrupt(): void {}

  /** Gives back what it holds. */
  close(): void {}
}

/** Bytes that are there already. */
export class TextFeed extends Feed {
  private at: i32 = 0;

  constructor(private readonly bytes: Bytes) {
    super();
  }

  next(target: usize, room: i32): i32 {
    const count = min(this.bytes.length - this.at, room);
    memory.copy(target, this.bytes.start + this.at, count);
    this.at += count;
    return count;
  }
}

/** A file, opened already. */
export class FileFeed extends Feed {
  constructor(
    private readonly path: string,
    private readonly file: File,
    /** The number of the file, whatever its path. */
    readonly inode: u64,
  ) {
    super();
  }

  next(target: usize, room: i32): i32 {
    const count = this.file.readRange(target, room);
    if (count >= 0) return count;
    this.failed = true;
    complain("nipbox: " + this.path + ": " + errorText(count));
    return 0;
  }

  close(): void {
    this.file.close();
  }
}

/** The console's input line by line: from a pipe as it is, from a terminal as edited. */
export class ConsoleFeed extends Feed {
  private editor: Editor | null = null;
  private ended: bool = false;

  constructor() {
    super();
    this.isConsole = true;
  }

  next(target: usize, room: i32): i32 {
    if (stdin.isTerminal) return this.nextTyped(target, room);
    const line = stdin.lineLength;
    if (line == 0 && stdin.available < room && !stdin.isOver) return EAGAIN;
    return stdin.take(target, line == 0 ? room : min(line, room));
  }

  keys(target: usize, room: i32): i32 {
    if (!stdin.isTerminal) return this.next(target, room);
    if (this.ended || stdin.atEnd) return 0;
    let length = 0;
    while (length < room && stdin.available > 0) {
      const byte = <u8>stdin.takeByte();
      store<u8>(target + length++, byte);
      if (byte == CR || byte == LF) break;
    }
    return length > 0 ? length : EAGAIN;
  }

  interrupt(): void {
    this.editor = null;
  }

  close(): void {
    const editor = this.editor;
    if (editor === null) return;
    const rest = toBytes(editor.text);
    stdin.putBack(rest.dataStart, rest.length);
  }

  private nextTyped(target: usize, room: i32): i32 {
    if (this.ended || stdin.atEnd) return 0;
    let editor = this.editor;
    if (editor === null) {
      editor = new Editor("", stdin.columns, new History());
      editor.begin();
      this.editor = editor;
    }
    let result = EAGAIN;
    for (let byte = stdin.takeByte(); byte >= 0 && result == EAGAIN;) {
      const key = editor.feed(<u8>byte);
      if (key == EDIT_LINE) result = this.takeLine(editor.text, target);
      if (key == EDIT_END) result = 0;
      if (key == EDIT_REFUSED) {
        complain("nipbox: a line of more than " + TEXT_MAX.toString() + " bytes is no input");
        editor.begin();
      }
      if (result == EAGAIN) byte = stdin.takeByte();
    }
    print(editor.takeOutput());
    // The program's output for the line comes after the line.
    if (result != EAGAIN) flush();
    this.ended = result == 0;
    if (result != EAGAIN) this.editor = null;
    return result;
  }

  /** A line is shorter than an answer (editor.ts). */
  private takeLine(text: string, target: usize): i32 {
    const line = toBytes(text);
    memory.copy(target, line.dataStart, line.length);
    store<u8>(target + line.length, LF);
    return line.length + 1;
  }
}

/** The shell's end of a worker's input. */
export class FedInput {
  /** What the worker has asked for and not yet received. */
  private asked: i32 = NOTHING;
  private isOpen: bool = true;

  constructor(
    private readonly channel: Channel,
    private readonly feed: Feed,
  ) {}

  /** The input was cut off by an error. */
  get failed(): bool {
    return this.feed.failed;
  }

  /** The slot to watch for the next question, -1 for none. */
  get slot(): i32 {
    return this.isOpen && this.asked == NOTHING ? this.channel.slot : -1;
  }

  /** Whether the worker waits for input from the console. */
  get wantsConsole(): bool {
    return this.isOpen && this.asked != NOTHING && this.feed.isConsole;
  }

  /** Takes a request, if there is one, and answers it if possible. */
  serve(): void {
    if (!this.isOpen) return;
    if (this.asked == NOTHING) this.listen();
    if (!this.isOpen || this.asked == NOTHING) return;
    const length = this.prepare();
    if (length == EAGAIN) return;
    this.asked = NOTHING;
    if (length == 0 || send(this.channel.slot, changetype<usize>(answer), length, NOWAIT) < 0) this.close();
  }

  /** Hangs up. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.channel.close();
    this.feed.close();
  }

  /** Ctrl-C: drops input typed for the worker. */
  interrupt(): void {
    this.feed.interrupt();
  }

  /** Puts the answer into `answer`: its length, 0 at the end, -EAGAIN when there is none yet. */
  private prepare(): i32 {
    const target = changetype<usize>(answer);
    if (this.asked == BYTES) return this.feed.next(target, ANSWER);
    if (this.asked == KEYS) return this.feed.keys(target, ANSWER);
    const terminal = this.feed.isConsole && stdin.isTerminal;
    store<u8>(target, <u8>CONSOLE_MODE);
    store<u8>(target, terminal ? <u8>CONSOLE_TERMINAL : 0, 1);
    store<u16>(target, <u16>(terminal ? stdin.columns : 0), 2);
    store<u16>(target, <u16>(terminal ? stdin.rows : 0), 4);
    return MODE_LENGTH;
  }

  private listen(): void {
    const result = recv(this.channel.slot, changetype<usize>(answer), ANSWER, NOWAIT);
    if (result == 1 && answer[0] == CONSOLE_MODE) this.asked = MODE;
    else if (result == 1 && answer[0] == CONSOLE_DATA) this.asked = KEYS;
    else if (result >= 0) this.asked = BYTES;
    if (result < 0 && result != EAGAIN) this.close();
  }
}

/** Opens the file at `path` as input; prints an error and returns null when that fails. */
export function openFeed(path: string): FileFeed | null {
  const file = File.open(fromCurrent(path));
  const found = file !== null ? file.stat() : null;
  if (file !== null && found !== null && !found.isDirectory && file.endHere() >= 0) {
    return new FileFeed(path, file, found.inode);
  }
  complain("nipbox: " + path + ": " + errorText(found !== null && found.isDirectory ? EISDIR : fileError()));
  if (file !== null) file.close();
  return null;
}
