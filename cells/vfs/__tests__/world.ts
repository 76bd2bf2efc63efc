/*
 * The world around the VFS, for tests: a kernel that knows clients, what they unveiled and what they are
 * refused, and file servers over TestTree that answer when the test lets them. Messages are copied into
 * lists, as a ring would; a message to somebody who is gone fails.
 */
import { EAGAIN, EBADF, ENOENT, EPIPE, EVENT_CONNECTED, EVENT_GONE, EVENT_SHRUNK, Event, MOUNT_SIZE } from "rumpk/abi";
import { UNVEIL_ALL, UNVEIL_BELOW } from "rumpk/abi";
import { SIZE, TestClient } from "rumpk/__tests__/client";
import { TestTree } from "rumpk/__tests__/tree";
import { storeText } from "rumpk/text";
import { Fids } from "rumpk/ninep/fids";
import { Server } from "rumpk/ninep/server";
import { Mounts } from "../mounts";
import { Outside } from "../outside";
import { Vfs } from "../vfs";

/** The ports of the file servers, and where each is mounted: "" for folders of the host. */
export const PORT_TARFS: u32 = 0x2001;
export const PORT_RAMFS: u32 = 0x2002;
export const PORT_HOSTFS: u32 = 0x2003;
export const PORT_LEDGER: u32 = 0x2004;
const PORTS: StaticArray<u32> = [PORT_TARFS, PORT_RAMFS, PORT_HOSTFS, PORT_LEDGER];
const PATHS: StaticArray<string> = ["/sysro", "/tmp", "", "/Nexus/provchain"];

const SLOTS: i32 = 64;
/** Entries of a channel's ring. */
const RING: i32 = 4;
export const ALL_PROMISES: u64 = 0xffff;

/** Messages in one direction. */
class Queue {
  readonly messages: Array<StaticArray<u8>> = [];

  put(message: usize, length: u32): void {
    const copy = new StaticArray<u8>(length);
    memory.copy(changetype<usize>(copy), message, length);
    this.messages.push(copy);
  }
}

/** A file server, or a client: what is at the other end of a slot. */
export class Peer {
  slot: i32 = -1;
  alive: bool = true;
  /** To the VFS, and from it. */
  readonly to: Queue = new Queue();
  readonly from: Queue = new Queue();
  /** The next call of the VFS on this channel answers -EPIPE. */
  broken: bool = false;
}

export class FakeServer extends Peer {
  readonly tree: TestTree = new TestTree();
  /** Answers are held back. */
  held: bool = false;
  /** Answers are noise. */
  mad: bool = false;
  /** Requests that were answered. */
  served: i32 = 0;
  private readonly answer: StaticArray<u8> = new StaticArray<u8>(SIZE);
  private readonly server!: Server;
  private readonly fids: Fids = new Fids();

  constructor(readonly port: u32) {
    super();
    this.server = new Server(this.tree, changetype<usize>(this.answer), SIZE);
  }

  /** Answers one request: false when there is none. */
  serveOne(): bool {
    if (this.held || this.from.messages.length == 0) return false;
    const message = this.from.messages.shift();
    const length = this.server.handle(this.fids, changetype<usize>(message), message.length);
    if (this.mad) store<u8>(changetype<usize>(this.answer) + (this.served % length), <u8>this.served);
    this.to.put(changetype<usize>(this.answer), length);
    this.served++;
    return true;
  }

  /** Dies and is there again, empty-headed. */
  restart(): void {
    this.server.forget(this.fids);
    this.from.messages.length = 0;
    this.to.messages.length = 0;
    this.broken = true;
  }

  /** A new channel. */
  connected(slot: i32): void {
    this.restart();
    this.broken = false;
    this.slot = slot;
  }
}

export class FakeClient extends TestClient {
  readonly peer: Peer = new Peer();
  promises: u64 = ALL_PROMISES;
  /** What it unveiled: paths and rights. */
  readonly veil: string[] = [];
  readonly rights: u32[] = [];
  /** What it was refused: "promise path". */
  readonly denied: string[] = [];
  private last: StaticArray<u8> = [];

  constructor(private readonly world: World) {
    super();
  }

  /** Puts a request into the channel. */
  post(message: usize, length: u32): void {
    this.peer.to.put(message, length);
  }

  /** The next answer: where it lies, 0 when there is none. */
  takeAnswer(): usize {
    if (this.peer.from.messages.length == 0) return 0;
    this.last = this.peer.from.messages.shift();
    this.answered = this.last.length;
    return changetype<usize>(this.last);
  }

  exchange(message: usize, length: u32): usize {
    this.post(message, length);
    this.world.run();
    return this.takeAnswer();
  }

  unveil(path: string, rights: u32): void {
    this.veil.push(path);
    this.rights.push(rights);
    this.world.tell(EVENT_SHRUNK, this);
  }

  pledge(promises: u64): void {
    this.promises &= promises;
    this.world.tell(EVENT_SHRUNK, this);
  }

  /** What it may do at a path, by what it unveiled. */
  rightsAt(path: string): u32 {
    if (this.veil.length == 0) return UNVEIL_ALL;
    let longest = 0;
    let rights: u32 = 0;
    let below: u32 = 0;
    for (let i = 0; i < this.veil.length; i++) {
      const above = this.veil[i];
      if (isWithin(path, above) && above.length > longest) {
        longest = above.length;
        rights = this.rights[i];
      }
      if (above != path && isWithin(above, path) && this.rights[i] != 0) below = UNVEIL_BELOW;
    }
    return rights | below;
  }
}

