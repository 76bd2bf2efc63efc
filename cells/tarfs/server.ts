/*
 * The server's side of 9P2000.L (rumpk/ninep/types) over a tree that cannot be written. Each request gets
 * one answer: the one it asks for, or Rlerror. A request may hold anything: what is not whole, or not
 * known, is answered with an error and changes nothing.
 *
 * The offset of a directory entry is 1 for ".", 2 for "..", and its node's number + ENTRY for the others.
 */

import { EINVAL, EISDIR, EMFILE, ENOENT, ENOSYS, ENOTDIR, EPROTO, EROFS } from "rumpk/abi";
import { Reader } from "rumpk/ninep/reader";
import {
  ATTRIBUTES_BASIC,
  DIRENT_OVERHEAD,
  MODE_DIRECTORY,
  MODE_FILE,
  MSIZE_MIN,
  OPEN_ACCESS,
  OPEN_READ,
  OPEN_TRUNCATE,
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
  TLCREATE,
  TLOPEN,
  TMKDIR,
  TREAD,
  TREADDIR,
  TREADLINK,
  TSTATFS,
  TUNLINKAT,
  TVERSION,
  TWALK,
  TWRITE,
  WALK_MAX,
} from "rumpk/ninep/types";
import { Writer } from "rumpk/ninep/writer";
import { Archive } from "./archive";
import { Fids } from "./fids";
import { NONE, Node, ROOT } from "./tree";

/** Offset of a directory entry, less its node's number. */
const ENTRY: u64 = 2;
/** Bytes of a block, as Rgetattr and Rstatfs count them. */
const BLOCK: u32 = 512;
/** Type of the file system in Rstatfs: V9FS_MAGIC. */
const V9FS_MAGIC: u32 = 0x01021997;
/** The answer to Tversion with another protocol. */
const UNKNOWN: string = "unknown";

export class Server {
  private readonly request: Reader = new Reader();
  private readonly answer: Writer;
  private fids!: Fids;

