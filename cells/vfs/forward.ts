/*
 * Requests about files: checked, forwarded to the file server with its fids instead of the client's, and the answer
 * forwarded back. The fids record what an answer means for them (opened, created, renamed, removed); entries that the
 * client may not see are taken out of listings.
 */

import { EINVAL, EPROTO, ESTALE } from "rumpk/abi";
import { Reader } from "rumpk/ninep/reader";
import {
  DIRENT_OVERHEAD,
  HEADER_SIZE,
  READ_OVERHEAD,
  RLERROR,
  TGETATTR,
  TLCREATE,
  TLOPEN,
  TMKDIR,
  TREAD,
  TREADDIR,
  TREMOVE,
  TRENAME,
  TRENAMEAT,
  TWRITE,
  WRITE_OVERHEAD,
} from "rumpk/ninep/types";
import { isText } from "rumpk/ninep/name";
import { Authority } from "./authority";
import { Client } from "./client";
import { Directories } from "./directories";
import { Exchange, LATER, NOW } from "./exchange";
import { Fid, Pool } from "./fids";
import { Path } from "./path";
import { Replies } from "./replies";
import { Mount } from "./servers";
import { Walks } from "./walk";

/** Where the first fid of a request lies. */
const FID_AT: u32 = HEADER_SIZE;
/** Where the offset and the count of a Tread or Treaddir lie, and its length. */
const OFFSET_AT: usize = 11;
const COUNT_AT: usize = 19;
const READ_LENGTH: u32 = 23;
/** Where the qid lies in the answers that have one, and in an Rgetattr, behind the set of what is valid. */
const QID_AT: u32 = HEADER_SIZE;
const ATTRIBUTES_QID_AT: u32 = HEADER_SIZE + 8;

export class Forward {
  private readonly reader: Reader = new Reader();
  /** The path of an entry of a listing. */
  private readonly entry: Path = new Path();

  constructor(
    private readonly pool: Pool,
    private readonly authority: Authority,
    private readonly exchange: Exchange,
    private readonly replies: Replies,
    private readonly directories: Directories,
    private readonly walks: Walks,
  ) {}

  /**
   * Does a request, unless it has to wait for its server; then it comes here again. The request is as the client sent
   * it.
   */
  start(client: Client): void {
    let fid: Fid | null = null;
    if (client.length >= FID_AT + 4) fid = client.fids.find(load<u32>(client.message, FID_AT));
    if (fid === null) {
      this.replies.fail(client, EINVAL);
      return;
    }
    client.fid = fid;
    const error = this.authority.check(client, fid);
    const mount = fid.mount;
    if (error < 0) this.replies.fail(client, error);
    else if (mount === null) this.directories.handle(client, fid);
    else this.forward(client, fid, mount);
  }

  private forward(client: Client, fid: Fid, mount: Mount): void {
    if (fid.isStale) {
      this.replies.fail(client, ESTALE);
      return;
    }
    const other = this.otherFid(client);
    if (other !== null && other.isStale) {
      this.replies.fail(client, ESTALE);
      return;
    }
    client.alone = client.type == TRENAME || client.type == TRENAMEAT;
    const claimed = this.exchange.claim(mount.server, client);
    if (claimed == LATER) return;
    if (claimed != NOW) {
      this.replies.fail(client, ESTALE);
      return;
    }
    this.send(client, fid, other, mount);
  }

  /** Sends the request with the server's fids, and restores the client's afterwards. */
  private send(client: Client, fid: Fid, other: Fid | null, mount: Mount): void {
    const message = client.message;
    const otherAt = this.otherAt(client);
    fit(client, mount.server.messageSize);
    store<u32>(message, fid.id, FID_AT);
    if (other !== null) store<u32>(message + otherAt, other.id);
    this.exchange.send(mount.server, client, message);
    store<u32>(message, fid.number, FID_AT);
    if (other !== null) store<u32>(message + otherAt, other.number);
  }

  /** Offset of the second fid of a rename; `check` has made sure that it is there. */
  private otherAt(client: Client): usize {
    const at = FID_AT + 4;
    return client.type == TRENAME ? at : at + 2 + load<u16>(client.message, at);
  }

