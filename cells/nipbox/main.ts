/*
 * NipBox, the shell. At a terminal it prompts and edits lines; from a pipe it runs the lines that come. It
 * ends with `exit` or with its input, and its status is that of the last command.
 *
 * Garbage is collected only between two pipelines and while a line is edited, when everything still needed is reachable
 * from a global: the runtime "minimal" does not look for references on the stack.
 *
 * Arguments:
 *   script=PATH          run the lines of that file instead of reading input
 *   screen=both|error    from a shell: a person sees both outputs, or the error output alone
 */

import { File, stdin, stdout } from "rumpk";
import { lineStatus, readLine, refuses } from "./input";
import { FAILED, OK, print, setScreen } from "./output";
import { Script } from "./script";
import { Shell } from "./shell";

const PROMPT: string = "nipbox$ ";
const SCRIPT: string = "script=";
const SCREEN: string = "screen=";
/** Bytes of a greeting that are shown at a time. */
const PART: i32 = 4096;
/** Greets a person. */
const GREETING: string = "/sysro/etc/motd";

const shell: Shell = new Shell();
/** Where the lines come from, if not from the input. */
let script: Script | null = null;

export function main(args: string[]): i32 {
  if (args.length > 0 && args[0].startsWith(SCREEN)) setScreen(args[0].substring(SCREEN.length));
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
  const greeting = File.open(GREETING);
  if (greeting === null) return;
  const part = new Uint8Array(PART);
  for (let count = greeting.read(part); count > 0; count = greeting.read(part)) {
    stdout.writeRange(part.dataStart, count);
  }
  greeting.close();
}

function runScript(path: string): i32 {
  const lines = new Script(path);
  script = lines;
  while (!shell.leaving) {
    __collect();
    const line = lines.next();
    if (line === null) break;
    if (refuses(line.length)) shell.status = lineStatus;
    else shell.runLine(line);
  }
  return lines.failed ? FAILED : shell.status;
}
