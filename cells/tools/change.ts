/*
 * The programs that write files: cp, tee, touch, rm, mkdir, rmdir.
 */

import { File, fileError, makeDirectory, removeDirectory, removeFile, stat, touch as setTime } from "rumpk";
import { EISDIR } from "rumpk/abi";
import { Filter, feedAll, feedFrom } from "./feed";
import { FAILED, OK, complain, failure, usage, write } from "./output";
import { fromRoot, lastName } from "./paths";

/** Writes what it takes to files, and to the output where that is wanted. */
class Write extends Filter {
  status: i32 = OK;
  private readonly paths: string[] = [];
  private readonly files: File[] = [];

  constructor(
    private readonly command: string,
    private readonly toOutput: bool,
  ) {
    super();
  }

  /** Takes a file that was opened, or null for one that could not be. */
  add(path: string, file: File | null): void {
    if (file === null) {
      this.status = failure(this.command, path, fileError());
      return;
    }
    this.paths.push(path);
    this.files.push(file);
  }

  take(data: usize, length: i32): bool {
    for (let i = this.files.length - 1; i >= 0; i--) {
      const result = this.files[i].writeRange(data, length);
      if (result < 0) this.giveUp(i, result);
    }
    if (this.toOutput) write(data, length);
    return this.toOutput || this.files.length > 0;
  }

  end(path: string): i32 {
    for (let i = 0; i < this.files.length; i++) this.files[i].close();
    return OK;
  }

  private giveUp(index: i32, error: i32): void {
    this.status = failure(this.command, this.paths[index], error);
    this.files.splice(index, 1)[0].close();
    this.paths.splice(index, 1);
  }
}

/** cp from to: `to` is a file, or a directory that gets one of the same name. */
export function cp(args: string[]): i32 {
  if (args.length != 2 || args[0].startsWith("-")) return usage("cp from to");
  const source = stat(fromRoot(args[0]));
  if (source === null) return failure("cp", args[0], fileError());
  let target = args[1];
  const found = stat(fromRoot(target));
  if (found !== null && found.isDirectory) target = target + "/" + lastName(args[0]);
  if (source.isDirectory) return failure("cp", args[0], EISDIR);
  const replaced = stat(fromRoot(target));
  if (replaced !== null && replaced.inode == source.inode) return refused(args[0], target);
  // What cannot be read empties nothing.
  const file = File.open(fromRoot(args[0]));
  if (file === null) return failure("cp", args[0], fileError());
  const writer = new Write("cp", false);
  writer.add(target, File.create(fromRoot(target)));
  return writer.status != OK ? writer.status : max(feedFrom("cp", args[0], file, writer), writer.status);
}

/** Two paths may lead to one file; it would be emptied before it is read. */
function refused(from: string, to: string): i32 {
  complain("cp: " + from + " and " + to + " are the same file");
  return FAILED;
}

/** tee [-a] [path...] */
export function tee(args: string[]): i32 {
  const append = args.length > 0 && args[0] == "-a";
  if (append) args.shift();
  if (args.length > 0 && args[0].startsWith("-")) return usage("tee [-a] [path...]");
  const writer = new Write("tee", true);
  for (let i = 0; i < args.length; i++) {
    const path = fromRoot(args[i]);
    writer.add(args[i], append ? File.append(path) : File.create(path));
  }
  return max(feedAll("tee", [], writer), writer.status);
}

/** Does one thing to each path. */
function toEach(command: string, args: string[], action: (path: string) => i32): i32 {
  if (args.length == 0 || args[0].startsWith("-")) return usage(command + " path...");
  let status = OK;
  for (let i = 0; i < args.length; i++) {
    const error = action(fromRoot(args[i]));
    if (error < 0) status = failure(command, args[i], error);
  }
  return status;
}

/** touch path... */
export function touch(args: string[]): i32 {
  return toEach("touch", args, setTime);
}

/** rm path... */
export function rm(args: string[]): i32 {
  return toEach("rm", args, removeFile);
}

/** mkdir path... */
export function mkdir(args: string[]): i32 {
  return toEach("mkdir", args, makeDirectory);
}

/** rmdir path... */
export function rmdir(args: string[]): i32 {
  return toEach("rmdir", args, removeDirectory);
}
