/*
 * The tree of files: looking, listing, making, removing, renaming. What the functions answer, and what is done once
 * more when a server is restarted, is in files.ts.
 */

import { EIO, EISDIR, ENOENT, ENOTDIR, EPIPE } from "../abi/errno";
import { File } from "./files";
import { Entry, fileError, noted, retried, walkTo } from "./ninep/attempt";
import { meansDirectory } from "./ninep/path";
import { session } from "./ninep/session";
import { Stat, readStat } from "./ninep/stat";
import {
  DIRENT_OVERHEAD,
  OPEN_READ,
  QID_DIRECTORY,
  READ_OVERHEAD,
  SET_MODIFIED,
  TLOPEN,
  TMKDIR,
  TREADDIR,
  TRENAMEAT,
  TSETATTR,
  TUNLINKAT,
  UNLINK_DIRECTORY,
} from "./ninep/types";

/** Mode of a directory that is made. */
const NEW_DIRECTORY_MODE: u32 = 0o755;

/** An entry of a directory. */
export class DirectoryEntry {
  constructor(
    public name: string,
    public isDirectory: bool,
  ) {}
}

/** A path, with room for the attributes of its file. */
class Query {
  stat: Stat = new Stat();
  entries: DirectoryEntry[] = [];

  constructor(readonly path: string) {}
}

/** Attributes of the file at `path`; null on an error. */
export function stat(path: string): Stat | null {
  const query = new Query(path);
  return retried(query, statStep) < 0 ? null : query.stat;
}

function statStep(query: Query): i32 {
  const fid = walkTo(query.path);
  if (fid < 0) return <i32>fid;
  const result = readStat(<u32>fid, query.stat);
  if (result != EPIPE) session.clunk(<u32>fid);
  return result;
}

/** The entries of the directory at `path`, in the order of the server, without "." and "..": null on an error. */
export function list(path: string): DirectoryEntry[] | null {
  const query = new Query(path);
  return retried(query, listStep) < 0 ? null : query.entries;
}

function listStep(query: Query): i32 {
  query.entries = [];
  const fid = walkTo(query.path);
  if (fid < 0) return <i32>fid;
  let request = session.begin(TLOPEN);
  request.putU32(<u32>fid);
  request.putU32(OPEN_READ);
  let result = session.call();
  if (result >= 0) result = session.answer.getU8() & QID_DIRECTORY ? 0 : ENOTDIR;
  let offset: u64 = 0;
  while (result >= 0) {
    request = session.begin(TREADDIR);
    request.putU32(<u32>fid);
    request.putU64(offset);
    request.putU32(session.messageSize - READ_OVERHEAD);
    result = session.call();
    if (result < 0 || session.answer.getU32() == 0) break;
    const next = takeEntries(query.entries);
    if (next == offset || session.answer.left > 0) result = EIO;
    offset = next;
  }
  if (result != EPIPE) session.clunk(<u32>fid);
  return result;
}

/** Takes the entries of one Rreaddir: the offset at which to read on. */
function takeEntries(entries: DirectoryEntry[]): u64 {
  const answer = session.answer;
  let offset: u64 = 0;
  while (answer.left >= DIRENT_OVERHEAD && !answer.bad) {
    const isDirectory = (answer.getU8() & QID_DIRECTORY) != 0;
    answer.take(4 + 8);
    offset = answer.getU64();
    answer.getU8();
    const name = answer.getText();
    if (name != "." && name != "..") entries.push(new DirectoryEntry(name, isDirectory));
  }
  return offset;
}

/** Makes a directory: 0 or a negative errno. */
export function makeDirectory(path: string): i32 {
  return changeParent(path, TMKDIR);
}

/** Removes a file: 0 or a negative errno. */
export function removeFile(path: string): i32 {
  return changeParent(path, TUNLINKAT);
}

/** Removes an empty directory: 0 or a negative errno. */
export function removeDirectory(path: string): i32 {
  return changeParent(path, TUNLINKAT, UNLINK_DIRECTORY);
}

/** Sends TMKDIR or TUNLINKAT for the last name of `path` to its directory. A file is not removed as "file/". */
function changeParent(path: string, type: u8, flags: u32 = 0): i32 {
  if (noted(session.open()) < 0) return fileError();
  if (type == TUNLINKAT && flags == 0 && meansDirectory(path)) {
    const failed = asDirectory(path);
    return noted(failed < 0 ? failed : EISDIR);
  }
  const entry = new Entry(path);
  if (entry.fid < 0) return noted(<i32>entry.fid);
  const request = session.begin(type);
  request.putU32(<u32>entry.fid);
  request.putText(entry.name);
  request.putU32(type == TMKDIR ? NEW_DIRECTORY_MODE : flags);
  if (type == TMKDIR) request.putU32(0);
  const result = session.call();
  entry.close(result);
  return noted(result);
}

/** Moves a file or directory to another path, replacing a file there: 0 or a negative errno. */
export function rename(from: string, to: string): i32 {
  if (noted(session.open()) < 0) return fileError();
  if (meansDirectory(from) || meansDirectory(to)) {
    if (noted(asDirectory(from)) < 0) return fileError();
  }
  const source = new Entry(from);
  if (source.fid < 0) return noted(<i32>source.fid);
  const target = new Entry(to);
  let result = <i32>target.fid;
  if (target.fid >= 0) {
    const request = session.begin(TRENAMEAT);
    request.putU32(<u32>source.fid);
    request.putText(source.name);
    request.putU32(<u32>target.fid);
    request.putText(target.name);
    result = session.call();
  }
  source.close(result);
  target.close(result);
  return noted(result);
}

/** Whether a path leads to a directory, found out without stat, which would need RPATH: 0 or a negative errno. */
function asDirectory(path: string): i32 {
  const fid = path.length > 0 ? walkTo(path + "/") : ENOENT;
  if (fid >= 0) session.clunk(<u32>fid);
  return <i32>min(fid, 0);
}

/**
 * Sets the time of the last change of the file or directory at `path` to now, and creates the file if it does not
 * exist: 0 or a negative errno.
 */
export function touch(path: string): i32 {
  let result = retried(path, touchStep);
  if (result != ENOENT) return result;
  const file = File.append(path);
  if (file === null) return fileError();
  file.close();
  return 0;
}

function touchStep(path: string): i32 {
  const fid = walkTo(path);
  if (fid < 0) return <i32>fid;
  const request = session.begin(TSETATTR);
  request.putU32(<u32>fid);
  request.putU32(SET_MODIFIED);
  for (let i = 0; i < 3; i++) request.putU32(0);
  for (let i = 0; i < 5; i++) request.putU64(0);
  const result = session.call();
  if (result != EPIPE) session.clunk(<u32>fid);
  return result;
}