function isWithin(path: string, above: string): bool {
  return above == "/" || path == above || path.startsWith(above + "/");
}

export class World extends Outside {
  readonly vfs!: Vfs;
  readonly mounts!: Mounts;
  readonly servers: FakeServer[] = [];
  readonly clients: FakeClient[] = [];
  private readonly peers: StaticArray<Peer | null> = new StaticArray<Peer | null>(SLOTS);
  private readonly event: StaticArray<u8> = new StaticArray<u8>(offsetof<Event>());

  constructor() {
    super();
    this.mounts = new Mounts(this);
    this.vfs = new Vfs(this, this.mounts);
  }

  /** Starts a file server. */
  serve(port: u32): FakeServer {
    const server = new FakeServer(port);
    this.servers.push(server);
    return server;
  }

  /** A new client. */
  client(promises: u64 = ALL_PROMISES): FakeClient {
    const client = new FakeClient(this);
    client.promises = promises;
    client.peer.slot = this.freeSlot(client.peer);
    this.clients.push(client);
    this.tell(EVENT_CONNECTED, client);
    return client;
  }

  /** A new client with a session. */
  started(promises: u64 = ALL_PROMISES): FakeClient {
    const client = this.client(promises);
    assert(client.start() == 0);
    return client;
  }

  /** Gives the VFS an event about a client. */
  tell(kind: u32, client: FakeClient): void {
    const event = changetype<Event>(changetype<usize>(this.event));
    event.kind = kind;
    event.slot = client.peer.slot;
    event.promises = client.promises;
    this.vfs.take(event);
  }

  /** A client dies. */
  end(client: FakeClient): void {
    if (!client.peer.alive) return;
    client.peer.alive = false;
    this.tell(EVENT_GONE, client);
  }

  /** A server dies for good. */
  stop(server: FakeServer): void {
    server.alive = false;
    server.from.messages.length = 0;
    server.to.messages.length = 0;
  }

  private freeSlot(peer: Peer): i32 {
    let slot = 1;
    while (this.peers[slot] !== null) slot++;
    this.peers[slot] = peer;
    return slot;
  }

  /** Lets everything happen that can happen. */
  run(): void {
    for (let busy: bool = true; busy;) {
      busy = this.serveOne();
      for (let i = 0; i < this.servers.length; i++) {
        while (this.servers[i].serveOne()) busy = true;
      }
    }
  }

  /** One round of the VFS's loop: whether there was something to do. */
  serveOne(): bool {
    let ready: u64 = 0;
    for (let left = this.vfs.watched; left != 0; left &= left - 1) {
      const peer = this.peers[<i32>ctz(left)];
      if (peer !== null && (peer.broken || !peer.alive || peer.to.messages.length > 0)) ready |= left & -left;
    }
    this.vfs.serve(ready);
    return ready != 0;
  }

  mount(n: i32, path: usize): i32 {
    if (n >= PORTS.length) return ENOENT;
    memory.fill(path, 0, MOUNT_SIZE);
    storeText(PATHS[n], PATHS[n].length, path);
    return PORTS[n];
  }

  connect(port: u32): i32 {
    for (let i = 0; i < this.servers.length; i++) {
      const server = this.servers[i];
      if (server.port != port || !server.alive) continue;
      server.connected(this.freeSlot(server));
      return server.slot;
    }
    return ENOENT;
  }

  send(slot: i32, message: usize, length: u32): i32 {
    const peer = this.peers[slot];
    if (peer === null) return EBADF;
    if (this.isBroken(peer)) return EPIPE;
    if (peer.from.messages.length >= RING) return EAGAIN;
    peer.from.put(message, length);
    return length;
  }

  receive(slot: i32, buffer: usize): i32 {
    const peer = this.peers[slot];
    if (peer === null) return EBADF;
    if (this.isBroken(peer)) return EPIPE;
    if (peer.to.messages.length == 0) return EAGAIN;
    const message = peer.to.messages.shift();
    memory.copy(buffer, changetype<usize>(message), message.length);
    return message.length;
  }

  private isBroken(peer: Peer): bool {
    const broken = peer.broken || !peer.alive;
    peer.broken = false;
    return broken;
  }

  drop(slot: i32): void {
    assert(this.peers[slot] !== null);
    this.peers[slot] = null;
  }

  rights(slot: i32, path: usize, length: u32): i32 {
    const client = this.clientOn(slot);
    return client !== null ? client.rightsAt(String.UTF8.decodeUnsafe(path, length)) : EBADF;
  }

  deny(slot: i32, promise: u32, path: usize, length: u32): void {
    const client = this.clientOn(slot);
    if (client === null) return;
    client.denied.push(promise.toString() + " " + String.UTF8.decodeUnsafe(path, length));
    if (promise != 0) {
      assert((client.promises & promise) == 0);
      client.peer.alive = false;
    }
  }

  private clientOn(slot: i32): FakeClient | null {
    for (let i = 0; i < this.clients.length; i++) {
      if (this.clients[i].peer.slot == slot && slot >= 0 && this.peers[slot] === this.clients[i].peer) {
        return this.clients[i];
      }
    }
    return null;
  }
}
