/*
 * The small programs of the shell: `tools [screen=both|error] [cwd=PATH] COMMAND [arguments...]`. Each run is a cell of
 * its own that runs one command and ends, so it never frees memory (runtime "stub").
 *
 * Status 0: done. 1: something could not be done or written, or grep found nothing. 2: used wrongly.
 */

import { cp, mkdir, rm, rmdir, tee, touch } from "./change";
import { USAGE, complain, outputStatus, setScreen } from "./output";
import { setCurrent } from "./paths";
import { ls } from "./list";
import { cat, grep, head, wc } from "./text";

/** Prefix of the argument that says which outputs are a terminal. */
const SCREEN: string = "screen=";
/** Prefix of the argument with the directory from which relative paths start. */
const CURRENT: string = "cwd=";

export function main(args: string[]): i32 {
  if (args.length > 0 && args[0].startsWith(SCREEN)) setScreen(args.shift().substring(SCREEN.length));
  if (args.length > 0 && args[0].startsWith(CURRENT)) setCurrent(args.shift().substring(CURRENT.length));
  if (args.length == 0) {
    complain("usage: tools command [arguments...]");
    return USAGE;
  }
  return max(run(args.shift(), args), outputStatus);
}

function run(command: string, args: string[]): i32 {
  if (command == "cat") return cat(args);
  if (command == "cp") return cp(args);
  if (command == "grep") return grep(args);
  if (command == "head") return head(args);
  if (command == "ls") return ls(args);
  if (command == "mkdir") return mkdir(args);
  if (command == "rm") return rm(args);
  if (command == "rmdir") return rmdir(args);
  if (command == "tee") return tee(args);
  if (command == "touch") return touch(args);
  if (command == "wc") return wc(args);
  complain("tools: unknown command: " + command);
  return USAGE;
}
