/*
 * The commands that the shell runs itself, because they must work when no cell can be started, or need what only the
 * shell has: all cells, the ledger, the current directory. They read no input; output.ts decides where their output
 * goes.
 */

import { Bytes } from "./bytes";
import { free, kill, ps, revive } from "./cells";
import { ledger } from "./ledger";
import { cd, pwd } from "./paths";
import { OK, print, usage } from "./output";
import { programNames } from "./programs";
import { date, sleep, uptime } from "./time";

/** What help prints before the names of the programs. */
const HELP: string =
  "cd [path]          go to a directory, or to /\n" +
  "date               print the date and time, UTC\n" +
  "echo [words...]    print words\n" +
  "exit [status]      leave; the machine powers off with the status\n" +
  "free               print how much memory there is\n" +
  "help               print this\n" +
  "kill cell          end a cell, by name or number\n" +
  "ledger [-n count] [--cell cell] [--kind kind] [--why id]\n" +
  "                   print what the kernel recorded\n" +
  "ps                 list cells\n" +
  "pwd                print the directory\n" +
  "revive cell        let a quarantined cell run again\n" +
  "run cell [args...] run a cell and wait for its end\n" +
  "sleep seconds      wait\n" +
  "uptime             print how long the machine has run\n" +
  "Between commands: ; or &&, or | from one to the next.  < > >> path: from and to files.\n" +
  "$? is the last status.  Quote with ' \" or \\.  Each of these is a cell of its own:\n";

const NAMES: StaticArray<string> = [
  "cd",
  "date",
  "echo",
  "exit",
  "free",
  "help",
  "kill",
  "ledger",
  "ps",
  "pwd",
  "revive",
  "run",
  "sleep",
  "uptime",
];

/** True once `exit` was run. */
export let leaving: bool = false;

/** Whether a command is built in. `run` is only when it is used wrongly. */
export function isBuiltIn(name: string): bool {
  return NAMES.includes(name);
}

/** Runs a built-in command: its status, or STOPPED. `before` is the status of the previous command. */
export function runBuiltIn(words: string[], before: i32): i32 {
  const name = words[0];
  const args = words.slice(1);
  if (name == "cd") return cd(args);
  if (name == "date") return date(args);
  if (name == "echo") return echo(args);
  if (name == "exit") return exit(args, before);
  if (name == "free") return free(args);
  if (name == "help") return help(args);
  if (name == "kill") return kill(args);
  if (name == "ledger") return ledger(args);
  if (name == "ps") return ps(args);
  if (name == "pwd") return pwd(args);
  if (name == "revive") return revive(args);
  if (name == "sleep") return sleep(args);
  if (name == "uptime") return uptime(args);
  return usage("run cell [arguments...]");
}

function exit(args: string[], before: i32): i32 {
  const status = args.length == 0 ? before : args.length == 1 ? statusOf(args[0]) : -1;
  if (status < 0) return usage("exit [status from 0 to 255]");
  leaving = true;
  return status;
}

function echo(args: string[]): i32 {
  const line = new Bytes();
  for (let i = 0; i < args.length; i++) {
    if (i > 0) line.append(" ");
    line.append(args[i]);
  }
  line.append("\n");
  print(line.toString());
  return OK;
}

function help(args: string[]): i32 {
  if (args.length > 0) return usage("help");
  print(HELP + programNames() + "\n");
  return OK;
}

/** The number from 0 to 255 in a text, else -1. */
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
