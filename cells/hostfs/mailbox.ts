/*
 * The device "rumpk,hostdir" (abi/hostdir): writes a request into its window and reads the answer. The store that
 * starts a request returns when it is done, so nothing waits.
 */

import {
  ENAMETOOLONG,
  HOSTDIR_DATA,
  HOSTDIR_DATA_MAX,
  HOSTDIR_PATH,
  HOSTDIR_PATH_MAX,
  HostdirRegisters,
} from "rumpk/abi";
import { load32, load64, store32, store64 } from "rumpk/mmio";

/** Bytes that are moved at a time. */
const WORD: u32 = 8;

export class Mailbox {
  /** Builds a path from its end, one name in front of the other. */
  private readonly path: usize = memory.data(4096, 8);
  private pathAt: u32 = HOSTDIR_PATH_MAX;
  private tooLong: bool = false;

  /** The device in window `window`. */
  constructor(private readonly window: i32) {}

  /** How many folders there are. */
  get folders(): u32 {
    return load32(this.window, offsetof<HostdirRegisters>("folders"));
  }

  /** Starts an empty path: the folder itself. */
  beginPath(): void {
    this.pathAt = HOSTDIR_PATH_MAX;
    this.tooLong = false;
  }

  /** Puts a name in front of the path. */
  prepend(name: usize, length: u32): void {
    const slash: u32 = this.pathAt < HOSTDIR_PATH_MAX ? 1 : 0;
    this.tooLong = this.tooLong || length + slash > this.pathAt;
    if (this.tooLong) return;
    if (slash != 0) store<u8>(this.path + --this.pathAt, 0x2f);
    this.pathAt -= length;
    memory.copy(this.path + this.pathAt, name, length);
  }

  /** Does a request about the path in a folder: its result. */
  ask(request: u32, folder: u32, offset: u64 = 0, length: u32 = 0): i32 {
    if (this.tooLong) return ENAMETOOLONG;
    const pathLength = HOSTDIR_PATH_MAX - this.pathAt;
    this.copyIn(HOSTDIR_PATH, this.path + this.pathAt, pathLength);
    store32(this.window, offsetof<HostdirRegisters>("folder"), folder);
    store32(this.window, offsetof<HostdirRegisters>("pathLength"), pathLength);
    store32(this.window, offsetof<HostdirRegisters>("length"), length);
    store64(this.window, offsetof<HostdirRegisters>("offset"), offset);
    store32(this.window, offsetof<HostdirRegisters>("request"), request);
    return load32(this.window, offsetof<HostdirRegisters>("result"));
  }

  /** What HOSTDIR_STAT found out. */
  get kind(): u32 {
    return load32(this.window, offsetof<HostdirRegisters>("kind"));
  }

  get size(): u64 {
    return load64(this.window, offsetof<HostdirRegisters>("size"));
  }

  get modified(): u64 {
    return load64(this.window, offsetof<HostdirRegisters>("modified"));
  }

  get identity(): u64 {
    return load64(this.window, offsetof<HostdirRegisters>("identity"));
  }

  /** Puts the path into the data, as the place that HOSTDIR_RENAME moves something to: its bytes, or an errno. */
  pathToData(): i32 {
    if (this.tooLong) return ENAMETOOLONG;
    const length = HOSTDIR_PATH_MAX - this.pathAt;
    this.putData(this.path + this.pathAt, length);
    return length;
  }

  /** Puts up to HOSTDIR_DATA_MAX bytes into the data: how many. */
  putData(source: usize, length: u32): u32 {
    const part = min(length, HOSTDIR_DATA_MAX);
    this.copyIn(HOSTDIR_DATA, source, part);
    return part;
  }

  /** Copies the first `length` bytes of the data to `target`. */
  takeData(target: usize, length: u32): void {
    let done: u32 = 0;
    for (; done + WORD <= length; done += WORD) store<u64>(target + done, load64(this.window, HOSTDIR_DATA + done));
    if (done == length) return;
    let last = <u64>load64(this.window, HOSTDIR_DATA + done);
    for (; done < length; done++, last >>= 8) store<u8>(target + done, <u8>last);
  }

  /** Copies to the window in whole words: up to seven bytes after the range become 0. */
  private copyIn(offset: u32, source: usize, length: u32): void {
    let done: u32 = 0;
    for (; done + WORD <= length; done += WORD) store64(this.window, offset + done, load<u64>(source + done));
    if (done == length) return;
    let last: u64 = 0;
    for (let at = length; at > done; at--) last = (last << 8) | load<u8>(source + at - 1);
    store64(this.window, offset + done, last);
  }
}
