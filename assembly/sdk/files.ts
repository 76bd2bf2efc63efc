/*
 * Files, by 9P2000.L from whoever answers PORT_VFS. Nothing throws: functions answer null or a negative
 * errno, and `fileError` tells why.
 *
 * When a server is restarted, requests that it had, and what was open there, answer -EPIPE (the VFS itself)
 * or -ESTALE (a file server behind it). What can be done twice without harm is then done once more by itself:
 * opening, reading, looking, listing; a file opened for reading is opened anew and read on at the same place.
 * Writing, making, removing and renaming are not repeated: the caller is told, and knows whether to.
 */

import { EEXIST, EINVAL, EIO, EISDIR, ENOENT, ENOTDIR, EPIPE, ESTALE } from "../abi/errno";
import { splitPath } from "./ninep/path";
import { session } from "./ninep/session";
import {
  ATTRIBUTES_BASIC,
  DIRENT_OVERHEAD,
  MODE_DIRECTORY,
  MODE_TYPE,
  OPEN_ACCESS,
  OPEN_APPEND,
  OPEN_READ,
  OPEN_READ_WRITE,
  OPEN_TRUNCATE,
  OPEN_WRITE,
  QID_DIRECTORY,
  READ_OVERHEAD,
  SET_SIZE,
  TGETATTR,
  TLCREATE,
  TLOPEN,
  TMKDIR,
  TREAD,
  TREADDIR,
  TRENAMEAT,
  TSETATTR,
  TUNLINKAT,
  TWRITE,
  UNLINK_DIRECTORY,
  WRITE_OVERHEAD,
} from "./ninep/types";

export { OPEN_APPEND, OPEN_READ, OPEN_READ_WRITE, OPEN_TRUNCATE, OPEN_WRITE };

/** Mode of a file that is made. */
const NEW_FILE_MODE: u32 = 0o644;
/** Mode of a directory that is made. */
const NEW_DIRECTORY_MODE: u32 = 0o755;

/** Generation of a file whose server was restarted: no session has it. */
const STALE: u32 = u32.MAX_VALUE;

let lastError: i32 = 0;

/** Why the last function here answered null: a negative errno, 0 when it succeeded. */
export function fileError(): i32 {
  return lastError;
}

/** What is known about a file. */
export class Stat {
  /** Type and permissions, as in Unix. */
  mode: u32 = 0;
  /** Bytes. */
  size: u64 = 0;
  /** Last change, in seconds since 1970. */
  modified: i64 = 0;
  /** Number of the file within its server. */
  inode: u64 = 0;

  /** True for a directory. */
  get isDirectory(): bool {
    return (this.mode & MODE_TYPE) == MODE_DIRECTORY;
  }
}

/** An entry of a directory. */
export class DirectoryEntry {
  constructor(
    public name: string,
    public isDirectory: bool,
  ) {}
}

/** An open file. */
export class File {
  /** Where the next read or write happens. */
  position: u64 = 0;
  private fid: u32 = 0;
  private generation: u32 = 0;

  constructor(
    readonly path: string,
    private flags: u32,
  ) {}

  /** Opens a file: null on an error. `flags`: OPEN_... */
  static open(path: string, flags: u32 = OPEN_READ): File | null {
    const file = new File(path, flags);
    lastError = retried(file, openStep);
    return lastError < 0 ? null : file;
  }

  /** Makes a file, or cuts one to nothing, for writing: null on an error. */
  static create(path: string): File | null {
    return File.openOrMake(path, OPEN_WRITE | OPEN_TRUNCATE);
  }

  /** Opens a file, or makes one, for writing; every write goes to its end. Null on an error. */
  static append(path: string): File | null {
    return File.openOrMake(path, OPEN_WRITE | OPEN_APPEND);
  }

  private static openOrMake(path: string, flags: u32): File | null {
    const existing = File.open(path, flags);
    if (existing !== null || lastError != ENOENT) return existing;
    const file = new File(path, flags);
    lastError = file.make();
    // Somebody else has made it meanwhile.
    if (lastError == EEXIST) return File.open(path, flags);
    return lastError < 0 ? null : file;
  }

  /** Reads on into `buffer`: bytes, 0 at the end, or a negative errno. */
  read(buffer: Uint8Array): i32 {
    return this.readRange(buffer.dataStart, buffer.length);
  }

