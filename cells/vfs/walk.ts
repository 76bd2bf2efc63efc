/*
 * Twalk, through directories of the VFS itself and file servers, as far as the names lead and as the client
 * may see. Within a server, names are walked in runs, each one request; a run ends where ".." leaves the
 * mount, or where a name may not be walked. Every path on the way is canonical, and is checked before the
 * server is asked.
 *
 * The new fid is a fresh one even when the client walks a fid in place: the old one stays until all worked.
 */

import { EINVAL, EMFILE, ENAMETOOLONG, ENOENT, EPROTO, ESTALE } from "rumpk/abi";
import { checkName, isText } from "rumpk/ninep/name";
import { Reader } from "rumpk/ninep/reader";
import { HEADER_SIZE, QID_DIRECTORY, QID_SIZE, RLERROR, TWALK, WALK_MAX } from "rumpk/ninep/types";
import { Writer } from "rumpk/ninep/writer";
import { Authority } from "./authority";
import { Client } from "./client";
import { Exchange, LATER, NEVER } from "./exchange";
import { Fid, Pool } from "./fids";
import { MESSAGE_MAX } from "./limits";
import { Mounts } from "./mounts";
import { Replies, storeQid } from "./replies";
import { Mount } from "./servers";

export class Walks {
  private readonly reader: Reader = new Reader();
  private readonly run: Writer = new Writer(heap.alloc(MESSAGE_MAX), MESSAGE_MAX);

  constructor(
    private readonly mounts: Mounts,
    private readonly pool: Pool,
    private readonly authority: Authority,
    private readonly exchange: Exchange,
    private readonly replies: Replies,
  ) {}

  /** Does a client's Twalk, or as much of it as can be done without waiting. */
  start(client: Client): void {
    const error = this.begin(client);
    if (error < 0) this.replies.fail(client, error);
    else this.step(client);
  }

  /** Parses the request: 0 or a negative errno. */
  private begin(client: Client): i32 {
    const request = this.reader;
    request.begin(client.message, client.length);
    const from = client.fids.find(request.getU32());
    const number = request.getU32();
    const count = request.getU16();
    client.name = client.message + HEADER_SIZE + 10;
    for (let i: u16 = 0; i < count; i++) request.take(request.getU16());
    if (!request.complete || count > <u16>WALK_MAX) return EPROTO;
    if (from === null) return EINVAL;
    const existing = client.fids.find(number);
    // An open fid can be walked from; it stays as it is.
    if (existing !== null && (existing !== from || from.isOpen)) return EINVAL;
    if (existing === null && client.fids.isFull) return EMFILE;
    client.path.copy(from.path);
    const error = this.authority.walk(client, client.path);
    if (error < 0) return error;
    const target = this.pool.take();
    if (target === null) return EMFILE;
    target.number = number;
    target.isDirectory = from.isDirectory;
    client.fid = from;
    client.target = target;
    client.walking = true;
    client.spot = from.mount;
    client.source = from.id;
    client.generation = from.generation;
    client.arrived = false;
    client.left = count;
    client.done = 0;
    client.error = 0;
    return 0;
  }

  /** Continues until the walk ends or has to wait for a server. */
  step(client: Client): void {
    for (let goesOn: bool = true; goesOn;) {
      const mount = client.spot;
      goesOn = mount === null ? this.stepHere(client) : this.stepIn(client, mount);
    }
  }

  /** A step in a directory of the VFS itself: whether the walk goes on. */
  private stepHere(client: Client): bool {
    if (client.left == 0) return this.arrive(client);
    if (this.isUp(client)) client.path.up();
    else {
      const error = this.extend(client);
      if (error < 0) return this.stop(client, error);
    }
    this.skip(client);
    this.exchange.connectWithin(this.mounts, client.path);
    const mount = this.mounts.find(client.path);
    const number = this.mounts.directory(client.path);
    if (mount !== null) return this.enter(client, mount);
    if (number < 0 || !this.mounts.leadsSomewhere(number)) return this.stop(client, ENOENT);
    storeQid(this.nextQid(client), number);
    return true;
  }

  /** Enters the root of a mount; its qid is known once its server is up. */
  private enter(client: Client, mount: Mount): bool {
    client.spot = mount;
    client.source = mount.fid;
    client.arrived = false;
    client.done++;
    return true;
  }

  /** A step among a server's files: whether the walk goes on. */
  private stepIn(client: Client, mount: Mount): bool {
    if (client.left == 0 && client.arrived) return this.arrive(client);
    if (client.left > 0 && this.leaves(client, mount)) return this.leave(client);
    const claimed = this.exchange.claim(mount.server, client);
    if (claimed == LATER) return false;
    if (claimed == NEVER || !mount.attached) return this.stopBefore(client);
    if (client.source == mount.fid) {
      client.generation = mount.server.generation;
      if (client.done > 0) this.storeRoot(client, mount);
    }
    if (client.generation != mount.server.generation) return this.stop(client, ESTALE);
    return this.ask(client, mount);
  }

  /** The mount was named last: its qid takes the place that `enter` left. */
  private storeRoot(client: Client, mount: Mount): void {
    memory.copy(lastQid(client), changetype<usize>(mount.qid), QID_SIZE);
  }

  /** The mount that was named last cannot be entered. */
  private stopBefore(client: Client): bool {
    if (client.source != (client.spot as Mount).fid) return this.stop(client, ESTALE);
    client.done--;
    return this.stop(client, ENOENT);
  }

