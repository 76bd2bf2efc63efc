/*
 * Files, by 9P2000.L from the cell that serves PORT_VFS. Nothing throws: functions answer null or a negative
 * errno, and `fileError` tells why.
 *
 * When a server is restarted, its pending requests and open files answer -EPIPE (the VFS itself) or -ESTALE (a file
 * server behind it). Idempotent requests are then repeated automatically: opening, reading, stat, listing; a file
 * opened for reading is reopened and read on at the same place. Writing, creating, removing and renaming are not
 * repeated: the caller gets the error and decides.
 */

import { EEXIST, EINVAL, EIO, EISDIR, ENOENT, EPIPE, ESTALE } from "../abi/errno";
import { Entry, fileError, isRestart, noted, retried, walkTo } from "./ninep/attempt";
import { meansDirectory } from "./ninep/path";
import { session } from "./ninep/session";
import { Stat, readStat } from "./ninep/stat";
import {
  OPEN_ACCESS,
  OPEN_APPEND,
  OPEN_READ,
  OPEN_READ_WRITE,
  OPEN_TRUNCATE,
  OPEN_WRITE,
  READ_OVERHEAD,
  SET_SIZE,
  TLCREATE,
  TLOPEN,
  TREAD,
  TSETATTR,
  TWRITE,
  WRITE_OVERHEAD,
} from "./ninep/types";

export { OPEN_APPEND, OPEN_READ, OPEN_READ_WRITE, OPEN_TRUNCATE, OPEN_WRITE };

/** Mode of a file that is made. */
const NEW_FILE_MODE: u32 = 0o644;

/** Generation of a file whose server was restarted; no session has this number. */
const STALE: u32 = u32.MAX_VALUE;

export { Stat, fileError };

/** An open file. */
export class File {
  /** Where the next read or write happens. */
  position: u64 = 0;
  /** Where reading ends. */
  private end: u64 = u64.MAX_VALUE;
  private fid: u32 = 0;
  private generation: u32 = 0;

  constructor(
    readonly path: string,
    private flags: u32,
  ) {}

  /** Opens a file: null on an error. `flags`: OPEN_... */
  static open(path: string, flags: u32 = OPEN_READ): File | null {
    const file = new File(path, flags);
    return retried(file, openStep) < 0 ? null : file;
  }

  /** Creates a file, or truncates an existing one, for writing. Null on an error. */
  static create(path: string): File | null {
    return File.openOrMake(path, OPEN_WRITE | OPEN_TRUNCATE);
  }

  /** Opens or creates a file for appending. Null on an error. */
  static append(path: string): File | null {
    return File.openOrMake(path, OPEN_WRITE | OPEN_APPEND);
  }

  private static openOrMake(path: string, flags: u32): File | null {
    const existing = File.open(path, flags);
    if (existing !== null || fileError() != ENOENT) return existing;
    const file = new File(path, flags);
    const result = noted(file.make());
    // Somebody else has made it meanwhile.
    if (result == EEXIST) return File.open(path, flags);
    return result < 0 ? null : file;
  }

  /** Reads the next bytes into `buffer`: their number, 0 at the end, or a negative errno. */
  read(buffer: Uint8Array): i32 {
    return this.readRange(buffer.dataStart, buffer.length);
  }

  /** Reads the next bytes, at most `length`, to `target`: their number, 0 at the end, or a negative errno. */
  readRange(target: usize, length: i32): i32 {
    if (length == 0) return 0;
    let result = this.readOnce(target, length);
    if (isRestart(result) && (this.flags & OPEN_ACCESS) == OPEN_READ) result = this.readOnce(target, length);
    return noted(result);
  }

  /** Writes all of `bytes`: their number, or a negative errno. */
  write(bytes: Uint8Array): i32 {
    return this.writeRange(bytes.dataStart, bytes.length);
  }