  /** Reads on into `length` bytes from `target`: bytes, 0 at the end, or a negative errno. */
  readRange(target: usize, length: i32): i32 {
    if (length == 0) return 0;
    let result = this.readOnce(target, length);
    if (isRestart(result) && (this.flags & OPEN_ACCESS) == OPEN_READ) result = this.readOnce(target, length);
    lastError = min(result, 0);
    return result;
  }

  /** Writes all of `bytes`: their number, or a negative errno. */
  write(bytes: Uint8Array): i32 {
    return this.writeRange(bytes.dataStart, bytes.length);
  }

  /** Writes all of `length` bytes at `source`: `length`, or a negative errno. */
  writeRange(source: usize, length: i32): i32 {
    let done = 0;
    while (done < length) {
      const result = this.writeOnce(source + done, length - done);
      lastError = min(result, 0);
      if (result < 0) return result;
      done += result;
    }
    return done;
  }

  /** Cuts or lengthens the file to `size` bytes: 0 or a negative errno. */
  resize(size: u64): i32 {
    lastError = this.ready();
    if (lastError < 0) return lastError;
    const request = session.begin(TSETATTR);
    request.putU32(this.fid);
    request.putU32(SET_SIZE);
    for (let i = 0; i < 3; i++) request.putU32(0);
    request.putU64(size);
    for (let i = 0; i < 4; i++) request.putU64(0);
    lastError = this.noted(session.call());
    return lastError;
  }

  /** Gives the file back. */
  close(): void {
    if (this.generation == session.generation && this.generation != 0) session.clunk(this.fid);
    this.generation = 0;
  }

  /** Opens the file by its path: 0 or a negative errno. */
  reopen(): i32 {
    const fid = session.walk(splitPath(this.path));
    if (fid < 0) return <i32>fid;
    const request = session.begin(TLOPEN);
    request.putU32(<u32>fid);
    request.putU32(this.flags);
    return this.adopt(<u32>fid, session.call());
  }

  private make(): i32 {
    const names = splitPath(this.path);
    if (names.length == 0) return EISDIR;
    const name = names.pop();
    const fid = session.walk(names);
    if (fid < 0) return <i32>fid;
    const request = session.begin(TLCREATE);
    request.putU32(<u32>fid);
    request.putText(name);
    request.putU32(this.flags);
    request.putU32(NEW_FILE_MODE);
    request.putU32(0);
    return this.adopt(<u32>fid, session.call());
  }

  private adopt(fid: u32, result: i32): i32 {
    if (result < 0) {
      if (result != EPIPE) session.clunk(fid);
      return result;
    }
    this.fid = fid;
    this.generation = session.generation;
    return 0;
  }

  /** Makes sure that the fid is alive: 0 or a negative errno. */
  private ready(): i32 {
    if (this.generation == 0) return EINVAL;
    const result = session.open();
    if (result < 0 || this.generation == session.generation) return result;
    if ((this.flags & OPEN_ACCESS) == OPEN_READ) return this.reopen();
    return this.generation == STALE ? ESTALE : EPIPE;
  }

  /** Gives a fid back whose server was restarted: the result that told so. */
  private noted(result: i32): i32 {
    if (result != ESTALE) return result;
    session.clunk(this.fid);
    this.generation = STALE;
    return result;
  }

  private readOnce(target: usize, length: i32): i32 {
    let result = this.ready();
    if (result < 0) return result;
    const request = session.begin(TREAD);
    request.putU32(this.fid);
    request.putU64(this.position);
    request.putU32(min<u32>(length, session.messageSize - READ_OVERHEAD));
    result = this.noted(session.call());
    if (result < 0) return result;
    const count = session.answer.getU32();
    const data = session.answer.take(count);
    if (data == 0 || count > <u32>length) return EIO;
    memory.copy(target, data, count);
    this.position += count;
    return count;
  }

  private writeOnce(source: usize, length: i32): i32 {
    let result = this.ready();
    if (result < 0) return result;
    const part = min<u32>(length, session.messageSize - WRITE_OVERHEAD);
    const request = session.begin(TWRITE);
    request.putU32(this.fid);
    request.putU64(this.position);
    request.putU32(part);
    request.putBytes(source, part);
    result = this.noted(session.call());
    if (result < 0) return result;
    const count = session.answer.getU32();
    if (count == 0 || count > part) return EIO;
    this.position += count;
    return count;
  }
}

function openStep(file: File): i32 {
  return file.reopen();
}

/** Whether an error says that a server was restarted. */
function isRestart(result: i32): bool {
  return result == EPIPE || result == ESTALE;
}

