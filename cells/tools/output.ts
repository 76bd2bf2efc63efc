/*
 * What the programs print, and their statuses. The caller may say that the outputs are a terminal: then names are
 * escaped (rumpk/shown).
 */

import { errorText, stderr, stdout } from "rumpk";
import { shown } from "rumpk/shown";

/** Done. */
export const OK: i32 = 0;
/** Not all of it could be done. */
export const FAILED: i32 = 1;
/** Used in a wrong way. */
export const USAGE: i32 = 2;

/** OK, or FAILED once something could not be written. */
export let outputStatus: i32 = OK;

/** Whether the output, and the error output, is a terminal. */
let screen: bool = false;
let errorScreen: bool = false;

/** Sets what is a terminal: "both" outputs, or the "error" output alone. */
export function setScreen(which: string): void {
  screen = which == "both";
  errorScreen = screen || which == "error";
}

/** A name as it is printed. */
export function named(name: string): string {
  return screen ? shown(name) : name;
}

/** Prints text. */
export function print(text: string): void {
  check(stdout.write(text));
}

/** Writes bytes. */
export function write(data: usize, length: i32): void {
  check(stdout.writeRange(data, length));
}

/** A program that cannot write goes on, because it may have other work; its status tells. */
function check(result: i32): void {
  if (result < 0) outputStatus = FAILED;
}

/** Prints a line on the error output. */
export function complain(line: string): void {
  stderr.writeLine(errorScreen ? shown(line) : line);
}

/** Prints how to use a command. Returns the status for that. */
export function usage(how: string): i32 {
  complain("usage: " + how);
  return USAGE;
}

/** Prints what went wrong with a path or the input. Returns the status for that. */
export function failure(command: string, subject: string, error: i32): i32 {
  complain(command + ": " + subject + ": " + errorText(error));
  return FAILED;
}
