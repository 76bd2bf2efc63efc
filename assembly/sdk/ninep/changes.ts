/*
 * The requests of 9P2000.L that change a tree: create, write, set, remove, rename. A tree that cannot be
 * written answers all of them with -EROFS. `Server` calls this with its own request and answer.
 */

import { EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOSYS, ENOTDIR, EPERM, EPROTO, EROFS } from "../../abi/errno";
import { Fids } from "./fids";
import { Attributes, Files, NONE, ROOT } from "./files";
import { checkName } from "./name";
import { Reader } from "./reader";
import {
  OPEN_ACCESS,
  OPEN_APPEND,
  OPEN_READ,
  QID_DIRECTORY,
  QID_FILE,
  SET_MODE,
  SET_MODIFIED,
  SET_MODIFIED_TO,
  SET_OWNER,
  SET_SIZE,
  TLCREATE,
  TMKDIR,
  TREMOVE,
  TRENAME,
  TRENAMEAT,
  TSETATTR,
  TUNLINKAT,
  TWRITE,
  UNLINK_DIRECTORY,
} from "./types";
import { Writer } from "./writer";

/** The bits of a mode that are permissions. */
const PERMISSIONS: u32 = 0o777;

export class Changes {
  private readonly known: Attributes = new Attributes();
  private fids!: Fids;

  constructor(
    private readonly files: Files,
    private readonly request: Reader,
    private readonly answer: Writer,
  ) {}

  /** Does the request of `type` of the client with `fids`: 0, or a negative errno. */
  dispatch(fids: Fids, type: u8): i32 {
    this.fids = fids;
    switch (type) {
      case TREMOVE:
        return this.removeFid();
      case TLCREATE:
        return this.files.writable ? this.create() : EROFS;
      case TMKDIR:
        return this.files.writable ? this.makeDirectory() : EROFS;
      case TWRITE:
        return this.files.writable ? this.write() : EROFS;
      case TSETATTR:
        return this.files.writable ? this.set() : EROFS;
      case TUNLINKAT:
        return this.files.writable ? this.unlink() : EROFS;
      case TRENAME:
        return this.files.writable ? this.renameFid() : EROFS;
      case TRENAMEAT:
        return this.files.writable ? this.renameAt() : EROFS;
    }
    return ENOSYS;
  }