/** Does an idempotent step, once more when the server was restarted meanwhile. */
function retried<T>(subject: T, step: (subject: T) => i32): i32 {
  let result = session.open();
  if (result >= 0) result = step(subject);
  if (!isRestart(result)) return result;
  result = session.open();
  return result < 0 ? result : step(subject);
}

/** The whole of a file: null on an error. */
export function readFile(path: string): Uint8Array | null {
  const file = File.open(path);
  if (file === null) return null;
  let bytes = new Uint8Array(4096);
  let used = 0;
  while (true) {
    const count = file.readRange(bytes.dataStart + used, bytes.length - used);
    if (count <= 0) break;
    used += count;
    if (used == bytes.length) bytes = resized(bytes, used * 2);
  }
  const failed = lastError;
  file.close();
  lastError = failed;
  return failed < 0 ? null : bytes.subarray(0, used);
}

function resized(bytes: Uint8Array, length: i32): Uint8Array {
  const larger = new Uint8Array(length);
  memory.copy(larger.dataStart, bytes.dataStart, bytes.length);
  return larger;
}

/** A path with the place for what is found out about it. */
class Query {
  stat: Stat = new Stat();
  entries: DirectoryEntry[] = [];

  constructor(readonly path: string) {}
}

/** What is known about the file at `path`: null on an error. */
export function stat(path: string): Stat | null {
  const query = new Query(path);
  lastError = retried(query, statStep);
  return lastError < 0 ? null : query.stat;
}

function statStep(query: Query): i32 {
  const fid = session.walk(splitPath(query.path));
  if (fid < 0) return <i32>fid;
  const request = session.begin(TGETATTR);
  request.putU32(<u32>fid);
  request.putU64(ATTRIBUTES_BASIC);
  const result = session.call();
  if (result < 0 && result != EPIPE) session.clunk(<u32>fid);
  if (result < 0) return result;
  const answer = session.answer;
  answer.take(8 + 1 + 4);
  query.stat.inode = answer.getU64();
  query.stat.mode = answer.getU32();
  answer.take(4 + 4 + 8 + 8);
  query.stat.size = answer.getU64();
  answer.take(8 + 8 + 8 + 8);
  query.stat.modified = <i64>answer.getU64();
  const bad = answer.bad;
  session.clunk(<u32>fid);
  return bad ? EIO : 0;
}

/** The entries of the directory at `path`, in the order of the server, without "." and "..": null on an error. */
export function list(path: string): DirectoryEntry[] | null {
  const query = new Query(path);
  lastError = retried(query, listStep);
  return lastError < 0 ? null : query.entries;
}

function listStep(query: Query): i32 {
  query.entries = [];
  const fid = session.walk(splitPath(query.path));
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
    if (next == offset) result = EIO;
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

/** Sends TMKDIR or TUNLINKAT for the last name of `path` to its directory. */
function changeParent(path: string, type: u8, flags: u32 = 0): i32 {
  const names = splitPath(path);
  if (names.length == 0) return EINVAL;
  const name = names.pop();
  lastError = session.open();
  if (lastError < 0) return lastError;
  const fid = session.walk(names);
  if (fid < 0) return (lastError = <i32>fid);
  const request = session.begin(type);
  request.putU32(<u32>fid);
  request.putText(name);
  request.putU32(type == TMKDIR ? NEW_DIRECTORY_MODE : flags);
  if (type == TMKDIR) request.putU32(0);
  lastError = session.call();
  const result = lastError;
  if (result != EPIPE) session.clunk(<u32>fid);
  return result;
}

/** Moves a file or directory to another path, in place of a file that is there: 0 or a negative errno. */
export function rename(from: string, to: string): i32 {
  const oldNames = splitPath(from);
  const newNames = splitPath(to);
  if (oldNames.length == 0 || newNames.length == 0) return EINVAL;
  const oldName = oldNames.pop();
  const newName = newNames.pop();
  lastError = session.open();
  if (lastError < 0) return lastError;
  const source = session.walk(oldNames);
  if (source < 0) return (lastError = <i32>source);
  const target = session.walk(newNames);
  if (target >= 0) {
    const request = session.begin(TRENAMEAT);
    request.putU32(<u32>source);
    request.putText(oldName);
    request.putU32(<u32>target);
    request.putText(newName);
  }
  const result = target < 0 ? <i32>target : session.call();
  if (result != EPIPE) session.clunk(<u32>source);
  if (result != EPIPE && target >= 0) session.clunk(<u32>target);
  return (lastError = result);
}
