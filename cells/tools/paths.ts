/*
 * Relative paths start from the directory that the shell is in, which it says when it starts the program.
 */

import { splitPath } from "rumpk/ninep/path";

let current: string = "";

/** Sets where relative paths start. */
export function setCurrent(path: string): void {
  current = path;
}

/** A path from the root, without ".", ".." and empty names. */
export function fromRoot(path: string): string {
  return "/" + splitPath(path.startsWith("/") ? path : current + "/" + path).join("/");
}

/** The last name of a path. */
export function lastName(path: string): string {
  return fromRoot(path).substring(fromRoot(path).lastIndexOf("/") + 1);
}
