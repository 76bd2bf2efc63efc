/*
 * NipBox, the shell. At a terminal it prompts and edits lines; from a pipe it runs the lines that come. It
 * ends with `exit` or with its input, and its status is that of the last command.
 *
 * Garbage is only collected between two lines and while a line is edited, where everything that is still
 * needed hangs on a global: the runtime "minimal" does not look for references on the stack.
 *
 * Arguments:
 *   script=PATH    run the lines of that file instead of reading input
 */

import { errorText, fileError, readFile, stdin } from "rumpk";
import { fromBytes } from "./bytes";
import { lineStatus, readLine, refuses } from "./input";
import { OK, failure, print } from "./output";
import { Shell } from "./shell";

const PROMPT: string = "nipbox$ ";
const SCRIPT: string = "script=";
/** Greets a person. */
const GREETING: string = "/sysro/etc/motd";

const shell: Shell = new Shell();
/** The lines of the script. */
let script: string[] = [];

export function main(args: string[]): i32 {
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(SCRIPT)) return runScript(args[i].substring(SCRIPT.length));
  }
  return runInput();
}

function runInput(): i32 {
  if (stdin.isTerminal) greet();
  while (!shell.leaving) {
    __collect();
    const line = readLine(PROMPT);
    if (line === null) break;
    if (lineStatus == OK) shell.runLine(line);
    else shell.status = lineStatus;
  }
  if (!shell.leaving && stdin.isTerminal) print("\n");
  return shell.status;
}

function greet(): void {
  const greeting = readFile(GREETING);
  if (greeting !== null) print(fromBytes(greeting));
}

function runScript(path: string): i32 {
  const bytes = readFile(path);
  if (bytes === null) return failure("nipbox: " + path + ": " + errorText(fileError()));
  script = fromBytes(bytes).split("\n");
  for (let i = 0; i < script.length && !shell.leaving; i++) {
    if (refuses(script[i].length)) shell.status = lineStatus;
    else shell.runLine(script[i]);
    __collect();
  }
  return shell.status;
}
