/*
 * NipBox, the shell. At a terminal it prompts and edits lines; from a pipe it runs the lines that come. It
 * ends with `exit` or with its input, and its status is that of the last command.
 *
 * Arguments:
 *   script=PATH    run the lines of that file instead of reading input
 */

import { errorText, fileError, readFile, stdin } from "rumpk";
import { fromBytes } from "./bytes";
import { readLine } from "./input";
import { failure, print } from "./output";
import { Shell } from "./shell";

const PROMPT: string = "nipbox$ ";
const SCRIPT: string = "script=";
/** Greets a person. */
const GREETING: string = "/etc/motd";

export function main(args: string[]): i32 {
  const shell = new Shell();
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(SCRIPT)) return runScript(shell, args[i].substring(SCRIPT.length));
  }
  return runInput(shell);
}

function runInput(shell: Shell): i32 {
  if (stdin.isTerminal) greet();
  while (!shell.leaving) {
    const line = readLine(PROMPT);
    if (line === null) break;
    shell.runLine(line);
  }
  if (!shell.leaving && stdin.isTerminal) print("\n");
  return shell.status;
}

function greet(): void {
  const greeting = readFile(GREETING);
  if (greeting !== null) print(fromBytes(greeting));
}

function runScript(shell: Shell, path: string): i32 {
  const script = readFile(path);
  if (script === null) return failure("nipbox: " + path + ": " + errorText(fileError()));
  const lines = fromBytes(script).split("\n");
  for (let i = 0; i < lines.length && !shell.leaving; i++) shell.runLine(lines[i]);
  return shell.status;
}
