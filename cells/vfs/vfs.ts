/*
 * The VFS: clients on one side, file servers on the other, and at most one request in progress for each client. It
 * never blocks: `watched` names the slots on which something can arrive, `take` handles an event, `serve` the ready
 * slots.
 *
 * Each request gets one answer, whatever it holds and whatever happens to the servers; a client that is gone leaves
 * nothing behind, here or at a server.
 */

import { EAGAIN, EINVAL, EMFILE, EPROTO, EVENT_CONNECTED, EVENT_GONE, EVENT_SHRUNK, Event, SLOTS } from "rumpk/abi";
import { speaksProtocol } from "rumpk/ninep/name";
import { Reader } from "rumpk/ninep/reader";
import { MSIZE_MIN, PROTOCOL, TATTACH, TCLUNK, TFLUSH, TVERSION, TWALK } from "rumpk/ninep/types";
import { Authority } from "./authority";
import { Client } from "./client";
import { Directories } from "./directories";
import { Exchange, Jobs } from "./exchange";
import { Pool } from "./fids";
import { Forward } from "./forward";
import { CLIENT_RECORDS, MESSAGE_MAX } from "./limits";
import { Mounts } from "./mounts";
import { Outside } from "./outside";
import { Endings, Replies } from "./replies";
import { FileServer, Job } from "./servers";
import { Walks } from "./walk";

/** The answer to Tversion with another protocol. */
const UNKNOWN: string = "unknown";

export class Vfs {
  private readonly request: Reader = new Reader();
  private readonly pool: Pool = new Pool();
  private readonly clients: StaticArray<Client | null> = new StaticArray<Client | null>(<i32>SLOTS);
  private records: i32 = 0;
  private free: Client | null = null;
  private readonly exchange!: Exchange;
  private readonly replies!: Replies;
  private readonly walks!: Walks;
  private readonly forward!: Forward;

  constructor(
    private readonly outside: Outside,
    private readonly mounts: Mounts,
  ) {
    const authority = new Authority(outside);
    const exchange = new Exchange(outside);
    const replies = new Replies(outside);
    const walks = new Walks(mounts, this.pool, authority, exchange, replies);
    const directories = new Directories(mounts, authority, exchange, replies);
    this.exchange = exchange;
    this.replies = replies;
    this.walks = walks;
    this.forward = new Forward(this.pool, authority, exchange, replies, directories, walks);
    exchange.jobs = new Requests(walks, this.forward);
    replies.endings = new Departures(this);
  }

  /** The slots on which something can arrive: servers, and clients without a request. */
  get watched(): u64 {
    let slots: u64 = 0;
    for (let i = 0; i < this.mounts.servers.length; i++) {
      if (this.mounts.servers[i].slot >= 0) slots |= 1 << (<u64>this.mounts.servers[i].slot);
    }
    for (let slot = 0; slot < <i32>SLOTS; slot++) {
      const client = this.clients[slot];
      if (client !== null && !client.busy) slots |= 1 << (<u64>slot);
    }
    return slots;
  }

  /** Notes that a client came, went, or gave up promises. */
  take(event: Event): void {
    const client = this.clients[event.slot];
    if (event.kind == EVENT_CONNECTED && client === null) this.connect(event.slot, event.promises);
    if (event.kind == EVENT_SHRUNK && client !== null) client.promises = event.promises;
    if (event.kind == EVENT_GONE && client !== null) this.hangUp(client);
  }

  /** Takes one message from each slot in `ready`. */
  serve(ready: u64): void {
    for (let i = 0; i < this.mounts.servers.length; i++) {
      const server = this.mounts.servers[i];
      if (server.slot >= 0 && ((ready >> (<u64>server.slot)) & 1) != 0) this.exchange.answer(server);
    }
    for (let left = ready; left != 0; left &= left - 1) {
      const client = this.clients[<i32>ctz(left)];
      if (client !== null && !client.busy) this.receive(client);
    }
  }

  private connect(slot: i32, promises: u64): void {
    let client = this.free;
    if (client !== null) this.free = client.next;
    else if (this.records < CLIENT_RECORDS) {
      client = new Client();
      this.records++;
    } else {
      this.outside.drop(slot);
      return;
    }
    client.slot = slot;
    client.promises = promises;
    client.messageSize = 0;
    client.dead = false;
    this.clients[slot] = client;
  }

  /** A client is gone: if a server has a request of it, its record stays until the answer. */
  private hangUp(client: Client): void {
    this.outside.drop(client.slot);
    this.clients[client.slot] = null;
    client.slot = -1;
    client.dead = true;
    if (!client.busy || this.unqueue(client)) this.bury(client);
  }

