/*
 * What the clients' fids stand for: a canonical path, and a directory of the VFS itself or a fid at a file server. All
 * come from one pool; a fid's number at the server is its place in the pool.
 */

import { Path } from "./path";
import { CLIENT_FIDS, FIDS } from "./limits";
import { FIRST_FID, Mount } from "./servers";

export class Fid {
  /** The client's number. */
  number: u32 = 0;
  used: bool = false;
  readonly path: Path = new Path();
  /** Null for a directory of the VFS itself. */
  mount: Mount | null = null;
  /** The server knows it, in its generation `generation`. */
  backed: bool = false;
  generation: u32 = 0;
  isOpen: bool = false;
  isDirectory: bool = true;
  next: Fid | null = null;

  /** `id` is the server's number. */
  constructor(readonly id: u32) {}

  /** Whether its server has died since. */
  get isStale(): bool {
    const mount = this.mount;
    return mount !== null && mount.server.generation != this.generation;
  }
}

/** All fids there are. */
export class Pool {
  readonly all: Array<Fid> = [];
  private free: Fid | null = null;

  /** A fid that belongs to no client yet; null when none is left. */
  take(): Fid | null {
    let fid = this.free;
    if (fid !== null) this.free = fid.next;
    else {
      if (this.all.length == FIDS) return null;
      fid = new Fid(FIRST_FID + this.all.length);
      this.all.push(fid);
    }
    fid.used = true;
    fid.mount = null;
    fid.backed = false;
    fid.isOpen = false;
    fid.isDirectory = true;
    return fid;
  }

  give(fid: Fid): void {
    fid.used = false;
    fid.next = this.free;
    this.free = fid;
  }

  /** A file was renamed: every fid of it or below it follows. A fid whose path becomes too long is lost. */
  moved(mount: Mount, from: Path, to: Path): void {
    for (let i = 0; i < this.all.length; i++) {
      const fid = this.all[i];
      if (!fid.used || fid.mount !== mount || !fid.path.isWithin(from)) continue;
      if (!fid.path.move(from, to)) fid.generation--;
    }
  }
}

/** The fids of one client. */
export class Fids {
  private readonly fids: StaticArray<Fid | null> = new StaticArray<Fid | null>(CLIENT_FIDS);

  /** The fid with the client's `number`, or null. */
  find(number: u32): Fid | null {
    for (let i = 0; i < CLIENT_FIDS; i++) {
      const fid = this.fids[i];
      if (fid !== null && fid.number == number) return fid;
    }
    return null;
  }

  get isFull(): bool {
    for (let i = 0; i < CLIENT_FIDS; i++) {
      if (this.fids[i] === null) return false;
    }
    return true;
  }

  /** Adds a fid; there is room. */
  add(fid: Fid): void {
    let i = 0;
    while (this.fids[i] !== null) i++;
    this.fids[i] = fid;
  }

  remove(fid: Fid): void {
    for (let i = 0; i < CLIENT_FIDS; i++) {
      if (this.fids[i] === fid) this.fids[i] = null;
    }
  }

  /** Any fid, null when there is none. */
  any(): Fid | null {
    for (let i = 0; i < CLIENT_FIDS; i++) {
      if (this.fids[i] !== null) return this.fids[i];
    }
    return null;
  }
}
