/*
 * ls: the entries of directories, by name.
 */

import { DirectoryEntry, Stat, dateText, fileError, list, stat } from "rumpk";
import { OK, failure, named, print, usage } from "./output";
import { fromRoot } from "./paths";

/** Columns of a size. */
const SIZE_WIDTH: i32 = 9;
/** Characters of a date, to the minute. */
const DATE_WIDTH: i32 = 16;

/** ls [-l] [path...] */
export function ls(args: string[]): i32 {
  const long = args.length > 0 && args[0] == "-l";
  if (long) args.shift();
  if (args.length > 0 && args[0].startsWith("-")) return usage("ls [-l] [path...]");
  if (args.length == 0) args.push(".");
  let status = OK;
  for (let i = 0; i < args.length; i++) status = max(status, listPath(args[i], long, args.length > 1));
  return status;
}

/** Lists a file or the entries of a directory; `titled` with its path when there are several. */
function listPath(path: string, long: bool, titled: bool): i32 {
  const found = stat(fromRoot(path));
  if (found === null) return failure("ls", path, fileError());
  if (!found.isDirectory) {
    print(entryText(path, found, long));
    return OK;
  }
  const entries = list(fromRoot(path));
  if (entries === null) return failure("ls", path, fileError());
  if (titled) print(named(path) + ":\n");
  sortByName(entries);
  let status = OK;
  for (let i = 0; i < entries.length; i++) status = max(status, listEntry(path, entries[i], long));
  return status;
}

/** Heap sort: equally fast for any order of entries, and smaller than the library's sort. */
function sortByName(entries: DirectoryEntry[]): void {
  for (let i = (entries.length >> 1) - 1; i >= 0; i--) sink(entries, i, entries.length);
  for (let end = entries.length - 1; end > 0; end--) {
    const last = entries[end];
    entries[end] = entries[0];
    entries[0] = last;
    sink(entries, 0, end);
  }
}

/** Sifts the entry at `start` down among the first `end`. */
function sink(entries: DirectoryEntry[], start: i32, end: i32): void {
  const entry = entries[start];
  let at = start;
  for (let child = 2 * at + 1; child < end; child = 2 * at + 1) {
    if (child + 1 < end && entries[child + 1].name > entries[child].name) child++;
    if (entries[child].name <= entry.name) break;
    entries[at] = entries[child];
    at = child;
  }
  entries[at] = entry;
}

function listEntry(path: string, entry: DirectoryEntry, long: bool): i32 {
  const name = entry.name;
  if (!long) {
    print(named(name) + (entry.isDirectory ? "/\n" : "\n"));
    return OK;
  }
  const found = stat(fromRoot(path) + "/" + name);
  if (found === null) return failure("ls", path + "/" + name, fileError());
  print(entryText(name, found, true));
  return OK;
}

function entryText(name: string, found: Stat, long: bool): string {
  const line = named(name) + (found.isDirectory ? "/\n" : "\n");
  if (!long) return line;
  const size = found.size.toString().padStart(SIZE_WIDTH);
  return modeText(found) + " " + size + " " + dateText(found.modified).substring(0, DATE_WIDTH) + " " + line;
}

function modeText(found: Stat): string {
  let text = found.isDirectory ? "d" : "-";
  for (let bit = 8; bit >= 0; bit--) text += (found.mode >> bit) & 1 ? "rwx".charAt(2 - (bit % 3)) : "-";
  return text;
}
