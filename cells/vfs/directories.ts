/*
 * Requests about directories of the VFS itself. They hold mounts and directories that lead to mounts; they can be
 * listed and read, and nothing in them can be changed. A listing leaves out what the client may not see.
 *
 * The offset of an entry is 1 for ".", 2 for "..", and its number in the mount table + ENTRY for the others.
 */

import { EINVAL, EISDIR, EPROTO, EROFS } from "rumpk/abi";
import { Reader } from "rumpk/ninep/reader";
import {
  ATTRIBUTES_BASIC,
  DIRENT_OVERHEAD,
  ENTRY_DIRECTORY,
  FILE_SYSTEM_TYPE,
  MODE_DIRECTORY,
  NAME_MAX,
  OPEN_ACCESS,
  OPEN_READ,
  OPEN_TRUNCATE,
  READ_OVERHEAD,
  TFSYNC,
  TGETATTR,
  TLOPEN,
  TREAD,
  TREADDIR,
  TREADLINK,
  TSTATFS,
} from "rumpk/ninep/types";
import { Authority } from "./authority";
import { Client } from "./client";
import { Exchange } from "./exchange";
import { Fid } from "./fids";
import { Mounts } from "./mounts";
import { Path } from "./path";
import { Replies } from "./replies";

/** Offset of an entry, less its number. */
const ENTRY: i32 = 3;
const PERMISSIONS: u32 = 0o555;
const BLOCK: u32 = 512;

export class Directories {
  private readonly request: Reader = new Reader();

  constructor(
    private readonly mounts: Mounts,
    private readonly authority: Authority,
    private readonly exchange: Exchange,
    private readonly replies: Replies,
  ) {}

  /** Answers a request about `fid`, which stands for a directory of the VFS. */
  handle(client: Client, fid: Fid): void {
    const number = this.mounts.directory(fid.path);
    this.request.begin(client.message, client.length);
    this.request.getU32();
    this.replies.begin(client);
    const error = this.dispatch(client, fid, number);
    if (error < 0) this.replies.fail(client, error);
    else this.replies.end(client);
  }

  private dispatch(client: Client, fid: Fid, number: i32): i32 {
    switch (client.type) {
      case TLOPEN:
        return this.open(fid, number);
      case TREADDIR:
        return fid.isOpen ? this.list(client, fid.path, number) : EINVAL;
      case TGETATTR:
        return this.attributes(number);
      case TSTATFS:
        return this.statistics();
      case TREAD:
        return EISDIR;
      case TREADLINK:
        return EINVAL;
      case TFSYNC:
        return 0;
    }
    return EROFS;
  }

  private open(fid: Fid, number: i32): i32 {
    const flags = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (fid.isOpen) return EINVAL;
    if ((flags & OPEN_ACCESS) != OPEN_READ || (flags & OPEN_TRUNCATE) != 0) return EISDIR;
    fid.isOpen = true;
    this.replies.putQid(number);
    this.replies.answer.putU32(0);
    return 0;
  }

  private list(client: Client, path: Path, number: i32): i32 {
    const offset = this.request.getU64();
    const wanted = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    const answer = this.replies.answer;
    this.exchange.connectWithin(this.mounts, path);
    let left = min(wanted, answer.capacity - READ_OVERHEAD);
    const countAt = answer.take(4);
    const start = answer.length;
    const end: u64 = ENTRY + this.mounts.entries - 1;
    for (let at = offset; at < end; at++) {
      const entry = <i32>at + 1 - ENTRY;
      if (entry >= 0 && !this.isListed(client, path, entry)) continue;
      const length: u32 = entry >= 0 ? this.mounts.entryPath(entry).lastLength : <u32>at + 1;
      if (DIRENT_OVERHEAD + length > left) {
        if (answer.length == start) return EINVAL;
        break;
      }
      left -= DIRENT_OVERHEAD + length;
      this.putEntry(number, entry, at + 1);
    }
    store<u32>(countAt, answer.length - start);
    return 0;
  }

  private isListed(client: Client, path: Path, entry: i32): bool {
    const other = this.mounts.entryPath(entry);
    return other.isIn(path) && this.mounts.entryIsThere(entry) && this.authority.rights(client, other) != 0;
  }

  private putEntry(number: i32, entry: i32, offset: u64): void {
    const answer = this.replies.answer;
    this.replies.putQid(entry >= 0 ? entry : number);
    answer.putU64(offset);
    answer.putU8(ENTRY_DIRECTORY);
    if (entry < 0) answer.putText(offset == 1 ? "." : "..");
    else answer.putName(this.mounts.entryPath(entry).lastName, this.mounts.entryPath(entry).lastLength);
  }

  private attributes(number: i32): i32 {
    const answer = this.replies.answer;
    answer.putU64(ATTRIBUTES_BASIC);
    this.replies.putQid(number);
    answer.putU32(MODE_DIRECTORY | PERMISSIONS);
    answer.putU32(0);
    answer.putU32(0);
    answer.putU64(2);
    answer.putU64(0);
    answer.putU64(0);
    answer.putU64(BLOCK);
    for (let i = 0; i < 11; i++) answer.putU64(0);
    return 0;
  }

  private statistics(): i32 {
    const answer = this.replies.answer;
    answer.putU32(FILE_SYSTEM_TYPE);
    answer.putU32(BLOCK);
    for (let i = 0; i < 6; i++) answer.putU64(0);
    answer.putU32(NAME_MAX);
    return 0;
  }
}
