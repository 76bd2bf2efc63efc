/*
 * The commands that start cells: run and crash. The shell waits for the end; Ctrl-C ends the cell.
 */

import { CellState, Child, End, causeText, errorText, now, spawn } from "rumpk";
import { ENOENT, ETIMEDOUT } from "rumpk/abi";
import { decode, encode } from "./bytes";
import { attend } from "./input";
import { FAULT, FAILED, INTERRUPTED, UNKNOWN, complain, print, usage } from "./output";

/** run CELL [args...] */
export function run(args: string[]): i32 {
  if (args.length == 0) return usage("run cell [arguments...]");
  return runCell("run", args[0], args.slice(1));
}

/** crash KIND */
export function crash(args: string[]): i32 {
  if (args.length != 1) return usage("crash oob|unreachable|div0|recursion|stack|indirect|spin|start|abort|grow");
  if (args[0] == "start") return runCell("crash", "crash-start", []);
  return runCell("crash", "crash", args);
}

function runCell(command: string, name: string, args: string[]): i32 {
  const decoded: string[] = [];
  for (let i = 0; i < args.length; i++) decoded.push(decode(args[i]));
  const child = spawn(decode(name), decoded);
  if (child.error < 0) return spawnFailure(command, name, child.error);
  const status = waitFor(name, child);
  child.close();
  return status;
}

function spawnFailure(command: string, name: string, error: i32): i32 {
  const known = error != ENOENT;
  complain(command + ": " + (known ? name + ": " + errorText(error) : "no such cell: " + name));
  return known ? FAILED : UNKNOWN;
}

/** Waits for the end of a cell, and says how it died if it did: the status for that. */
function waitFor(name: string, child: Child): i32 {
  let stopped = false;
  let end = child.join(now());
  for (; end.error == ETIMEDOUT; end = child.join(now())) {
    if (!attend()) continue;
    child.kill();
    stopped = true;
  }
  if (!stopped) return statusOf(name, child, end);
  print("^C\n");
  return INTERRUPTED;
}

function statusOf(name: string, child: Child, end: End): i32 {
  if (end.error < 0) {
    complain(name + ": " + errorText(end.error));
    return FAILED;
  }
  if (end.cause == 0) return end.status & 0xff;
  const state = new CellState();
  const where = state.read(child.slot) ? encode(state.where) : "";
  complain(name + ": " + causeText(end.cause) + (where.length > 0 ? " in " + where : ""));
  return FAULT + <i32>end.cause;
}