  /** Writes all of `length` bytes at `source`: `length`, or a negative errno. */
  writeRange(source: usize, length: i32): i32 {
    let done = 0;
    while (done < length) {
      const result = noted(this.writeOnce(source + done, length - done));
      if (result < 0) return result;
      done += result;
    }
    return done;
  }

  /** Truncates or extends the file to `size` bytes: 0 or a negative errno. */
  resize(size: u64): i32 {
    const result = noted(this.ready());
    if (result < 0) return result;
    const request = session.begin(TSETATTR);
    request.putU32(this.fid);
    request.putU32(SET_SIZE);
    for (let i = 0; i < 3; i++) request.putU32(0);
    request.putU64(size);
    for (let i = 0; i < 4; i++) request.putU64(0);
    return noted(this.looked(session.call()));
  }

  /** Attributes of the open file; null on an error. */
  stat(): Stat | null {
    const found = new Stat();
    let result = this.ready();
    if (result >= 0) result = this.looked(readStat(this.fid, found));
    return noted(result) < 0 ? null : found;
  }

  /**
   * Makes reading stop where the file ends now, so that a reader that appends to the same file comes to an end. A file
   * without a size, whose bytes are made on reading, ends as usual. 0 or a negative errno.
   */
  endHere(): i32 {
    const found = this.stat();
    if (found === null) return fileError();
    if (found.size > 0) this.end = found.size;
    return 0;
  }

  /** Gives the file back. */
  close(): void {
    if (this.generation == session.generation && this.generation != 0) session.clunk(this.fid);
    this.generation = 0;
  }

  /** Opens the file by its path: 0 or a negative errno. */
  reopen(): i32 {
    const fid = walkTo(this.path);
    if (fid < 0) return <i32>fid;
    const request = session.begin(TLOPEN);
    request.putU32(<u32>fid);
    request.putU32(this.flags);
    return this.adopt(<u32>fid, session.call());
  }

  private make(): i32 {
    if (meansDirectory(this.path)) return EISDIR;
    const entry = new Entry(this.path);
    if (entry.fid < 0) return <i32>entry.fid;
    const fid = <u32>entry.fid;
    const request = session.begin(TLCREATE);
    request.putU32(fid);
    request.putText(entry.name);
    request.putU32(this.flags);
    request.putU32(NEW_FILE_MODE);
    request.putU32(0);
    return this.adopt(fid, session.call());
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

  /** Makes sure that the fid is valid: 0 or a negative errno. */
  private ready(): i32 {
    if (this.generation == 0) return EINVAL;
    const result = session.open();
    if (result < 0 || this.generation == session.generation) return result;
    if ((this.flags & OPEN_ACCESS) == OPEN_READ) return this.reopen();
    return this.generation == STALE ? ESTALE : EPIPE;
  }

  /** Gives up a fid whose server was restarted. Returns the result that said so. */
  private looked(result: i32): i32 {
    if (result != ESTALE) return result;
    session.clunk(this.fid);
    this.generation = STALE;
    return result;
  }

  private readOnce(target: usize, length: i32): i32 {
    if (this.position >= this.end) return 0;
    let result = this.ready();
    if (result < 0) return result;
    const limit = <u32>min<u64>(length, this.end - this.position);
    const request = session.begin(TREAD);
    request.putU32(this.fid);
    request.putU64(this.position);
    request.putU32(min<u32>(limit, session.messageSize - READ_OVERHEAD));
    result = this.looked(session.call());
    if (result < 0) return result;
    const count = session.answer.getU32();
    const data = session.answer.take(count);
    if (data == 0 || count > limit) return EIO;
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
    result = this.looked(session.call());
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
  const failed = fileError();
  file.close();
  return noted(failed) < 0 ? null : bytes.subarray(0, used);
}

function resized(bytes: Uint8Array, length: i32): Uint8Array {
  const larger = new Uint8Array(length);
  memory.copy(larger.dataStart, bytes.dataStart, bytes.length);
  return larger;
}
