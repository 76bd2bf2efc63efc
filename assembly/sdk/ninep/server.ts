/*
 * The server's side of 9P2000.L over a tree of Files. Each request gets one answer: the one it asks for, or Rlerror. A
 * request may hold anything: an incomplete or unknown one is answered with an error and changes nothing. Requests that
 * write the tree are in `Changes`.
 *
 * The offset of a directory entry is 1 for ".", 2 for "..", and its cookie + ENTRY for the others.
 */

import { EINVAL, EISDIR, EMFILE, ENOENT, ENOTDIR, EPROTO, EROFS } from "../../abi/errno";
import { Changes } from "./changes";
import { Fids } from "./fids";
import { Attributes, Files, NONE, Space } from "./files";
import { isText, speaksProtocol } from "./name";
import { Reader } from "./reader";
import {
  ATTRIBUTES_BASIC,
  DIRENT_OVERHEAD,
  ENTRY_DIRECTORY,
  ENTRY_FILE,
  FILE_SYSTEM_TYPE,
  MODE_DIRECTORY,
  MODE_FILE,
  MSIZE_MIN,
  NAME_MAX,
  OPEN_ACCESS,
  OPEN_READ,
  OPEN_TRUNCATE,
  OPEN_WRITE,
  PROTOCOL,
  QID_DIRECTORY,
  QID_FILE,
  READ_OVERHEAD,
  RLERROR,
  TATTACH,
  TCLUNK,
  TFLUSH,
  TFSYNC,
  TGETATTR,
  TLOPEN,
  TREAD,
  TREADDIR,
  TREADLINK,
  TSTATFS,
  TVERSION,
  TWALK,
  WALK_MAX,
} from "./types";
import { Writer } from "./writer";

/** Offset of a directory entry, less its cookie. */
const ENTRY: u64 = 2;
/** Bytes of a block, as Rgetattr counts them. */
const BLOCK: u32 = 512;
/** The answer to Tversion with another protocol. */
const UNKNOWN: string = "unknown";

export class Server {
  private readonly request: Reader = new Reader();
  private readonly answer: Writer;
  private readonly changes!: Changes;
  private readonly known: Attributes = new Attributes();
  private readonly space: Space = new Space();
  private fids!: Fids;

  /** Answers are built in `capacity` bytes at `base`. */
  constructor(
    private readonly files: Files,
    base: usize,
    private readonly capacity: u32,
  ) {
    this.answer = new Writer(base, capacity);
    this.changes = new Changes(files, this.request, this.answer);
  }

  /** Answers the request of `length` bytes at `message` of the client with `fids`: bytes of the answer. */
  handle(fids: Fids, message: usize, length: u32): u32 {
    this.fids = fids;
    this.request.begin(message, length);
    this.answer.capacity = fids.messageSize == 0 ? this.capacity : fids.messageSize;
    this.answer.begin(this.request.type + 1, this.request.tag);
    let error = this.request.bad ? EPROTO : this.dispatch(this.request.type);
    if (error == 0 && this.answer.overflow) error = EPROTO;
    if (error != 0) {
      this.answer.begin(RLERROR, this.request.tag);
      this.answer.putU32(-error);
    }
    return this.answer.end();
  }

  /** Forgets all fids of a client that is gone or starts over. */
  forget(fids: Fids): void {
    for (let place = fids.any(); place != NONE; place = fids.any()) this.drop(fids, place);
    fids.reset();
  }

  /** Does a request: 0, or a negative errno. */
  private dispatch(type: u8): i32 {
    if (type == TVERSION) return this.version();
    if (this.fids.messageSize == 0) return EPROTO;
    switch (type) {
      case TATTACH:
        return this.attach();
      case TWALK:
        return this.walk();
      case TLOPEN:
        return this.open();
      case TREAD:
        return this.read();
      case TREADDIR:
        return this.readDirectory();
      case TGETATTR:
        return this.attributes();
      case TSTATFS:
        return this.statistics();
      case TCLUNK:
        return this.clunk();
      case TFLUSH:
        return 0;
      case TFSYNC:
        return this.sync();
      case TREADLINK:
        return EINVAL;
    }
    return this.changes.dispatch(this.fids, type);
  }

