/*
 * The VFS as a client of the file servers. It never waits for one: a job asks for a turn with `claim` and is called
 * (`turn`) when it may send; answers arrive by `answer`. A server that dies, answers nonsense or hangs up is lost:
 * every request that it had comes back by `failed`, and the next job that wants it connects again. Fids that are gone
 * are clunked at the server before anything else is sent.
 */

import { EAGAIN, ESTALE } from "rumpk/abi";
import { Reader } from "rumpk/ninep/reader";
import { MSIZE_MIN, NO_FID, NO_TAG, NO_USER, PROTOCOL, QID_SIZE, TATTACH, TCLUNK, TVERSION } from "rumpk/ninep/types";
import { isText } from "rumpk/ninep/name";
import { Writer } from "rumpk/ninep/writer";
import { MESSAGE_MAX, TAGS } from "./limits";
import { Mounts } from "./mounts";
import { Outside } from "./outside";
import { Path } from "./path";
import { ATTACHING, DOWN, FileServer, GREETING, Job, UP } from "./servers";

/** claim: send now. */
export const NOW: i32 = 0;
/** claim: `turn` will be called. */
export const LATER: i32 = 1;
/** claim: the server cannot be reached. */
export const NEVER: i32 = 2;

/** What the owner of the jobs does. */
export abstract class Jobs {
  /** It is the job's turn; it claims again. */
  abstract turn(job: Job): void;
  /** The server's answer to the job lies at `message`. */
  abstract answered(job: Job, message: usize, length: u32): void;
  /** There will be no answer. */
  abstract failed(job: Job, error: i32): void;
}

export class Exchange {
  private readonly inbox: usize = heap.alloc(MESSAGE_MAX);
  /** Requests of the VFS's own. */
  private readonly own: Writer = new Writer(heap.alloc(MESSAGE_MAX), MESSAGE_MAX);
  private readonly reader: Reader = new Reader();
  /** Stands for the caller that wanted to clunk a fid. */
  private readonly nobody: Job = new Job();
  jobs!: Jobs;

  constructor(private readonly outside: Outside) {}

  /** Makes sure that there is a channel to a server: false when there is no server. */
  connect(server: FileServer): bool {
    if (server.slot < 0) server.slot = this.outside.connect(server.port);
    return server.slot >= 0;
  }

  /** Connects to the unknown servers of all mounts within `path`. */
  connectWithin(mounts: Mounts, path: Path): void {
    for (let i = 0; i < mounts.mounts.length; i++) {
      if (mounts.mounts[i].path.isWithin(path)) this.connect(mounts.mounts[i].server);
    }
  }

  /** Asks to send a request of `job`: NOW, LATER or NEVER. */
  claim(server: FileServer, job: Job): i32 {
    if (server.state == DOWN && !this.greet(server)) return NEVER;
    const isNext = server.turned === job || server.first === null;
    if (server.state == UP && isNext && server.clunkCount == 0 && canStart(server, job)) return NOW;
    server.enqueue(job);
    return LATER;
  }

  /** Sends the request at `message` after `claim` has answered NOW, and fills in its tag. */
  send(server: FileServer, job: Job, message: usize): void {
    const tag = server.freeTag();
    store<u16>(message, <u16>tag, 5);
    server.jobs[tag] = job;
    server.outstanding++;
    server.alone = job.alone;
    if (this.outside.send(server.slot, message, load<u32>(message)) < 0) this.lose(server);
  }

  /** Clunks a fid that the server holds for a client. */
  clunk(server: FileServer, fid: u32): void {
    server.addClunk(fid);
    this.pump(server);
  }

  /** There is something to receive from a server. */
  answer(server: FileServer): void {
    const length = this.outside.receive(server.slot, this.inbox);
    if (length == EAGAIN) return;
    this.reader.begin(this.inbox, max(length, 0));
    if (length < 0) this.lose(server);
    else if (this.reader.bad || !this.accept(server, length)) this.hangUp(server);
    else this.pump(server);
  }

  /** Takes a message: false when it makes no sense. */
  private accept(server: FileServer, length: u32): bool {
    if (server.state == GREETING) return this.greeted(server);
    if (server.state == ATTACHING) return this.attached(server);
    const tag = this.reader.tag;
    const job = tag < <u16>TAGS ? server.jobs[tag] : null;
    if (job === null) return false;
    server.jobs[tag] = null;
    server.outstanding--;
    server.alone = false;
    if (job !== this.nobody) this.jobs.answered(job, this.inbox, length);
    return true;
  }

