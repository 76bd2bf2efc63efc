/*
 * A client and its request. A client has one request under way at most: its next message is left in its
 * channel until the answer has gone out, so that one that sends much holds up nobody but itself.
 */

import { QID_SIZE, WALK_MAX } from "rumpk/ninep/types";
import { Fid, Fids } from "./fids";
import { MESSAGE_MAX } from "./limits";
import { Path } from "./path";
import { Job, Mount } from "./servers";

export class Client extends Job {
  slot: i32 = -1;
  /** PROMISE_..., as the kernel says. */
  promises: u64 = 0;
  /** Largest message that was agreed on, 0 before Tversion. */
  messageSize: u32 = 0;
  readonly fids: Fids = new Fids();
  /** A request is under way. */
  busy: bool = false;
  /** It is gone; what is under way for it is brought to an end. */
  dead: bool = false;
  next: Client | null = null;

  /** The request, and its bytes. */
  readonly message: usize = heap.alloc(MESSAGE_MAX);
  length: u32 = 0;
  tag: u16 = 0;
  /** The fid that the request is about. */
  fid: Fid | null = null;
  /** The path that it is about, and the new one of a rename. */
  readonly path: Path = new Path();
  readonly newPath: Path = new Path();

  /**
   * Under way is a walk: where it is, null for a directory of the VFS itself, and in which generation of the server.
   */
  walking: bool = false;
  spot: Mount | null = null;
  generation: u32 = 0;
  /** The server's fid from which to walk on. */
  source: u32 = 0;
  /** What the new fid will stand for; `arrived` when it stands at the server where the walk is. */
  target: Fid | null = null;
  arrived: bool = false;
  /** The next name, how many are left, and how many were walked. */
  name: usize = 0;
  left: i32 = 0;
  done: i32 = 0;
  /** How many names the server was asked to walk, and why the name behind them cannot be. */
  asked: i32 = 0;
  error: i32 = 0;
  /** The qids of what was walked. */
  readonly qids: StaticArray<u8> = new StaticArray<u8>(QID_SIZE * WALK_MAX);

  get type(): u8 {
    return load<u8>(this.message, 4);
  }
}
