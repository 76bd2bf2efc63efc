/*
 * Where lines come from: a person at a terminal, with prompt and editing, or a pipe, without. Waiting for
 * something else meanwhile listens for Ctrl-C, and keeps what is typed for the next line.
 */

import { stdin } from "rumpk";
import { CONSOLE_INTERRUPT, CONSOLE_MODE } from "rumpk/abi";
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

/** The next line, null at the end of the input. The prompt is only shown to a person. */
export function readLine(prompt: string): string | null {
  if (stdin.isTerminal) {
    editor = new Editor(prompt, stdin.columns, history);
    return editLine(editor);
  }
  const bytes = stdin.readLineBytes();
  return bytes === null ? null : fromBytes(bytes);
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

/** Waits until `deadline`: true when the user pressed Ctrl-C before. */
export function attend(deadline: i64): bool {
  return listensTo(wait(interruptSet(), deadline));
}

/** The slots to wait on so that Ctrl-C is heard: none when nobody sits there. */
export function interruptSet(): i64 {
  return stdin.isTerminal ? consoleSet() : 0;
}

/** Asks for input, and answers the slots to wait on so that it is heard: none when there is none any more. */
export function inputSet(): i64 {
  stdin.ask();
  return consoleSet();
}

function consoleSet(): i64 {
  return stdin.slot < 0 || stdin.isOver ? 0 : 1 << (<i64>stdin.slot);
}

/** Takes in what came from the console, if its slot is one of those `ready`: true for Ctrl-C. */
export function listensTo(ready: i64): bool {
  return (ready & consoleSet()) != 0 && stdin.next(0) == CONSOLE_INTERRUPT;
}
