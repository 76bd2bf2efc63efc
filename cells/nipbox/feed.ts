/*
 * What a worker reads when it reads from the shell: the console's input, a file, or what a built-in command printed. The
 * worker asks for each message with an empty one (abi/port), so what it does not want stays with the shell for the
 * commands after it, and a ring of one slot is enough: an answer always finds room.
 *
 *   worker -> ask (empty) -> shell          shell -> one message of bytes -> worker          end: the shell hangs up
 */

import { Channel, File, errorText, fileError, stat, stdin } from "rumpk";
import { EAGAIN, EISDIR, NOWAIT } from "rumpk/abi";
import { recv, send } from "rumpk/raw";
import { Bytes, toBytes } from "./bytes";
import { EDIT_END, EDIT_LINE, Editor } from "./editor";
import { History } from "./history";
import { complain, print } from "./output";
import { fromCurrent } from "./paths";

/** Bytes of an answer, at most. */
const ANSWER: i32 = 4092;
/** Slot size of the channel: an answer and its length. */
export const FEED_SLOT: i32 = ANSWER + 4;
/** Slots of the channel. */
export const FEED_COUNT: i32 = 1;

const LF: u8 = 0x0a;

/** Answers are put together here. */
const answer: StaticArray<u8> = new StaticArray<u8>(ANSWER);

/** Where the bytes come from. */
export abstract class Feed {
  /** The bytes come from the console, so the shell has to listen to it. */
  isConsole: bool = false;

  /** Puts the next bytes at `target`: how many, at most `room`; 0 at the end; -EAGAIN when there are none yet. */
  abstract next(target: usize, room: i32): i32;

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
  ) {
    super();
  }

  next(target: usize, room: i32): i32 {
    const count = this.file.readRange(target, room);
    if (count < 0) complain("nipbox: " + this.path + ": " + errorText(count));
    return max(count, 0);
  }

  close(): void {
    this.file.close();
  }
}

/** The console's input, line by line: a pipe's as it is, a person's as edited. */
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
      if (key == EDIT_LINE) result = this.takeLine(editor.text, target, room);
      if (key == EDIT_END) result = 0;
      if (result == EAGAIN) byte = stdin.takeByte();
    }
    print(editor.takeOutput());
    this.ended = result == 0;
    if (result != EAGAIN) this.editor = null;
    return result;
  }

  /** A line is shorter than an answer (editor.ts). */
  private takeLine(text: string, target: usize, room: i32): i32 {
    const line = toBytes(text);
    const length = min(line.length, room - 1);
    memory.copy(target, line.dataStart, length);
    store<u8>(target + length, LF);
    return length + 1;
  }
}

/** The shell's end of a worker's input. */
export class FedInput {
  private asked: bool = false;
  private isOpen: bool = true;

  constructor(
    private readonly channel: Channel,
    private readonly feed: Feed,
  ) {}

  /** The slot to watch for the next question, -1 for none. */
  get slot(): i32 {
    return this.isOpen && !this.asked ? this.channel.slot : -1;
  }

  /** The worker waits for what comes from the console. */
  get wantsConsole(): bool {
    return this.isOpen && this.asked && this.feed.isConsole;
  }

  /** Takes a question, if there is one, and answers it if that is possible. */
  serve(): void {
    if (!this.isOpen) return;
    if (!this.asked) this.listen();
    if (!this.isOpen || !this.asked) return;
    const length = this.feed.next(changetype<usize>(answer), ANSWER);
    if (length == EAGAIN) return;
    this.asked = false;
    if (length == 0 || send(this.channel.slot, changetype<usize>(answer), length, NOWAIT) < 0) this.close();
  }

  /** Hangs up. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.channel.close();
    this.feed.close();
  }

  private listen(): void {
    const result = recv(this.channel.slot, changetype<usize>(answer), ANSWER, NOWAIT);
    this.asked = result >= 0;
    if (result < 0 && result != EAGAIN) this.close();
  }
}

/** Opens the file at `path` to be fed; complains and answers null when that is not possible. */
export function openFeed(path: string): FileFeed | null {
  const found = stat(fromCurrent(path));
  let error = found !== null && found.isDirectory ? EISDIR : fileError();
  if (error == 0) {
    const file = File.open(fromCurrent(path));
    if (file !== null) return new FileFeed(path, file);
    error = fileError();
  }
  complain("nipbox: " + path + ": " + errorText(error));
  return null;
}