  /** Answers are built in `capacity` bytes at `base`. */
  constructor(
    private readonly archive: Archive,
    base: usize,
    private readonly capacity: u32,
  ) {
    this.answer = new Writer(base, capacity);
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
      case TFSYNC:
        return 0;
      case TREADLINK:
        return EINVAL;
      case TLCREATE:
      case TMKDIR:
      case TUNLINKAT:
      case TWRITE:
        return EROFS;
    }
    return ENOSYS;
  }

  private version(): i32 {
    const size = this.request.getU32();
    const protocol = this.request.getU16();
    const name = this.request.take(protocol);
    if (!this.request.complete || size < MSIZE_MIN) return EPROTO;
    const agreed = min(size, this.capacity);
    const known = isText(name, protocol, PROTOCOL);
    this.fids.reset();
    if (known) this.fids.messageSize = agreed;
    this.answer.putU32(agreed);
    this.answer.putText(known ? PROTOCOL : UNKNOWN);
    return 0;
  }

  private attach(): i32 {
    const fid = this.request.getU32();
    this.request.getU32();
    this.request.take(this.request.getU16());
    this.request.take(this.request.getU16());
    this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (this.fids.find(fid) != NONE) return EINVAL;
    if (this.fids.add(fid, ROOT) == NONE) return EMFILE;
    this.putQid(ROOT);
    return 0;
  }

  private walk(): i32 {
    const from = this.fids.find(this.request.getU32());
    const number = this.request.getU32();
    const count = this.request.getU16();
    if (this.request.bad || count > <u16>WALK_MAX) return EPROTO;
    if (from == NONE || this.fids.isOpen(from)) return EINVAL;
    const existing = this.fids.find(number);
    if (existing != NONE && existing != from) return EINVAL;
    const countAt = this.answer.take(2);
    let node = this.fids.node(from);
    let done: u16 = 0;
    for (; done < count; done++) {
      const length = this.request.getU16();
      const name = this.request.take(length);
      if (name == 0) return EPROTO;
      const next = this.archive.tree.at(node).isDirectory ? this.archive.tree.find(node, name, length) : NONE;
      if (next == NONE && done == 0) return this.archive.tree.at(node).isDirectory ? ENOENT : ENOTDIR;
      if (next == NONE) break;
      node = next;
      this.putQid(node);
    }
    store<u16>(countAt, done);
    if (done < count) return 0;
    if (!this.request.complete) return EPROTO;
    if (existing != NONE) this.fids.move(existing, node);
    else if (this.fids.add(number, node) == NONE) return EMFILE;
    return 0;
  }

  private open(): i32 {
    const place = this.fids.find(this.request.getU32());
    const flags = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || this.fids.isOpen(place)) return EINVAL;
    if ((flags & OPEN_ACCESS) != OPEN_READ || (flags & OPEN_TRUNCATE) != 0) return EROFS;
    this.fids.open(place);
    this.putQid(this.fids.node(place));
    this.answer.putU32(0);
    return 0;
  }

  private read(): i32 {
    const place = this.fids.find(this.request.getU32());
    const offset = this.request.getU64();
    const wanted = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || !this.fids.isOpen(place)) return EINVAL;
    const node = this.archive.tree.at(this.fids.node(place));
    if (node.isDirectory) return EISDIR;
    const left = offset < <u64>node.size ? node.size - <u32>offset : 0;
    const count = min(min(wanted, left), this.answer.capacity - READ_OVERHEAD);
    this.answer.putU32(count);
    const data = this.answer.take(count);
    if (count > 0) this.archive.read(node.offset + <u32>offset, data, count);
    return 0;
  }

  private readDirectory(): i32 {
    const place = this.fids.find(this.request.getU32());
    const offset = this.request.getU64();
    const wanted = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || !this.fids.isOpen(place)) return EINVAL;
    const directory = this.fids.node(place);
    if (!this.archive.tree.at(directory).isDirectory) return ENOTDIR;
    const limit = min(wanted, this.answer.capacity - READ_OVERHEAD);
    const countAt = this.answer.take(4);
    const start = this.answer.length;
    let left = limit;
    for (let at = offset; ;) {
      const node = this.entryAfter(directory, at);
      if (node == NONE) break;
      const size = DIRENT_OVERHEAD + this.nameLength(node, at);
      if (size > left) break;
      left -= size;
      at = this.putEntry(node, at);
    }
    store<u32>(countAt, this.answer.length - start);
    return 0;
  }

  /** The node of the entry behind offset `at` of a directory, NONE at its end or for an offset that no entry has. */
  private entryAfter(directory: i32, at: u64): i32 {
    const tree = this.archive.tree;
    if (at == 0) return directory;
    if (at == 1) return tree.at(directory).parent;
    if (at == ENTRY) return tree.at(directory).child;
    if (at - ENTRY >= <u64>tree.nodes.length) return NONE;
    const previous = tree.at(<i32>(at - ENTRY));
    return previous.parent == directory ? previous.next : NONE;
  }

  private nameLength(node: i32, at: u64): u32 {
    return at < ENTRY ? <u32>at + 1 : this.archive.tree.at(node).name.length;
  }

  /** Puts the entry behind offset `at`: its own offset. */
  private putEntry(node: i32, at: u64): u64 {
    const offset = at < ENTRY ? at + 1 : ENTRY + <u64>node;
    this.putQid(node);
    this.answer.putU64(offset);
    this.answer.putU8(this.archive.tree.at(node).isDirectory ? DT_DIRECTORY : DT_FILE);
    if (at < ENTRY) this.answer.putText(at == 0 ? "." : "..");
    else this.answer.putName(changetype<usize>(this.archive.tree.at(node).name), this.nameLength(node, at));
    return offset;
  }

  private attributes(): i32 {
    const place = this.fids.find(this.request.getU32());
    this.request.getU64();
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    const node = this.archive.tree.at(this.fids.node(place));
    const answer = this.answer;
    answer.putU64(ATTRIBUTES_BASIC);
    this.putQid(this.fids.node(place));
    answer.putU32((node.isDirectory ? MODE_DIRECTORY : MODE_FILE) | node.mode);
    answer.putU32(0);
    answer.putU32(0);
    answer.putU64(node.isDirectory ? 2 : 1);
    answer.putU64(0);
    answer.putU64(node.size);
    answer.putU64(BLOCK);
    answer.putU64((node.size + BLOCK - 1) / BLOCK);
    this.putTimes(node);
    answer.putU64(0);
    answer.putU64(0);
    return 0;
  }

  /** Access, change, status change: all the archive's; birth: not known. */
  private putTimes(node: Node): void {
    for (let i = 0; i < 3; i++) {
      this.answer.putU64(node.modified);
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
    answer.putU32(V9FS_MAGIC);
    answer.putU32(BLOCK);
    answer.putU64(this.archive.position / BLOCK);
    answer.putU64(0);
    answer.putU64(0);
    answer.putU64(this.archive.tree.nodes.length);
    answer.putU64(0);
    answer.putU64(0);
    answer.putU32(255);
    return 0;
  }

  private clunk(): i32 {
    const place = this.fids.find(this.request.getU32());
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    this.fids.remove(place);
    return 0;
  }

  private putQid(node: i32): void {
    this.answer.putQid(this.archive.tree.at(node).isDirectory ? QID_DIRECTORY : QID_FILE, <u64>node);
  }
}

/** Type of a directory entry, as in Linux's dirent: directory, regular file. */
const DT_DIRECTORY: u8 = 4;
const DT_FILE: u8 = 8;

/** Whether the `length` bytes at `bytes` are `text`, which is plain ASCII. */
function isText(bytes: usize, length: u32, text: string): bool {
  if (length != <u32>text.length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(bytes + i) != text.charCodeAt(i)) return false;
  }
  return true;
}