  private create(): i32 {
    const place = this.fids.find(this.request.getU32());
    const length = this.request.getU16();
    const name = this.request.take(length);
    const flags = this.request.getU32();
    const mode = this.request.getU32();
    this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE || this.fids.isOpen(place) || (flags & OPEN_ACCESS) == OPEN_ACCESS) return EINVAL;
    const directory = this.fids.node(place);
    const node = this.make(directory, name, length, mode, false);
    if (node < 0) return node;
    this.files.hold(node);
    this.files.release(directory);
    this.fids.move(place, node);
    this.fids.open(place, flags);
    this.answer.putU32(0);
    return 0;
  }

  private makeDirectory(): i32 {
    const place = this.fids.find(this.request.getU32());
    const length = this.request.getU16();
    const name = this.request.take(length);
    const mode = this.request.getU32();
    this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    return min(this.make(this.fids.node(place), name, length, mode, true), 0);
  }

  /** Creates an entry and writes its qid: the node, or a negative errno. */
  private make(directory: i32, name: usize, length: u32, mode: u32, isDirectory: bool): i32 {
    const error = this.checkEntry(directory, name, length);
    if (error < 0) return error;
    if (this.files.find(directory, name, length) >= 0) return EEXIST;
    const node = this.files.create(directory, name, length, mode & PERMISSIONS, isDirectory);
    if (node < 0) return node;
    this.files.attributes(node, this.known);
    this.answer.putQid(isDirectory ? QID_DIRECTORY : QID_FILE, this.known.inode);
    return node;
  }

  /** Whether `directory` can get an entry of this name: 0, or the errno that says why not. */
  private checkEntry(directory: i32, name: usize, length: u32): i32 {
    if (!this.isDirectory(directory)) return ENOTDIR;
    if (this.files.parent(directory) == NONE) return ENOENT;
    return checkName(name, length);
  }

  private write(): i32 {
    const place = this.fids.find(this.request.getU32());
    const offset = this.request.getU64();
    const count = this.request.getU32();
    const data = this.request.take(count);
    if (!this.request.complete) return EPROTO;
    if (place == NONE || !this.fids.isOpen(place)) return EINVAL;
    const flags = this.fids.openFlags(place);
    if ((flags & OPEN_ACCESS) == OPEN_READ) return EINVAL;
    const node = this.fids.node(place);
    this.files.attributes(node, this.known);
    const at = (flags & OPEN_APPEND) != 0 ? this.known.size : offset;
    const written = count == 0 ? 0 : this.files.write(node, at, data, count);
    if (written < 0) return written;
    this.answer.putU32(written);
    return 0;
  }

  private set(): i32 {
    const place = this.fids.find(this.request.getU32());
    const what = this.request.getU32();
    const mode = this.request.getU32();
    this.request.getU64();
    const size = this.request.getU64();
    this.request.getU64();
    this.request.getU64();
    const seconds = this.request.getU64();
    this.request.getU64();
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    if ((what & SET_OWNER) != 0) return EPERM;
    const node = this.fids.node(place);
    let error = 0;
    if ((what & SET_SIZE) != 0) error = this.isDirectory(node) ? EISDIR : this.files.resize(node, size);
    if (error == 0 && (what & SET_MODE) != 0) error = this.files.setMode(node, mode & PERMISSIONS);
    if (error == 0 && (what & SET_MODIFIED) != 0) {
      error = this.files.setModified(node, seconds, (what & SET_MODIFIED_TO) == 0);
    }
    return error;
  }

  private unlink(): i32 {
    const place = this.fids.find(this.request.getU32());
    const length = this.request.getU16();
    const name = this.request.take(length);
    const flags = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    const error = this.checkEntry(this.fids.node(place), name, length);
    if (error < 0) return error;
    const node = this.files.find(this.fids.node(place), name, length);
    if (node < 0) return node;
    const directory = (flags & UNLINK_DIRECTORY) != 0;
    if (this.isDirectory(node) != directory) return directory ? ENOTDIR : EISDIR;
    return this.files.remove(node);
  }

  /** Whatever happens, the fid is gone. */
  private removeFid(): i32 {
    const place = this.fids.find(this.request.getU32());
    if (!this.request.complete) return EPROTO;
    if (place == NONE) return EINVAL;
    const node = this.fids.node(place);
    let error = this.files.writable ? EBUSY : EROFS;
    if (this.files.writable && node != ROOT) error = this.isLost(node) ? ENOENT : this.files.remove(node);
    this.fids.remove(place);
    this.files.release(node);
    return error;
  }

  private renameFid(): i32 {
    const place = this.fids.find(this.request.getU32());
    const target = this.fids.find(this.request.getU32());
    const length = this.request.getU16();
    const name = this.request.take(length);
    if (!this.request.complete) return EPROTO;
    if (place == NONE || target == NONE) return EINVAL;
    const node = this.fids.node(place);
    return this.isLost(node) ? ENOENT : this.move(node, this.fids.node(target), name, length);
  }

  private renameAt(): i32 {
    const place = this.fids.find(this.request.getU32());
    const oldLength = this.request.getU16();
    const oldName = this.request.take(oldLength);
    const target = this.fids.find(this.request.getU32());
    const length = this.request.getU16();
    const name = this.request.take(length);
    if (!this.request.complete) return EPROTO;
    if (place == NONE || target == NONE) return EINVAL;
    const error = this.checkEntry(this.fids.node(place), oldName, oldLength);
    if (error < 0) return error;
    const node = this.files.find(this.fids.node(place), oldName, oldLength);
    return node < 0 ? node : this.move(node, this.fids.node(target), name, length);
  }

  private move(node: i32, directory: i32, name: usize, length: u32): i32 {
    if (node == ROOT) return EBUSY;
    const error = this.checkEntry(directory, name, length);
    if (error < 0) return error;
    for (let above = directory; above != ROOT; above = this.files.parent(above)) {
      if (above == node) return EINVAL;
    }
    return this.files.rename(node, directory, name, length);
  }

  /** Whether a file was removed and exists only because of its fids. */
  private isLost(node: i32): bool {
    return this.files.parent(node) == NONE;
  }

  private isDirectory(node: i32): bool {
    this.files.attributes(node, this.known);
    return this.known.isDirectory;
  }
}
