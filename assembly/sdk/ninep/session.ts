/*
 * The client's side of 9P2000.L over the channel to PORT_VFS: one request at a time, so at most one
 * outstanding. When the server dies a call answers -EPIPE; the session then starts over (version,
 * attach) and its `generation` grows, which tells open files that their fids are gone.
 */

import { mask, recv, send } from "../raw";
import { messageLimit, portSlot } from "../channel";
import { RING_RECV, RING_SEND } from "../../abi/calls";
import { EIO, ENAMETOOLONG, ENODEV, ENOENT, EPIPE, EPROTO } from "../../abi/errno";
import { PORT_VFS } from "../../abi/port";
import { Reader } from "./reader";
import { Writer } from "./writer";
import {
  MSIZE_MIN,
  NO_FID,
  NO_TAG,
  NO_USER,
  PROTOCOL,
  QID_DIRECTORY,
  QID_SIZE,
  RLERROR,
  TATTACH,
  TCLUNK,
  TVERSION,
  TWALK,
  WALK_MAX,
} from "./types";

/** The fid of the root. */
const ROOT_FID: u32 = 0;
/** The largest errno, as in Linux. */
const ERRNO_MAX: u32 = 4095;
/** The tag of every request but Tversion. */
const TAG: u16 = 1;

/** The connection of this cell to its file server. There is one: `session`. */
export class Session {
  /** The request being built. */
  readonly request: Writer;
  /** The answer just received. */
  readonly answer: Reader = new Reader();
  /** Grows with every attach; 0 before the first. */
  generation: u32 = 0;
  /** The last walk led to a directory. */
  atDirectory: bool = true;
  private slot: i32;
  private buffer: StaticArray<u8>;
  private attached: bool = false;
  private nextFid: u32 = ROOT_FID + 1;

  constructor() {
    const slot = portSlot(PORT_VFS);
    const size = slot < 0 ? 0 : min(messageLimit(slot, RING_SEND), messageLimit(slot, RING_RECV));
    const buffer = new StaticArray<u8>(size);
    this.slot = slot;
    this.buffer = buffer;
    this.request = new Writer(changetype<usize>(buffer), size);
  }

  /** Largest message both sides agreed on. */
  get messageSize(): u32 {
    return this.request.capacity;
  }

  /** Makes sure that there is a session: 0 or a negative errno. */
  open(): i32 {
    if (this.attached) return 0;
    if (<u32>this.buffer.length < MSIZE_MIN) return ENODEV;
    let result = this.attach();
    if (result == EPIPE) result = this.attach();
    return result;
  }

  /** A fid that is not in use. */
  newFid(): u32 {
    if (this.nextFid == NO_FID) this.nextFid = ROOT_FID + 1;
    return this.nextFid++;
  }

  /** Starts a request; the caller writes its fields into `request`. */
  begin(type: u8): Writer {
    this.request.begin(type, TAG);
    return this.request;
  }

  /** Sends the request and waits for its answer, whose fields are then in `answer`: 0 or a negative errno. */
  call(): i32 {
    const type = load<u8>(this.request.base, 4);
    const length = this.request.end();
    // Only names can be too long.
    if (length == 0) return ENAMETOOLONG;
    const base = changetype<usize>(this.buffer);
    let result = <i32>send(this.slot, base, length, 0);
    if (result >= 0) result = <i32>recv(this.slot, base, this.buffer.length, 0);
    if (result < 0) {
      this.attached = false;
      return result;
    }
    this.answer.begin(base, result);
    if (this.answer.type == RLERROR) return errorOf(this.answer.getU32());
    return this.answer.bad || this.answer.type != type + 1 ? EPROTO : 0;
  }

  /** Walks a new fid from the root to `names`: the fid, or a negative errno. */
  walk(names: string[]): i64 {
    const fid = this.newFid();
    let from = ROOT_FID;
    let done = 0;
    this.atDirectory = true;
    do {
      const count = min(names.length - done, <i32>WALK_MAX);
      const result = this.walkPart(from, fid, names, done, count);
      if (result < 0) {
        if (from == fid) this.clunk(fid);
        return result;
      }
      from = fid;
      done += count;
    } while (done < names.length);
    return fid;
  }

  /** Gives a fid back. */
  clunk(fid: u32): void {
    this.begin(TCLUNK).putU32(fid);
    this.call();
  }

  /** Hangs up. */
  close(): void {
    if (this.slot >= 0) mask(this.slot, 0);
    this.attached = false;
  }

  private walkPart(from: u32, to: u32, names: string[], start: i32, count: i32): i32 {
    const request = this.begin(TWALK);
    request.putU32(from);
    request.putU32(to);
    request.putU16(<u16>count);
    for (let i = 0; i < count; i++) request.putText(names[start + i]);
    const result = this.call();
    if (result < 0) return result;
    if (<i32>this.answer.getU16() != count) return ENOENT;
    for (let i = 0; i < count; i++) this.atDirectory = (load<u8>(this.answer.take(QID_SIZE)) & QID_DIRECTORY) != 0;
    return this.answer.bad ? EIO : 0;
  }

  private attach(): i32 {
    this.request.capacity = this.buffer.length;
    this.request.begin(TVERSION, NO_TAG);
    this.request.putU32(this.buffer.length);
    this.request.putText(PROTOCOL);
    let result = this.call();
    if (result < 0) return result;
    const size = this.answer.getU32();
    if (this.answer.getText() != PROTOCOL || size < MSIZE_MIN || size > <u32>this.buffer.length) return EPROTO;
    this.request.capacity = size;
    const request = this.begin(TATTACH);
    request.putU32(ROOT_FID);
    request.putU32(NO_FID);
    request.putText("");
    request.putText("");
    request.putU32(NO_USER);
    result = this.call();
    if (result < 0) return result;
    this.attached = true;
    this.generation++;
    return 0;
  }
}

/** The errno of an Rlerror, which is an error even when its number makes no sense. */
function errorOf(number: u32): i32 {
  return number > 0 && number <= ERRNO_MAX ? -(<i32>number) : EPROTO;
}

/** The cell's session. */
@lazy export const session: Session = new Session();
