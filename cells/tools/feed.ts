/*
 * Files and the input, read part by part through one buffer into whatever a command does with them.
 */

import { File, fileError, stdin } from "rumpk";
import { OK, failure } from "./output";
import { fromRoot } from "./paths";

/** Bytes read at a time: what one message of the file server carries. */
const PART: i32 = 8128;
/** The path that means the input. */
const INPUT: string = "-";

const part: Uint8Array = new Uint8Array(PART);

/** What a command does with the bytes that it reads. */
export abstract class Filter {
  /** Takes `length` bytes: false when no more of this file is wanted. */
  abstract take(data: usize, length: i32): bool;

  /** A file, or the input under the name "-", begins. */
  begin(path: string): void {}

  /** It has ended: OK, or FAILED when not all of it could be taken, of which the user was told. */
  end(path: string): i32 {
    return OK;
  }
}

/** Feeds the files at `paths`, or the input when there are none; complains as `command`: its status. */
export function feedAll(command: string, paths: string[], filter: Filter): i32 {
  if (paths.length == 0) return feed(command, INPUT, filter);
  let status = OK;
  for (let i = 0; i < paths.length; i++) status = max(status, feed(command, paths[i], filter));
  return status;
}

/** Feeds one file, or the input for "-". */
function feed(command: string, path: string, filter: Filter): i32 {
  if (path == INPUT) return feedFrom(command, path, null, filter);
  const file = File.open(fromRoot(path));
  return file !== null ? feedFrom(command, path, file, filter) : failure(command, path, fileError());
}

/** Feeds a file that was opened at `path`, or the input for null. */
export function feedFrom(command: string, path: string, file: File | null, filter: Filter): i32 {
  if (file !== null && file.endHere() < 0) return failure(command, path, fileError());
  filter.begin(path);
  let count = read(file);
  while (count > 0 && filter.take(part.dataStart, count)) count = read(file);
  if (file !== null) file.close();
  if (count < 0) return failure(command, path == INPUT ? "input" : path, count);
  return filter.end(path);
}

function read(file: File | null): i32 {
  return file !== null ? file.read(part) : stdin.read(part);
}