  /** Sends what can be sent: clunked fids first, then waiting jobs in their order. */
  private pump(server: FileServer): void {
    if (server.isPumped) return;
    server.isPumped = true;
    while (server.state == UP) {
      const job = server.clunkCount > 0 ? this.nobody : server.first;
      if (job === null || !canStart(server, job)) break;
      if (job === this.nobody) this.sendClunk(server);
      else this.giveTurn(server, job);
    }
    server.isPumped = false;
  }

  private sendClunk(server: FileServer): void {
    this.own.begin(TCLUNK, 0);
    this.own.putU32(server.takeClunk());
    this.own.end();
    this.send(server, this.nobody, this.own.base);
  }

  private giveTurn(server: FileServer, job: Job): void {
    server.dequeue();
    server.turned = job;
    this.jobs.turn(job);
    server.turned = null;
  }

  /**
   * Starts a session with a server that is down: false when it cannot be reached. A channel that is dead is tried once
   * more.
   */
  private greet(server: FileServer): bool {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (!this.connect(server)) return false;
      this.own.begin(TVERSION, NO_TAG);
      this.own.putU32(MESSAGE_MAX);
      this.own.putText(PROTOCOL);
      this.own.end();
      server.state = GREETING;
      if (this.outside.send(server.slot, this.own.base, this.own.length) >= 0) return true;
      this.disconnect(server);
    }
    return false;
  }

  private greeted(server: FileServer): bool {
    if (this.reader.type != TVERSION + 1 || this.reader.tag != NO_TAG) return false;
    server.messageSize = this.reader.getU32();
    const length = this.reader.getU16();
    const name = this.reader.take(length);
    if (!this.reader.complete || !isText(name, length, PROTOCOL)) return false;
    if (server.messageSize < MSIZE_MIN || server.messageSize > MESSAGE_MAX) return false;
    server.state = ATTACHING;
    server.attaching = -1;
    return this.attachNext(server);
  }

  /** Takes the answer to Tattach; a server may refuse a mount. */
  private attached(server: FileServer): bool {
    const mount = server.mounts[server.attaching];
    if (this.reader.type == TATTACH + 1) {
      const qid = this.reader.take(QID_SIZE);
      if (qid == 0) return false;
      memory.copy(changetype<usize>(mount.qid), qid, QID_SIZE);
      server.ownQid(changetype<usize>(mount.qid));
      mount.attached = true;
    }
    return this.attachNext(server);
  }

  private attachNext(server: FileServer): bool {
    server.attaching++;
    if (server.attaching == server.mounts.length) {
      server.state = UP;
      return true;
    }
    const mount = server.mounts[server.attaching];
    this.own.begin(TATTACH, 0);
    this.own.putU32(mount.fid);
    this.own.putU32(NO_FID);
    this.own.putText("");
    this.own.putText(mount.name);
    this.own.putU32(NO_USER);
    return this.outside.send(server.slot, this.own.base, this.own.end()) >= 0;
  }

  /** Drops a server that sends nonsense or takes no messages. */
  private hangUp(server: FileServer): void {
    this.disconnect(server);
    this.lose(server);
  }

  private disconnect(server: FileServer): void {
    this.outside.drop(server.slot);
    server.slot = -1;
    server.state = DOWN;
  }

  /** A server died: its pending requests come back. If a job waits for it, connects again. */
  private lose(server: FileServer): void {
    const wasGreeted = server.state == UP;
    server.state = DOWN;
    server.generation++;
    server.alone = false;
    server.outstanding = 0;
    server.clunkCount = 0;
    for (let i = 0; i < server.mounts.length; i++) server.mounts[i].attached = false;
    for (let tag = 0; tag < TAGS; tag++) {
      const job = server.jobs[tag];
      server.jobs[tag] = null;
      if (job !== null && job !== this.nobody) this.jobs.failed(job, ESTALE);
    }
    if (wasGreeted && this.reach(server)) return;
    if (!wasGreeted && server.slot >= 0) this.disconnect(server);
    for (let job = server.dequeue(); job !== null; job = server.dequeue()) this.jobs.failed(job, ESTALE);
  }

  /** Connects to a server again at once, to find out whether it is gone for good. */
  private reach(server: FileServer): bool {
    return server.state != DOWN || this.greet(server);
  }
}

/** Whether a server that is up can take a request of `job` now. */
function canStart(server: FileServer, job: Job): bool {
  if (server.outstanding == TAGS || server.alone) return false;
  return !job.alone || server.outstanding == 0;
}
