/*
 * Where lines come from: a terminal, with prompt and editing, or a pipe, without. A line that is too long is refused
 * whole, because a part of it may mean something different. Waiting for something else still listens for Ctrl-C, and
 * keeps what is typed for the next line.
 */

import { stdin } from "rumpk";
import { CONSOLE_INTERRUPT, CONSOLE_MODE } from "rumpk/abi";
import { wait } from "rumpk/raw";
import { fromBytes } from "./bytes";
import { EDIT_END, EDIT_LINE, EDIT_REFUSED, Editor, TEXT_MAX } from "./editor";
import { History } from "./history";
import { USAGE, complain, print, ring } from "./output";

/** Keys between two collections of garbage. */
const KEYS: i32 = 64;

/** Longest line of a pipe or a script. */
export const LINE_MAX: i32 = 32768;

const LF: i32 = 0x0a;

/** The status of the last line that was read: USAGE when it was refused and there is nothing to run. */
export let lineStatus: i32 = 0;

const history: History = new History();
/** The editor of the current line; global, so that the collector finds it (main.ts). */
let editor: Editor = new Editor("", 0, history);

/**
 * The next line, empty when it was refused (lineStatus), null at the end of the input. The prompt is only shown to a
 * person.
 */
export function readLine(prompt: string): string | null {
  lineStatus = 0;
  if (!stdin.isTerminal) return readPiped();
  editor = new Editor(prompt, stdin.columns, history);
  return editLine(editor);
}

/** Whether a line of `length` bytes is too long to run; prints an error if so. */
export function refuses(length: i32, limit: i32 = LINE_MAX): bool {
  if (length <= limit) return false;
  complain("nipbox: a line of more than " + limit.toString() + " bytes is not run");
  lineStatus = USAGE;
  return true;
}

/** A line from a pipe; the last one may lack its line feed. */
function readPiped(): string | null {
  while (stdin.lineLength == 0 && !stdin.isOver && stdin.available <= LINE_MAX) {
    if (stdin.next() < 0) return null;
  }
  if (stdin.atEnd) return null;
  const whole = stdin.lineLength;
  if (refuses(whole > 0 ? whole - 1 : stdin.available)) return skipLine();
  const bytes = stdin.readLineBytes();
  return bytes === null ? null : fromBytes(bytes);
}

/** Drops the rest of a line, however long it is. */
function skipLine(): string {
  while (true) {
    const byte = stdin.takeByte();
    if (byte == LF || (byte < 0 && (stdin.isOver || stdin.next() < 0))) return "";
  }
}

/** Edits a line. */
function editLine(editor: Editor): string | null {
  let keys = 0;
  editor.begin();
  while (true) {
    print(editor.takeOutput());
    const byte = stdin.takeByte();
    if (byte >= 0) {
      if (++keys % KEYS == 0) __collect();
      const result = editor.feed(<u8>byte);
      if (result == EDIT_REFUSED) {
        print(editor.takeOutput());
        refuses(TEXT_MAX + 1, TEXT_MAX);
        return "";
      }
      if (result == EDIT_LINE) return finished(editor, editor.text);
      if (result == EDIT_END) return finished(editor, null);
      continue;
    }
    const message = stdin.next();
    if (message == CONSOLE_INTERRUPT) editor.interrupt();
    if (stdin.atEnd || message < 0) return finished(editor, null);
    if (message == CONSOLE_MODE) editor.redraw();
  }
}

function finished(editor: Editor, line: string | null): string | null {
  print(editor.takeOutput());
  return line;
}

/** Waits until `deadline`: true when the user pressed Ctrl-C. */
export function attend(deadline: i64): bool {
  return listensTo(wait(interruptSet(), deadline));
}

/** The slots to wait on for Ctrl-C: none without a terminal, or when another shell listens. */
export function interruptSet(): i64 {
  return stdin.isTerminal && !stdin.isPipe ? consoleSet() : 0;
}

/** Asks for input and returns the slots to wait on for it: none when no more can come. */
export function inputSet(): i64 {
  stdin.ask();
  return consoleSet();
}

function consoleSet(): i64 {
  return stdin.slot < 0 || stdin.isOver ? 0 : 1 << (<i64>stdin.slot);
}

/**
 * Takes in what came from the console, if its slot is one of those `ready`: true for Ctrl-C. A bell says that it had no
 * room.
 */
export function listensTo(ready: i64): bool {
  const interrupted = (ready & consoleSet()) != 0 && stdin.next(0) == CONSOLE_INTERRUPT;
  if (stdin.takeDropped()) ring();
  return interrupted;
}
