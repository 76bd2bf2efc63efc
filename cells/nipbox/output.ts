/*
 * What the shell prints: byte strings (bytes.ts) to the console.
 */

import { stderr, stdout } from "rumpk";
import { toBytes } from "./bytes";

/** Status of a command that worked. */
export const OK: i32 = 0;
/** Status of a command that did not do what it was asked. */
export const FAILED: i32 = 1;
/** Status of a command that was used in a wrong way. */
export const USAGE: i32 = 2;
/** Status of a command that does not exist. */
export const UNKNOWN: i32 = 127;
/** Added to the number of the fault that ended a cell. */
export const FAULT: i32 = 128;
/** Status of what was ended by Ctrl-C. */
export const INTERRUPTED: i32 = 130;

/** Prints text. */
export function print(text: string): void {
  stdout.write(toBytes(text));
}

/** Prints a line on the error output. */
export function complain(line: string): void {
  stderr.write(toBytes(line + "\n"));
}

/** Says how a command is used: the status for that. */
export function usage(how: string): i32 {
  complain("usage: " + how);
  return USAGE;
}

/** Says what went wrong: the status for that. */
export function failure(what: string): i32 {
  complain(what);
  return FAILED;
}
