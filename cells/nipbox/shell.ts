/*
 * The shell itself: takes lines apart, runs their commands, remembers the status.
 */

import { UNKNOWN, USAGE, OK, complain, print, usage } from "./output";
import { free, kill, ps } from "./cells";
import { cat, ls } from "./files";
import { crash, run } from "./programs";
import { date, sleep, uptime } from "./time";
import { Parser, checkLine } from "./words";

/** What help prints. */
const HELP: string =
  "cat [path...]      print files, or the input\n" +
  "crash kind         run a cell that faults: oob, unreachable, div0, recursion,\n" +
  "                   stack, indirect, spin, start, abort; or grow\n" +
  "date               print the date and time, UTC\n" +
  "echo [words...]    print words\n" +
  "exit [status]      leave; the machine goes off with the status\n" +
  "free               print how much memory there is\n" +
  "help               print this\n" +
  "kill cell          end a cell, by name or number\n" +
  "ls [-l] [path...]  list files\n" +
  "ps                 list cells\n" +
  "run cell [args...] run a cell and wait for its end\n" +
  "sleep seconds      wait\n" +
  "uptime             print how long the machine has run\n" +
  "Between commands: ; or &&.  $? is the last status.  Quote with ' \" or \\.\n";

export class Shell {
  /** Status of the last command. */
  status: i32 = OK;
  /** True once `exit` was run. */
  leaving: bool = false;

  /** Runs the commands of a line. A line that is wrong somewhere is not run at all. */
  runLine(line: string): void {
    const error = checkLine(line);
    if (error.length > 0) {
      complain("nipbox: " + error);
      this.status = USAGE;
      return;
    }
    const parser = new Parser(line, this.status);
    for (let command = parser.next(); command !== null && !this.leaving; command = parser.next()) {
      if (!command.onlyAfterSuccess || this.status == OK) this.status = this.runCommand(command.words);
      parser.status = this.status;
    }
  }

  private runCommand(words: string[]): i32 {
    const name = words[0];
    const args = words.slice(1);
    if (name == "cat") return cat(args);
    if (name == "crash") return crash(args);
    if (name == "date") return date(args);
    if (name == "echo") return echo(args);
    if (name == "exit") return this.exit(args);
    if (name == "free") return free(args);
    if (name == "help") return help(args);
    if (name == "kill") return kill(args);
    if (name == "ls") return ls(args);
    if (name == "ps") return ps(args);
    if (name == "run") return run(args);
    if (name == "sleep") return sleep(args);
    if (name == "uptime") return uptime(args);
    complain("nipbox: unknown command: " + name + " (try help)");
    return UNKNOWN;
  }

  private exit(args: string[]): i32 {
    const status = args.length == 0 ? this.status : args.length == 1 ? statusOf(args[0]) : -1;
    if (status < 0) return usage("exit [status from 0 to 255]");
    this.leaving = true;
    return status;
  }
}

function echo(args: string[]): i32 {
  print(args.join(" ") + "\n");
  return OK;
}

function help(args: string[]): i32 {
  if (args.length > 0) return usage("help");
  print(HELP);
  return OK;
}

/** The number from 0 to 255 that a text says, else -1. */
function statusOf(text: string): i32 {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > 255) return -1;
  }
  return text.length > 0 ? value : -1;
}
