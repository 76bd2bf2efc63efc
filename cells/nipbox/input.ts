/*
 * Where lines come from: a person at a terminal, with prompt and editing, or a pipe, without. Waiting for
 * something else meanwhile listens for Ctrl-C, and keeps what is typed for the next line.
 */

import { EVENTS, nextEvent, stdin } from "rumpk";
import { CONSOLE_INTERRUPT, CONSOLE_MODE, Event, NEVER } from "rumpk/abi";
import { wait } from "rumpk/raw";
import { fromBytes } from "./bytes";
import { EDIT_END, EDIT_LINE, Editor } from "./editor";
import { History } from "./history";
import { print } from "./output";

/** Keys between two collections of garbage. */
const KEYS: i32 = 64;

const history: History = new History();
/** The editor of the line that is asked for by the prompt; global, so that a collection finds it (main.ts). */
let editor: Editor = new Editor("", 0, history);

/** Ctrl-C ended the last line that was typed to a program. */
export let interrupted: bool = false;

/** The next line, null at the end of the input. The prompt is only shown to a person. */
export function readLine(prompt: string): string | null {
  if (stdin.isTerminal) {
    editor = new Editor(prompt, stdin.columns, history);
    return editLine(editor, false);
  }
  const bytes = stdin.readLineBytes();
  return bytes === null ? null : fromBytes(bytes);
}

/** A line typed to a program instead of the shell: not kept in the history; null also after Ctrl-C. */
export function readTyped(): string | null {
  return editLine(new Editor("", stdin.columns, new History()), true);
}

/** Edits a line. With `ends`, Ctrl-C ends it; it is a command's then, whose objects a collection would not find. */
function editLine(editor: Editor, ends: bool): string | null {
  let keys = 0;
  interrupted = false;
  editor.begin();
  while (true) {
    print(editor.takeOutput());
    const byte = stdin.takeByte();
    if (byte >= 0) {
      if (!ends && ++keys % KEYS == 0) __collect();
      const result = editor.feed(<u8>byte);
      if (result == EDIT_LINE) return finished(editor, editor.text);
      if (result == EDIT_END) return finished(editor, null);
      continue;
    }
    const message = stdin.next();
    if (message == CONSOLE_INTERRUPT) editor.interrupt();
    interrupted = message == CONSOLE_INTERRUPT && ends;
    if (interrupted || stdin.atEnd || message < 0) return finished(editor, null);
    if (message == CONSOLE_MODE) editor.redraw();
  }
}

function finished(editor: Editor, line: string | null): string | null {
  print(editor.takeOutput());
  return line;
}

/** Waits for an event or until `deadline`: true when the user pressed Ctrl-C meanwhile. */
export function attend(deadline: i64 = NEVER): bool {
  const watched: i64 = stdin.isTerminal && !stdin.atEnd ? 1 << (<i64>stdin.slot) : 0;
  const ready = wait(watched | (1 << EVENTS), deadline);
  if (ready & (1 << EVENTS)) forgetEvents();
  return (ready & watched) != 0 && stdin.next(0) == CONSOLE_INTERRUPT;
}

/** The shell asks for the state of things itself; an event only wakes it. */
function forgetEvents(): void {
  const bytes = new StaticArray<u8>(offsetof<Event>());
  while (nextEvent(changetype<Event>(changetype<usize>(bytes)))) {}
}
