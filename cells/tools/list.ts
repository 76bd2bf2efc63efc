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
  if (args.length == 0) args.push("");
  let status = OK;
  for (let i = 0; i < args.length; i++) status = max(status, listPath(args[i], long, args.length > 1));
  return status;
}

/** Lists a file, or the entries of a directory, `titled` with its path where there are several. */
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

/** By insertion: a directory holds few entries, and the library's sort is larger than the rest of ls. */
function sortByName(entries: DirectoryEntry[]): void {
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i];
    let at = i;
    for (; at > 0 && entries[at - 1].name > entry.name; at--) entries[at] = entries[at - 1];
    entries[at] = entry;
  }
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