  private version(): i32 {
    const size = this.request.getU32();
    const protocol = this.request.getU16();
    const name = this.request.take(protocol);
    if (!this.request.complete || size < MSIZE_MIN) return EPROTO;
    const agreed = min(size, this.capacity);
    const known = speaksProtocol(name, protocol);
    this.forget(this.fids);
    if (known) this.fids.messageSize = agreed;
    this.answer.putU32(agreed);
    this.answer.putText(known ? PROTOCOL : UNKNOWN);
    return 0;
  }

  private attach(): i32 {
    const fid = this.request.getU32();
    this.request.getU32();
    this.request.take(this.request.getU16());
    const length = this.request.getU16();
    const name = this.request.take(length);
    this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (this.fids.find(fid) != NONE) return EINVAL;
    const node = this.files.attach(name, length);
    if (node < 0) return node;
    if (this.fids.add(fid, node) == NONE) return EMFILE;
    this.files.hold(node);
    this.putQid(node);
    return 0;
  }

  private walk(): i32 {
    const from = this.fids.find(this.request.getU32());
    const number = this.request.getU32();
    const count = this.request.getU16();
    if (this.request.bad || count > <u16>WALK_MAX) return EPROTO;
    if (from == NONE) return EINVAL;
    const existing = this.fids.find(number);
    // An open fid can be walked from; it stays as it is.
    if (existing != NONE && (existing != from || this.fids.isOpen(from))) return EINVAL;
    const countAt = this.answer.take(2);
    let node = this.fids.node(from);
    let done: u16 = 0;
    for (; done < count; done++) {
      const length = this.request.getU16();
      const name = this.request.take(length);
      if (name == 0) return EPROTO;
      const next = this.step(node, name, length);
      if (next < 0 && done == 0) return next;
      if (next < 0) break;
      node = next;
      this.putQid(node);
    }
    store<u16>(countAt, done);
    if (done < count) return 0;
    return this.request.complete ? this.arrive(existing, number, node) : EPROTO;
  }

  /** The node that a name leads to, or a negative errno. */
  private step(node: i32, name: usize, length: u32): i32 {
    if (!this.isDirectory(node)) return ENOTDIR;
    if (isText(name, length, ".")) return node;
    if (!isText(name, length, "..")) return length <= NAME_MAX ? this.files.find(node, name, length) : ENOENT;
    const parent = this.files.parent(node);
    return parent == NONE ? ENOENT : parent;
  }

  /** Makes the fid at place `existing`, or a new one, stand for `node`. */
  private arrive(existing: i32, number: u32, node: i32): i32 {
    if (existing == NONE && this.fids.add(number, node) == NONE) return EMFILE;
    this.files.hold(node);
    if (existing == NONE) return 0;
    this.files.release(this.fids.node(existing));
    this.fids.move(existing, node);
    return 0;
  }