  private unqueue(client: Client): bool {
    for (let i = 0; i < this.mounts.servers.length; i++) {
      if (this.mounts.servers[i].remove(client)) return true;
    }
    return false;
  }

  private bury(client: Client): void {
    client.busy = false;
    this.walks.abandon(client);
    this.releaseAll(client);
    client.next = this.free;
    this.free = client;
  }

  private releaseAll(client: Client): void {
    for (let fid = client.fids.any(); fid !== null; fid = client.fids.any()) this.walks.release(client, fid);
  }

  /** A request was answered. */
  ended(client: Client, delivered: bool): void {
    client.busy = false;
    client.alone = false;
    if (client.dead) this.bury(client);
    else if (!delivered) this.hangUp(client);
  }

  private receive(client: Client): void {
    const length = this.outside.receive(client.slot, client.message);
    if (length == EAGAIN) return;
    if (length < 0) {
      this.hangUp(client);
      return;
    }
    this.request.begin(client.message, length);
    client.busy = true;
    client.length = length;
    client.tag = this.request.tag;
    const error =
      this.request.bad || (client.messageSize == 0 && client.type != TVERSION) ? EPROTO : this.dispatch(client);
    if (error < 0) this.replies.fail(client, error);
  }

  /** Does or begins a request: a negative errno when it is refused. */
  private dispatch(client: Client): i32 {
    switch (client.type) {
      case TVERSION:
        return this.version(client);
      case TATTACH:
        return this.attach(client);
      case TCLUNK:
        return this.clunk(client);
      case TFLUSH:
        // The request that it flushes was answered before this one was received.
        this.replies.begin(client);
        this.replies.end(client);
        return 0;
      case TWALK:
        this.walks.start(client);
        return 0;
    }
    this.forward.start(client);
    return 0;
  }

  private version(client: Client): i32 {
    const size = this.request.getU32();
    const length = this.request.getU16();
    const name = this.request.take(length);
    if (!this.request.complete || size < MSIZE_MIN) return EPROTO;
    const known = speaksProtocol(name, length);
    this.releaseAll(client);
    client.messageSize = known ? min(size, MESSAGE_MAX) : 0;
    const answer = this.replies.begin(client);
    answer.putU32(min(size, MESSAGE_MAX));
    answer.putText(known ? PROTOCOL : UNKNOWN);
    this.replies.end(client);
    return 0;
  }

  /** Every attach gets the root. */
  private attach(client: Client): i32 {
    const number = this.request.getU32();
    this.request.getU32();
    this.request.take(this.request.getU16());
    this.request.take(this.request.getU16());
    this.request.getU32();
    if (!this.request.complete) return EPROTO;
    if (client.fids.find(number) !== null) return EINVAL;
    if (client.fids.isFull) return EMFILE;
    const fid = this.pool.take();
    if (fid === null) return EMFILE;
    fid.number = number;
    fid.path.copy(this.mounts.directories[0]);
    client.fids.add(fid);
    this.replies.begin(client);
    this.replies.putQid(0);
    this.replies.end(client);
    return 0;
  }

  /** The server learns about it later; the client need not wait for that. */
  private clunk(client: Client): i32 {
    const number = this.request.getU32();
    if (!this.request.complete) return EPROTO;
    const fid = client.fids.find(number);
    if (fid === null) return EINVAL;
    this.walks.release(client, fid);
    this.replies.begin(client);
    this.replies.end(client);
    return 0;
  }

  /** Connects to every existing server, so that its mounts become visible. */
  connectAll(): void {
    this.exchange.connectWithin(this.mounts, this.mounts.directories[0]);
  }
}

/** Requests that wait for a server: all jobs are clients. */
class Requests extends Jobs {
  constructor(
    private readonly walks: Walks,
    private readonly forward: Forward,
  ) {
    super();
  }

  turn(job: Job): void {
    const client = job as Client;
    if (client.walking) this.walks.step(client);
    else this.forward.start(client);
  }

  answered(job: Job, message: usize, length: u32): void {
    const client = job as Client;
    if (client.walking) this.walks.answered(client, message, length);
    else this.forward.answered(client, message, length);
  }

  failed(job: Job, error: i32): void {
    const client = job as Client;
    if (client.walking) this.walks.failed(client, error);
    else this.forward.failed(client, error);
  }
}

class Departures extends Endings {
  constructor(private readonly vfs: Vfs) {
    super();
  }

  ended(client: Client, delivered: bool): void {
    this.vfs.ended(client, delivered);
  }
}
