/*
 * What a client may do: its promises, which the kernel reports with the connection and whenever they shrink, and its
 * unveiled paths, about which the VFS asks the kernel for each request, so that a fid from before an unveil gives
 * nothing. Every refusal is reported to the kernel, which writes the ledger and ends a client that used what it had not
 * promised.
 *
 * A rename must not allow more with a file than before, and must not move directories in which some paths have rights
 * of their own.
 */

import { EACCES, EINVAL, ENAMETOOLONG, ENOENT, ENOSYS, EPERM, EPROTO, EXDEV } from "rumpk/abi";
import {
  PROMISE_RPATH,
  PROMISE_WPATH,
  UNVEIL_ALL,
  UNVEIL_BELOW,
  UNVEIL_CREATE,
  UNVEIL_READ,
  UNVEIL_WRITE,
} from "rumpk/abi";
import { checkName } from "rumpk/ninep/name";
import { Reader } from "rumpk/ninep/reader";
import {
  OPEN_ACCESS,
  OPEN_READ,
  OPEN_TRUNCATE,
  OPEN_WRITE,
  TFSYNC,
  TGETATTR,
  TLCREATE,
  TLOPEN,
  TMKDIR,
  TREAD,
  TREADDIR,
  TREADLINK,
  TREMOVE,
  TRENAME,
  TRENAMEAT,
  TSETATTR,
  TSTATFS,
  TUNLINKAT,
  TWRITE,
} from "rumpk/ninep/types";
import { Client } from "./client";
import { Fid } from "./fids";
import { Outside } from "./outside";
import { Path } from "./path";

export class Authority {
  private readonly request: Reader = new Reader();

  constructor(private readonly outside: Outside) {}

  /** What the client may do at a path: UNVEIL_..., 0 when it is hidden. */
  rights(client: Client, path: Path): i32 {
    return max(this.outside.rights(client.slot, path.base, path.length), 0);
  }

  /** Whether a path may be walked: 0, or an errno. */
  walk(client: Client, path: Path): i32 {
    if ((client.promises & (PROMISE_RPATH | PROMISE_WPATH)) == 0) return this.violated(client, PROMISE_RPATH, path);
    return this.rights(client, path) != 0 ? 0 : this.hidden(client, path);
  }

  /** Whether a client's request about `fid` is allowed: 0, or an errno. The client's record then has its paths. */
  check(client: Client, fid: Fid): i32 {
    const request = this.request;
    request.begin(client.message, client.length);
    request.getU32();
    client.path.copy(fid.path);
    client.newPath.copy(fid.path);
    switch (client.type) {
      case TLOPEN:
        return this.open(client, fid, request.getU32());
      case TREAD:
      case TREADLINK:
        return this.allow(client, UNVEIL_READ, false);
      case TREADDIR:
      case TGETATTR:
      case TSTATFS:
        return this.allow(client, UNVEIL_READ, fid.isDirectory);
      case TWRITE:
      case TSETATTR:
        return this.allow(client, UNVEIL_WRITE, false);
      case TREMOVE:
        return this.allow(client, UNVEIL_CREATE, false);
      case TLCREATE:
        return this.create(client);
      case TMKDIR:
      case TUNLINKAT:
        return this.entry(client.path) || this.allow(client, UNVEIL_CREATE, false);
      case TRENAME:
        return this.rename(client, fid);
      case TRENAMEAT:
        return this.entry(client.path) || this.rename(client, fid);
      case TFSYNC:
        return 0;
    }
    return ENOSYS;
  }

  private open(client: Client, fid: Fid, flags: u32): i32 {
    const needed = rightsToOpen(flags);
    return this.allow(client, needed, needed == UNVEIL_READ && fid.isDirectory);
  }

  private create(client: Client): i32 {
    const error = this.entry(client.path);
    if (error < 0) return error;
    return this.allow(client, UNVEIL_CREATE | rightsToOpen(this.request.getU32()), false);
  }

  /** Appends the next name in the request to a path: 0 or a negative errno. */
  private entry(path: Path): i32 {
    const length = this.request.getU16();
    const name = this.request.take(length);
    if (name == 0) return EPROTO;
    const error = checkName(name, length);
    if (error < 0) return error;
    return path.append(name, length) ? 0 : ENAMETOOLONG;
  }

  private rename(client: Client, fid: Fid): i32 {
    const directory = client.fids.find(this.request.getU32());
    if (this.request.bad) return EPROTO;
    if (directory === null) return EINVAL;
    client.newPath.copy(directory.path);
    const error = this.entry(client.newPath) || this.allow(client, UNVEIL_CREATE, false);
    if (error < 0) return error;
    const before = this.rights(client, client.path);
    const after = this.rights(client, client.newPath);
    if (after == 0) return this.hidden(client, client.newPath);
    if ((after & UNVEIL_CREATE) == 0 || (after & UNVEIL_ALL & ~before) != 0) return EACCES;
    if (((before | after) & UNVEIL_BELOW) != 0) return EACCES;
    return directory.mount === fid.mount ? 0 : EXDEV;
  }

  /**
   * Whether all of `needed` (UNVEIL_...) may be done at the client's path, or it is a directory on the way to one that
   * may be seen.
   */
  private allow(client: Client, needed: u32, onTheWay: bool): i32 {
    const path = client.path;
    const reads = (needed & UNVEIL_READ) != 0;
    const writes = (needed & (UNVEIL_WRITE | UNVEIL_CREATE)) != 0;
    if (reads && (client.promises & PROMISE_RPATH) == 0) return this.violated(client, PROMISE_RPATH, path);
    if (writes && (client.promises & PROMISE_WPATH) == 0) return this.violated(client, PROMISE_WPATH, path);
    const rights = this.rights(client, path);
    if (rights == 0) return this.hidden(client, path);
    if ((rights & needed) == needed || (onTheWay && rights == UNVEIL_BELOW)) return 0;
    return EACCES;
  }

  private violated(client: Client, promise: u32, path: Path): i32 {
    this.outside.deny(client.slot, promise, path.base, path.length);
    return EPERM;
  }

  private hidden(client: Client, path: Path): i32 {
    this.outside.deny(client.slot, 0, path.base, path.length);
    return ENOENT;
  }
}

/** The rights that opening a file with `flags` needs. */
function rightsToOpen(flags: u32): u32 {
  const access = flags & OPEN_ACCESS;
  const reads: u32 = access != OPEN_WRITE ? UNVEIL_READ : 0;
  const writes: u32 = access != OPEN_READ || (flags & OPEN_TRUNCATE) != 0 ? UNVEIL_WRITE : 0;
  return reads | writes;
}
