/*
 * Relative paths start from the shell's current directory, which the shell passes to the program.
 */

import { pathFrom, splitPath } from "rumpk/ninep/path";

let current: string = "";

/** Sets where relative paths start. */
export function setCurrent(path: string): void {
  current = path;
}

/** A path from the root; "", which is no path, stays "". */
export function fromRoot(path: string): string {
  return pathFrom(current, path);
}

/** The last name of a path, "" for the root. */
export function lastName(path: string): string {
  const names = splitPath(fromRoot(path));
  return names.length > 0 ? names.pop() : "";
}