  private open(): i32 {
    const place = this.fids.find(this.request.getU32());
    const flags = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || this.fids.isOpen(place)) return EINVAL;
    const node = this.fids.node(place);
    const access = flags & OPEN_ACCESS;
    if (access == OPEN_ACCESS) return EINVAL;
    const changes = access != OPEN_READ || (flags & OPEN_TRUNCATE) != 0;
    if (changes && !this.files.writable) return EROFS;
    if (changes && this.isDirectory(node)) return EISDIR;
    let error = this.files.open(node);
    if (error == 0 && (flags & OPEN_TRUNCATE) != 0) error = this.files.resize(node, 0);
    if (error < 0) return error;
    this.fids.open(place, flags);
    this.putQid(node);
    this.answer.putU32(0);
    return 0;
  }

  private read(): i32 {
    const place = this.fids.find(this.request.getU32());
    const offset = this.request.getU64();
    const wanted = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || !this.fids.isOpen(place)) return EINVAL;
    if ((this.fids.openFlags(place) & OPEN_ACCESS) == OPEN_WRITE) return EINVAL;
    const node = this.fids.node(place);
    if (this.isDirectory(node)) return EISDIR;
    const countAt = this.answer.take(4);
    const limit = min(wanted, this.answer.capacity - READ_OVERHEAD);
    const count = this.files.read(node, offset, countAt + 4, limit);
    if (count < 0) return count;
    store<u32>(countAt, count);
    this.answer.take(count);
    return 0;
  }

  /** Older clients leave out the last field, whether only data is meant. */
  private sync(): i32 {
    const place = this.fids.find(this.request.getU32());
    if (this.request.left > 0) this.request.getU32();
    if (!this.request.complete) return EPROTO;
    return place == NONE || !this.fids.isOpen(place) ? EINVAL : this.files.sync(this.fids.node(place));
  }

  private readDirectory(): i32 {
    const place = this.fids.find(this.request.getU32());
    const offset = this.request.getU64();
    const wanted = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || !this.fids.isOpen(place)) return EINVAL;
    const directory = this.fids.node(place);
    if (!this.isDirectory(directory)) return ENOTDIR;
    const countAt = this.answer.take(4);
    const start = this.answer.length;
    let left = min(wanted, this.answer.capacity - READ_OVERHEAD);
    for (let at = offset; ;) {
      const node = this.entryAfter(directory, at);
      // Entries before an error are sent first; the client asks for more and then gets the error.
      if (node < 0 && node != NONE && at == offset) return node;
      if (node < 0) break;
      const size = DIRENT_OVERHEAD + (at < ENTRY ? <u32>at + 1 : this.files.nameLength(node));
      if (size > left && at == offset) return EINVAL;
      if (size > left) break;
      left -= size;
      at = this.putEntry(node, at);
    }
    store<u32>(countAt, this.answer.length - start);
    return 0;
  }

  /** The node of the entry behind offset `at` of a directory, NONE at its end, or a negative errno. */
  private entryAfter(directory: i32, at: u64): i32 {
    if (at == 0) return directory;
    if (at == 1) return this.files.parent(directory);
    return this.files.entryAfter(directory, at - ENTRY);
  }

  /** Puts the entry behind offset `at`: its own offset. */
  private putEntry(node: i32, at: u64): u64 {
    const offset = at < ENTRY ? at + 1 : ENTRY + this.files.cookieOf(node);
    this.putQid(node);
    this.answer.putU64(offset);
    this.answer.putU8(this.known.isDirectory ? ENTRY_DIRECTORY : ENTRY_FILE);
    if (at < ENTRY) this.answer.putText(at == 0 ? "." : "..");
    else this.answer.putName(this.files.nameOf(node), this.files.nameLength(node));
    return offset;
  }

  private attributes(): i32 {
    const place = this.fids.find(this.request.getU32());
    this.request.getU64();
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    const failed = this.files.refresh(this.fids.node(place));
    if (failed < 0) return failed;
    const answer = this.answer;
    const known = this.known;
    answer.putU64(ATTRIBUTES_BASIC);
    this.putQid(this.fids.node(place));
    answer.putU32((known.isDirectory ? MODE_DIRECTORY : MODE_FILE) | known.mode);
    answer.putU32(0);
    answer.putU32(0);
    answer.putU64(known.isDirectory ? 2 : 1);
    answer.putU64(0);
    answer.putU64(known.size);
    answer.putU64(BLOCK);
    answer.putU64((known.size + BLOCK - 1) / BLOCK);
    this.putTimes(known.modified);
    answer.putU64(0);
    answer.putU64(0);
    return 0;
  }

  /** Access, change, status change: all the same; birth: not known. */
  private putTimes(modified: u64): void {
    for (let i = 0; i < 3; i++) {
      this.answer.putU64(modified);
      this.answer.putU64(0);
    }
    this.answer.putU64(0);
    this.answer.putU64(0);
  }

  private statistics(): i32 {
    const place = this.fids.find(this.request.getU32());
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    const answer = this.answer;
    const space = this.space;
    this.files.space(space);
    answer.putU32(FILE_SYSTEM_TYPE);
    answer.putU32(space.blockSize);
    answer.putU64(space.blocks);
    answer.putU64(space.freeBlocks);
    answer.putU64(space.freeBlocks);
    answer.putU64(space.files);
    answer.putU64(space.freeFiles);
    answer.putU64(0);
    answer.putU32(NAME_MAX);
    return 0;
  }

  private clunk(): i32 {
    const place = this.fids.find(this.request.getU32());
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    this.drop(this.fids, place);
    return 0;
  }

  private drop(fids: Fids, place: i32): void {
    const node = fids.node(place);
    fids.remove(place);
    this.files.release(node);
  }

  private isDirectory(node: i32): bool {
    this.files.attributes(node, this.known);
    return this.known.isDirectory;
  }

  /** Writes a node's qid; `known` then has its attributes. */
  private putQid(node: i32): void {
    this.files.attributes(node, this.known);
    this.answer.putQid(this.known.isDirectory ? QID_DIRECTORY : QID_FILE, this.known.inode);
  }
}
