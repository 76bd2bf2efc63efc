/*
 * Steps of the SDK's functions on files: walking a path, repeating an idempotent request, and why the last function
 * failed.
 *
 * "" is no path (-ENOENT). A path that ends with "/" or "/." only leads to a directory (-ENOTDIR). A file to create,
 * remove or rename needs a name: "." and ".." at the end of a path are refused (-EINVAL).
 */

import { EINVAL, ENOENT, ENOTDIR, EPIPE, ESTALE } from "../../abi/errno";
import { meansDirectory, splitPath } from "./path";
import { session } from "./session";

let lastError: i32 = 0;

/** Why the last function on files answered null: a negative errno, 0 when it succeeded. */
export function fileError(): i32 {
  return lastError;
}

/** Keeps a result for fileError, and returns it. */
export function noted(result: i32): i32 {
  lastError = min(result, 0);
  return result;
}

/** Whether an error says that a server was restarted. */
export function isRestart(result: i32): bool {
  return result == EPIPE || result == ESTALE;
}

/** Does an idempotent step, and repeats it if the server was restarted meanwhile. Keeps the result for fileError. */
export function retried<T>(subject: T, step: (subject: T) => i32): i32 {
  let result = session.open();
  if (result >= 0) result = step(subject);
  if (!isRestart(result)) return noted(result);
  result = session.open();
  return noted(result < 0 ? result : step(subject));
}

/** Walks a new fid to a path: the fid, or a negative errno. The session is open. */
export function walkTo(path: string): i64 {
  if (path.length == 0) return ENOENT;
  const fid = session.walk(splitPath(path));
  if (fid < 0 || session.atDirectory || !meansDirectory(path)) return fid;
  session.clunk(<u32>fid);
  return ENOTDIR;
}

/** The last name of a path, and a fid of the directory that it is in. */
export class Entry {
  name: string = "";
  /** A negative errno when there is none. */
  fid: i64 = 0;

  constructor(path: string) {
    const names = splitPath(path);
    if (path.length == 0) this.fid = ENOENT;
    else if (names.length == 0 || endsInDots(path)) this.fid = EINVAL;
    else {
      this.name = names.pop();
      this.fid = session.walk(names);
    }
  }

  /** Gives up the fid, unless `result` says that it is gone. */
  close(result: i32): void {
    if (this.fid >= 0 && result != EPIPE) session.clunk(<u32>this.fid);
  }
}

/** Whether the last name of a path is "." or "..". */
function endsInDots(path: string): bool {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) == SLASH) end--;
  const name = path.substring(path.lastIndexOf("/", end - 1) + 1, end);
  return name == "." || name == "..";
}

const SLASH: i32 = 0x2f;
