/*
 * The directory that relative paths start from. Only the shell has one: the kernel and the file server know only paths
 * from the root, so a worker that needs it gets it as an argument.
 */

import { errorText, fileError, stat } from "rumpk";
import { pathFrom, splitPath } from "rumpk/ninep/path";
import { ENOTDIR } from "rumpk/abi";
import { decode, encode } from "./bytes";
import { OK, failure, named, print, usage } from "./output";

/** From the root, without a trailing slash unless it is the root. */
export let current: string = "/";

/** The text of a path from the root, for one that the user wrote (bytes.ts); "", which is no path, stays "". */
export function fromCurrent(path: string): string {
  return pathFrom(current, decode(path));
}

/** cd [path] */
export function cd(args: string[]): i32 {
  if (args.length > 1) return usage("cd [path]");
  const path = args.length == 0 ? "/" : args[0];
  const found = stat(fromCurrent(path));
  if (found === null) return failure("cd: " + path + ": " + errorText(fileError()));
  if (!found.isDirectory) return failure("cd: " + path + ": " + errorText(ENOTDIR));
  current = "/" + splitPath(fromCurrent(path)).join("/");
  return OK;
}

/** pwd */
export function pwd(args: string[]): i32 {
  if (args.length > 0) return usage("pwd");
  print(named(encode(current)) + "\n");
  return OK;
}
