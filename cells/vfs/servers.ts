/*
 * The file servers behind the VFS and where their files are mounted. A server has one channel for the requests of all
 * clients: up to TAGS at once, and the others wait in a queue, in order. A request that is `alone` (a rename) runs only
 * while no other does, so that no answer arrives after paths have changed.
 *
 * `generation` grows when a server is lost; a fid of an older generation is stale.
 */

import { QID_SIZE } from "rumpk/ninep/types";
import { FIDS, TAGS } from "./limits";
import { Path } from "./path";

/** Not connected, or nothing said yet. */
export const DOWN: i32 = 0;
/** Tversion was sent. */
export const GREETING: i32 = 1;
/** Tattach was sent for mount `attaching`. */
export const ATTACHING: i32 = 2;
/** Takes requests. */
export const UP: i32 = 3;

/** The fid of a server's n-th mount is its number; those of clients come behind. */
export const FIRST_FID: u32 = 64;

/** Where in a qid the file's number lies. */
const QID_PATH_AT: usize = 5;
/** Bits of that number that belong to a server's own files; the bits above say which server it is. */
const QID_PATH_BITS: u64 = 61;
const QID_PATH_MASK: u64 = ((<u64>1) << QID_PATH_BITS) - 1;

/** A job waits for a server's answer or for its turn, in at most one queue. */
export class Job {
  nextJob: Job | null = null;
  /** No other request may run at the same time. */
  alone: bool = false;
}

/** Where files of a server are. */
export class Mount {
  /** Attached in the server's present generation. */
  attached: bool = false;
  /** The qid of its root, from the server. */
  readonly qid: StaticArray<u8> = new StaticArray<u8>(QID_SIZE);

  constructor(
    readonly path: Path,
    readonly server: FileServer,
    /** The name given to Tattach. */
    readonly name: string,
    /** The fid of its root at the server. */
    readonly fid: u32,
  ) {}

  /** Whether clients can find it: its server is there and has not refused it. */
  get isThere(): bool {
    return this.server.slot >= 0 && (this.server.state != UP || this.attached);
  }
}

export class FileServer {
  slot: i32 = -1;
  state: i32 = DOWN;
  generation: u32 = 0;
  /** Largest message that was agreed on. */
  messageSize: u32 = 0;
  readonly mounts: Array<Mount> = [];
  attaching: i32 = 0;
  /** Who waits for the answer with each tag. */
  readonly jobs: StaticArray<Job | null> = new StaticArray<Job | null>(TAGS);
  outstanding: i32 = 0;
  /** A request that is alone runs. */
  alone: bool = false;
  /** What waits is being sent. */
  isPumped: bool = false;
  /** The job whose turn it is. */
  turned: Job | null = null;
  private head: Job | null = null;
  private tail: Job | null = null;
  /** Fids to give back: a ring. */
  private readonly clunks: StaticArray<u32> = new StaticArray<u32>(FIDS);
  private clunkHead: i32 = 0;
  clunkCount: i32 = 0;

  /** `number`: another one for each server. */
  constructor(
    readonly port: u32,
    private readonly number: u64,
  ) {}

  /** Turns a qid of this server into one that is unique in the whole tree. */
  ownQid(qid: usize): void {
    const path = load<u64>(qid, QID_PATH_AT) & QID_PATH_MASK;
    store<u64>(qid, path | (this.number << QID_PATH_BITS), QID_PATH_AT);
  }

  /** The job that waits longest. */
  get first(): Job | null {
    return this.head;
  }

  enqueue(job: Job): void {
    job.nextJob = null;
    const tail = this.tail;
    if (tail === null) this.head = job;
    else tail.nextJob = job;
    this.tail = job;
  }

  dequeue(): Job | null {
    const job = this.head;
    if (job === null) return null;
    this.head = job.nextJob;
    if (this.head === null) this.tail = null;
    job.nextJob = null;
    return job;
  }

  /** Takes a job out of the queue: false when it is not in it. */
  remove(job: Job): bool {
    let previous: Job | null = null;
    let at = this.head;
    while (at !== null && at !== job) {
      previous = at;
      at = at.nextJob;
    }
    if (at === null) return false;
    if (previous === null) this.head = at.nextJob;
    else previous.nextJob = at.nextJob;
    if (this.tail === at) this.tail = previous;
    return true;
  }

  addClunk(fid: u32): void {
    this.clunks[(this.clunkHead + this.clunkCount++) % FIDS] = fid;
  }

  takeClunk(): u32 {
    const fid = this.clunks[this.clunkHead];
    this.clunkHead = (this.clunkHead + 1) % FIDS;
    this.clunkCount--;
    return fid;
  }

  /** A free tag, or -1. */
  freeTag(): i32 {
    for (let tag = 0; tag < TAGS; tag++) {
      if (this.jobs[tag] === null) return tag;
    }
    return -1;
  }
}