  /** Whether the next name leads out of the mount. */
  private leaves(client: Client, mount: Mount): bool {
    return client.path.equals(mount.path) && this.isUp(client);
  }

  /** Goes from the root of a mount to the directory that it is in. */
  private leave(client: Client): bool {
    this.giveBack(client.target as Fid);
    client.spot = null;
    client.path.up();
    this.skip(client);
    storeQid(this.nextQid(client), this.mounts.directory(client.path));
    return true;
  }

  /** Asks the server to walk as many names as it can. Returns false, because the answer takes time. */
  private ask(client: Client, mount: Mount): bool {
    const run = this.run;
    run.capacity = mount.server.messageSize;
    run.begin(TWALK, 0);
    run.putU32(client.source);
    run.putU32((client.target as Fid).id);
    const countAt = run.take(2);
    client.asked = 0;
    while (client.left > 0 && client.error == 0 && !this.leaves(client, mount)) {
      const name = client.name + 2;
      const length = load<u16>(client.name);
      if (this.isUp(client)) client.path.up();
      else client.error = this.extend(client);
      if (client.error < 0) break;
      run.putName(name, length);
      client.asked++;
      this.skip(client);
    }
    if (client.asked == 0 && client.error < 0) return this.stop(client, client.error);
    store<u16>(countAt, <u16>client.asked);
    if (run.end() == 0) return this.stop(client, ENAMETOOLONG);
    this.exchange.send(mount.server, client, run.base);
    return false;
  }

  /** Takes a server's answer. */
  answered(client: Client, message: usize, length: u32): void {
    const answer = this.reader;
    const mount = client.spot as Mount;
    answer.begin(message, length);
    if (answer.type == RLERROR) {
      this.stop(client, -(<i32>answer.getU32()));
      return;
    }
    const count = <i32>answer.getU16();
    const qids = answer.take(count * QID_SIZE);
    if (answer.type != TWALK + 1 || count > client.asked || !answer.complete) {
      this.stop(client, EPROTO);
      return;
    }
    for (let i = 0; i < count; i++) {
      memory.copy(this.nextQid(client), qids + <usize>i * QID_SIZE, QID_SIZE);
      mount.server.ownQid(lastQid(client));
    }
    if (count < client.asked) {
      this.stop(client, ENOENT);
      return;
    }
    const target = client.target as Fid;
    target.mount = mount;
    target.backed = true;
    target.generation = mount.server.generation;
    client.arrived = true;
    client.source = target.id;
    client.generation = target.generation;
    if (client.error < 0) this.stop(client, client.error);
    else this.step(client);
  }

  /** All names were walked. */
  private arrive(client: Client): bool {
    const target = client.target as Fid;
    target.mount = client.spot;
    target.path.copy(client.path);
    if (client.done > 0) target.isDirectory = (load<u8>(lastQid(client)) & QID_DIRECTORY) != 0;
    const existing = client.fids.find(target.number);
    if (existing !== null) this.release(client, existing);
    client.fids.add(target);
    client.target = null;
    client.walking = false;
    this.tell(client);
    return false;
  }

  /**
   * The next name cannot be walked: the answer says how far it went, or why, when not even the first could be or when
   * it is not just missing.
   */
  private stop(client: Client, error: i32): bool {
    this.abandon(client);
    if (client.done == 0 || error != ENOENT) this.replies.fail(client, error);
    else this.tell(client);
    return false;
  }

  private tell(client: Client): void {
    const answer = this.replies.begin(client);
    answer.putU16(<u16>client.done);
    answer.putBytes(changetype<usize>(client.qids), client.done * QID_SIZE);
    this.replies.end(client);
  }

  /** Drops a walk; nothing has changed. */
  abandon(client: Client): void {
    const target = client.target;
    client.walking = false;
    client.target = null;
    if (target === null) return;
    this.giveBack(target);
    this.pool.give(target);
  }

  /** Forgets a client's fid. */
  release(client: Client, fid: Fid): void {
    client.fids.remove(fid);
    this.giveBack(fid);
    this.pool.give(fid);
  }

  /** Forgets a client's fid that its server has forgotten. */
  forget(client: Client, fid: Fid): void {
    fid.backed = false;
    this.release(client, fid);
  }

  /** The server died; no answer will come. */
  failed(client: Client, error: i32): void {
    this.abandon(client);
    this.replies.fail(client, error);
  }

  /** Clunks a fid at the server. */
  private giveBack(fid: Fid): void {
    const mount = fid.mount;
    if (mount !== null && fid.backed && !fid.isStale) this.exchange.clunk(mount.server, fid.id);
    fid.backed = false;
  }

  private isUp(client: Client): bool {
    return isText(client.name + 2, load<u16>(client.name), "..");
  }

  /** Adds the next name to the path: 0, or why it cannot be walked. */
  private extend(client: Client): i32 {
    const length = load<u16>(client.name);
    const error = checkName(client.name + 2, length);
    if (error < 0) return error == ENAMETOOLONG ? error : ENOENT;
    if (!client.path.append(client.name + 2, length)) return ENAMETOOLONG;
    return this.authority.walk(client, client.path);
  }

  /** Passes over the next name. */
  private skip(client: Client): void {
    client.name += 2 + load<u16>(client.name);
    client.left--;
  }

  /** The place of the qid of the name that was just walked. */
  private nextQid(client: Client): usize {
    client.done++;
    return lastQid(client);
  }
}

/** The place of the qid of the name that was walked last. */
function lastQid(client: Client): usize {
  return changetype<usize>(client.qids) + <usize>(client.done - 1) * QID_SIZE;
}