  private otherFid(client: Client): Fid | null {
    if (client.type != TRENAME && client.type != TRENAMEAT) return null;
    return client.fids.find(load<u32>(client.message + this.otherAt(client)));
  }

  /** Takes a server's answer. */
  answered(client: Client, message: usize, length: u32): void {
    const fid = client.fid as Fid;
    const type = load<u8>(message, 4);
    if (client.type == TREMOVE) this.walks.forget(client, fid);
    const isError = type == RLERROR && length == HEADER_SIZE + 4;
    if ((!isError && type != client.type + 1) || length > client.messageSize) this.replies.fail(client, EPROTO);
    else if (isError || this.note(client, fid, message, length)) this.replies.pass(client, message);
  }

  /** The server died; no answer will come. */
  failed(client: Client, error: i32): void {
    if (client.type == TREMOVE) this.walks.forget(client, client.fid as Fid);
    this.replies.fail(client, error);
  }

  /** Notes what succeeded. Returns whether to forward the answer. */
  private note(client: Client, fid: Fid, message: usize, length: u32): bool {
    const server = (fid.mount as Mount).server;
    switch (client.type) {
      case TLOPEN:
        fid.isOpen = true;
        server.ownQid(message + QID_AT);
        return true;
      case TMKDIR:
        server.ownQid(message + QID_AT);
        return true;
      case TGETATTR:
        server.ownQid(message + ATTRIBUTES_QID_AT);
        return true;
      case TLCREATE:
        server.ownQid(message + QID_AT);
        fid.isOpen = true;
        fid.isDirectory = false;
        fid.path.copy(client.path);
        return true;
      case TRENAME:
      case TRENAMEAT:
        this.pool.moved(fid.mount as Mount, client.path, client.newPath);
        return true;
      case TREADDIR:
        return this.filter(client, fid, message, length);
    }
    return true;
  }

  /**
   * Takes entries that the client may not see out of a listing. Returns whether to forward the answer: when nothing is
   * left, the server is asked for more, because an empty answer would mean the end.
   */
  private filter(client: Client, fid: Fid, message: usize, length: u32): bool {
    const reader = this.reader;
    reader.begin(message, length);
    const count = reader.getU32();
    let kept = message + READ_OVERHEAD;
    let last: u64 = 0;
    while (reader.left > 0 && !reader.bad) {
      const entry = message + length - reader.left;
      reader.take(DIRENT_OVERHEAD - 8 - 1 - 2);
      last = reader.getU64();
      reader.getU8();
      const size = reader.getU16();
      const name = reader.take(size);
      if (name == 0 || !this.isVisible(client, fid, name, size)) continue;
      memory.copy(kept, entry, DIRENT_OVERHEAD + size);
      (fid.mount as Mount).server.ownQid(kept);
      kept += DIRENT_OVERHEAD + size;
    }
    if (reader.bad || count != length - READ_OVERHEAD) {
      this.replies.fail(client, EPROTO);
      return false;
    }
    const left = <u32>(kept - message) - READ_OVERHEAD;
    if (left == 0 && count > 0) {
      store<u64>(client.message, last, OFFSET_AT);
      this.start(client);
      return false;
    }
    store<u32>(message, left, HEADER_SIZE);
    store<u32>(message, left + READ_OVERHEAD);
    return true;
  }

  private isVisible(client: Client, fid: Fid, name: usize, length: u32): bool {
    if (isText(name, length, ".") || isText(name, length, "..")) return true;
    this.entry.copy(fid.path);
    return this.entry.append(name, length) && this.authority.rights(client, this.entry) != 0;
  }
}

/** Shrinks a request so that it and its answer fit the message sizes that client and server negotiated. */
function fit(client: Client, serverSize: u32): void {
  const message = client.message;
  if ((client.type == TREAD || client.type == TREADDIR) && client.length == READ_LENGTH) {
    const limit = min(client.messageSize, serverSize) - READ_OVERHEAD;
    store<u32>(message, min(load<u32>(message, COUNT_AT), limit), COUNT_AT);
  }
  if (client.type == TWRITE && client.length > serverSize) {
    store<u32>(message, serverSize);
    store<u32>(message, serverSize - WRITE_OVERHEAD, COUNT_AT);
  }
}
