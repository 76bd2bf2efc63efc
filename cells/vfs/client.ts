/*
 * A client and its request. A client has at most one request under way: its next message stays in its channel until the
 * answer is out, so that a busy client holds up nobody but itself.
 */

import { QID_SIZE, WALK_MAX } from "rumpk/ninep/types";
import { Fid, Fids } from "./fids";
import { MESSAGE_MAX } from "./limits";
import { Path } from "./path";
import { Job, Mount } from "./servers";

export class Client extends Job {
  slot: i32 = -1;
  /** PROMISE_..., from the kernel. */
  promises: u64 = 0;
  /** Negotiated message size, 0 before Tversion. */
  messageSize: u32 = 0;
  readonly fids: Fids = new Fids();
  /** A request is under way. */
  busy: bool = false;
  /** It is gone; its request still runs to its end. */
  dead: bool = false;
  next: Client | null = null;

  /** The request, and its bytes. */
  readonly message: usize = heap.alloc(MESSAGE_MAX);
  length: u32 = 0;
  tag: u16 = 0;
  /** The fid that the request is about. */
  fid: Fid | null = null;
  /** The path of the request, and the new path of a rename. */
  readonly path: Path = new Path();
  readonly newPath: Path = new Path();

  /**
   * Under way is a walk: where it is, null for a directory of the VFS itself, and in which generation of the server.
   */
  walking: bool = false;
  spot: Mount | null = null;
  generation: u32 = 0;
  /** The server's fid from which the walk continues. */
  source: u32 = 0;
  /** What the new fid will stand for; `arrived` when it stands at the server where the walk is. */
  target: Fid | null = null;
  arrived: bool = false;
  /** Offset of the next name, how many are left, and how many were walked. */
  name: usize = 0;
  left: i32 = 0;
  done: i32 = 0;
  /** How many names the server was asked to walk, and why the name after them cannot be walked. */
  asked: i32 = 0;
  error: i32 = 0;
  /** The qids of what was walked. */
  readonly qids: StaticArray<u8> = new StaticArray<u8>(QID_SIZE * WALK_MAX);

  get type(): u8 {
    return load<u8>(this.message, 4);
  }
}
