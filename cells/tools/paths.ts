/*
 * Relative paths start from the directory that the shell is in, which it says when it starts the program.
 */

import { pathFrom, splitPath } from "rumpk/ninep/path";

let current: string = "";

/** Sets where relative paths start. */
export function setCurrent(path: string): void {
  current = path;
}

/** A path from the root; "" stays what it is, no path. */
export function fromRoot(path: string): string {
  return pathFrom(current, path);
}

/** The last name of a path, "" for the root. */
export function lastName(path: string): string {
  const names = splitPath(fromRoot(path));
  return names.length > 0 ? names.pop() : "";
}
