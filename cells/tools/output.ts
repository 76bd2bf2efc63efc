/*
 * What the programs print, and their statuses.
 */

import { errorText, stderr, stdout } from "rumpk";

/** Done. */
export const OK: i32 = 0;
/** Not all of it could be done. */
export const FAILED: i32 = 1;
/** Used in a wrong way. */
export const USAGE: i32 = 2;

/** Prints text. */
export function print(text: string): void {
  stdout.write(text);
}

/** Prints a line on the error output. */
export function complain(line: string): void {
  stderr.writeLine(line);
}

/** Says how a command is used: the status for that. */
export function usage(how: string): i32 {
  complain("usage: " + how);
  return USAGE;
}

/** Says what went wrong with a path, or with the input: the status for that. */
export function failure(command: string, subject: string, error: i32): i32 {
  complain(command + ": " + subject + ": " + errorText(error));
  return FAILED;
}
