/*
 * What the shell prints: byte strings (bytes.ts) to the console, or into memory while a command's output goes
 * elsewhere. On a terminal, names are escaped (rumpk/shown). The shell that started this one says whether its outputs
 * are a terminal; for the first shell, they are one if the input is.
 */

import { stderr, stdin, stdout } from "rumpk";
import { shown } from "rumpk/shown";
import { Bytes, decode, encode, toBytes } from "./bytes";

/** Status of a command that worked. */
export const OK: i32 = 0;
/** Status of a command that failed. */
export const FAILED: i32 = 1;
/** Status of a command that was used wrongly. */
export const USAGE: i32 = 2;
/** Status of a cell that exists but could not be started. */
export const CANNOT_START: i32 = 126;
/** Status of a command that does not exist. */
export const UNKNOWN: i32 = 127;
/** Added to the number of the fault that ended a cell. */
export const FAULT: i32 = 128;
/** What a built-in command returns when Ctrl-C ended it. */
export const STOPPED: i32 = -1;
/** Status of what was ended by Ctrl-C. */
export const INTERRUPTED: i32 = 130;

/** Receives the output while it does not go to the console. */
let captured: Bytes | null = null;

/** From the shell that started this one: "both" outputs are a terminal, or the "error" output alone. */
let told: string = "";

/** Sets which outputs are a terminal. */
export function setScreen(which: string): void {
  told = which;
}

/** Whether the console is a terminal. */
export function isScreen(): bool {
  return told.length > 0 ? told == "both" : stdin.isTerminal;
}

/** A person sees the error output. */
export function isErrorScreen(): bool {
  return told.length > 0 || stdin.isTerminal;
}

/** Sends all further output to `target`, or with null to the console again. */
export function printInto(target: Bytes | null): void {
  captured = target;
}

/** A name as it is printed. */
export function named(name: string): string {
  return captured === null && isScreen() ? encode(shown(decode(name))) : name;
}

/** Prints text. */
export function print(text: string): void {
  const target = captured;
  if (target !== null) target.append(text);
  else stdout.write(toBytes(text));
}

/** Prints a line on the error output. */
export function complain(line: string): void {
  const text = isErrorScreen() ? encode(shown(decode(line))) : line;
  stderr.write(toBytes(text + "\n"));
}

/** Rings the terminal's bell. */
export function ring(): void {
  stderr.write(toBytes("\x07"));
}

/** Prints how to use a command. Returns the status for that. */
export function usage(how: string): i32 {
  complain("usage: " + how);
  return USAGE;
}

/** Prints what went wrong. Returns the status for that. */
export function failure(what: string): i32 {
  complain(what);
  return FAILED;
}
