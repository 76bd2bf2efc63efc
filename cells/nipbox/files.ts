/*
 * The commands on files: ls and cat. Paths go from the root; what is printed is what the file server says.
 */

import { DirectoryEntry, File, Stat, errorText, fileError, list, stat, stdin, stdout } from "rumpk";
import { decode, encode } from "./bytes";
import { interrupted, readTyped } from "./input";
import { INTERRUPTED, OK, failure, print, usage } from "./output";
import { dateText } from "./time";

/** Bytes read at a time. */
const PART: i32 = 4096;
/** Columns of a size. */
const SIZE_WIDTH: i32 = 9;

function fileFailure(command: string, path: string): i32 {
  return failure(command + ": " + path + ": " + errorText(fileError()));
}

/** ls [-l] [path...] */
export function ls(args: string[]): i32 {
  const long = args.length > 0 && args[0] == "-l";
  const paths = long ? args.slice(1) : args;
  if (paths.length > 0 && paths[0].startsWith("-")) return usage("ls [-l] [path...]");
  if (paths.length == 0) paths.push("/");
  let status = OK;
  for (let i = 0; i < paths.length; i++) {
    status = max(status, listPath(paths[i], long, paths.length > 1));
  }
  return status;
}

/** Lists a file, or the entries of a directory, `titled` with its path where there are several. */
function listPath(path: string, long: bool, titled: bool): i32 {
  const found = stat(decode(path));
  if (found === null) return fileFailure("ls", path);
  if (!found.isDirectory) {
    print(entryText(path, found, long));
    return OK;
  }
  const entries = list(decode(path));
  if (entries === null) return fileFailure("ls", path);
  if (titled) print(path + ":\n");
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
  const name = encode(entry.name);
  if (!long) {
    print(name + (entry.isDirectory ? "/\n" : "\n"));
    return OK;
  }
  const found = stat(decode(path) + "/" + entry.name);
  if (found === null) return fileFailure("ls", path + "/" + name);
  print(entryText(name, found, true));
  return OK;
}

function entryText(name: string, found: Stat, long: bool): string {
  const line = name + (found.isDirectory ? "/\n" : "\n");
  if (!long) return line;
  const size = found.size.toString().padStart(SIZE_WIDTH);
  return modeText(found) + " " + size + " " + dateText(found.modified).substring(0, 16) + " " + line;
}

function modeText(found: Stat): string {
  let text = found.isDirectory ? "d" : "-";
  for (let bit = 8; bit >= 0; bit--) text += (found.mode >> bit) & 1 ? "rwx".charAt(2 - (bit % 3)) : "-";
  return text;
}

/** cat [path...]; without a path, or for "-", the input. */
export function cat(args: string[]): i32 {
  if (args.length == 0) return copyInput();
  let status = OK;
  for (let i = 0; i < args.length; i++) {
    if (args[i].length > 1 && args[i].startsWith("-")) return usage("cat [path...]");
    status = max(status, args[i] == "-" ? copyInput() : copyFile(args[i]));
  }
  return status;
}

function copyFile(path: string): i32 {
  const file = File.open(decode(path));
  if (file === null) return fileFailure("cat", path);
  const part = new Uint8Array(PART);
  let count = file.read(part);
  for (; count > 0; count = file.read(part)) stdout.writeRange(part.dataStart, count);
  file.close();
  if (count == 0) return OK;
  return failure("cat: " + path + ": " + errorText(count));
}

function copyInput(): i32 {
  if (stdin.isTerminal) return copyTyped();
  const part = new Uint8Array(PART);
  let count = stdin.read(part);
  for (; count > 0; count = stdin.read(part)) stdout.writeRange(part.dataStart, count);
  return count == 0 ? OK : failure("cat: " + errorText(count));
}

/** A person's lines are edited, then copied. */
function copyTyped(): i32 {
  for (let line = readTyped(); line !== null; line = readTyped()) print(line + "\n");
  return interrupted ? INTERRUPTED : OK;
}
