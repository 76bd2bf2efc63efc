/*
 * Where a listing continues. The host numbers a directory's entries, and the numbers change as entries come and go, so
 * each entry gets a cookie of its own here: a hash of its name under a secret key of this instance, so that nobody can
 * aim for collisions. A listing goes in the order of the cookies and continues after any of them, whatever was removed
 * or added meanwhile.
 *
 * A scan asks the host for the whole directory and keeps the ENTRIES smallest cookies above where the listing is, in
 * `order`; another scan follows when they are used up. Two names of one directory with the same cookie would look like
 * one: for 10,000 entries the odds are 1 in 10^11.
 */

import { EACCES, EIO, EPERM, HOSTDIR_DATA_MAX, HostdirEntry } from "rumpk/abi";
import { checkName } from "rumpk/ninep/name";

/** Entries that a scan keeps. */
const ENTRIES: i32 = 2048;
/** Longest name in bytes, and room for it. */
const NAME_SIZE: u32 = 256;
/** An odd number with bits everywhere: 2^64 / golden ratio. */
const SPREAD: u64 = 0x9e3779b97f4a7c15;

/** What lists a directory of the host. */
export abstract class Host {
  /** Puts HostdirEntry and name each from place `at` on to `target`: bytes, 0 at the end, or a negative errno. */
  abstract list(directory: i32, at: u64, target: usize): i32;
}

export class Listing {
  /** Entries in `order`, and what they hold. */
  private count: i32 = 0;
  private readonly order: StaticArray<u16> = new StaticArray<u16>(ENTRIES);
  private readonly cookies: StaticArray<u64> = new StaticArray<u64>(ENTRIES);
  private readonly lengths: StaticArray<u32> = new StaticArray<u32>(ENTRIES);
  private readonly names: usize = heap.alloc(<usize>ENTRIES * NAME_SIZE);
  private readonly piece: usize = heap.alloc(HOSTDIR_DATA_MAX);
  /** The directory that was scanned, the cookie above which, and whether there was more. */
  private directory: i32 = -1;
  private from: u64 = 0;
  private isCut: bool = false;

  constructor(
    private readonly host: Host,
    private readonly key: u64,
  ) {}

  /**
   * The index of the entry of `directory` with the smallest cookie above `cookie`, -1 at the end; an errno below -1.
   */
  after(directory: i32, cookie: u64): i32 {
    if (cookie == 0 || this.directory != directory || cookie < this.from) {
      const failed = this.scan(directory, cookie);
      if (failed < 0) return failed;
    }
    let found = this.place(cookie);
    if (found == this.count && this.isCut) {
      const failed = this.scan(directory, cookie);
      if (failed < 0) return failed;
      found = 0;
    }
    return found < this.count ? <i32>this.order[found] : -1;
  }

  /** The cookie of an entry, and its name. */
  cookieOf(entry: i32): u64 {
    return this.cookies[entry];
  }

  nameOf(entry: i32): usize {
    return this.names + <usize>entry * NAME_SIZE;
  }

  nameLength(entry: i32): u32 {
    return this.lengths[entry];
  }

  /** The place in `order` of the first cookie above `cookie`. */
  private place(cookie: u64): i32 {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cookies[this.order[middle]] > cookie) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private scan(directory: i32, cookie: u64): i32 {
    this.directory = -1;
    this.count = 0;
    this.from = cookie;
    this.isCut = false;
    for (let at: u64 = 0; ;) {
      const length = this.host.list(directory, at, this.piece);
      // -EPERM would be taken for the end.
      if (length < 0) return length == EPERM ? EACCES : length;
      if (length == 0) break;
      const next = this.take(length, at);
      if (next == at) return EIO;
      at = next;
    }
    this.directory = directory;
    return 0;
  }

  /**
   * Takes the entries of a piece and returns where the next one starts. Names that no client could ask for are left
   * out.
   */
  private take(length: i32, start: u64): u64 {
    const head = <u32>offsetof<HostdirEntry>();
    let next = start;
    for (let at: u32 = 0; at + head <= <u32>length;) {
      const entry = changetype<HostdirEntry>(this.piece + at);
      const name = this.piece + at + head;
      next = entry.next;
      if (checkName(name, entry.length) == 0) this.keep(name, entry.length);
      at += head + entry.length;
    }
    return next;
  }

  /** Keeps an entry if it is one of the smallest. */
  private keep(name: usize, length: u32): void {
    const cookie = this.cookieFor(name, length);
    const place = this.place(cookie);
    if (cookie <= this.from || (place > 0 && this.cookies[this.order[place - 1]] == cookie)) return;
    this.isCut = this.isCut || this.count == ENTRIES;
    if (place == ENTRIES) return;
    const entry = this.count < ENTRIES ? this.count++ : <i32>this.order[ENTRIES - 1];
    for (let i = this.count - 1; i > place; i--) this.order[i] = this.order[i - 1];
    this.order[place] = <u16>entry;
    this.cookies[entry] = cookie;
    this.lengths[entry] = length;
    memory.copy(this.nameOf(entry), name, length);
  }

  /** From 1 to 2^62: an offset of 9P is a signed number in many clients. */
  private cookieFor(name: usize, length: u32): u64 {
    let hash = this.key;
    for (let i: u32 = 0; i < length; i++) {
      hash = (hash ^ load<u8>(name + i)) * SPREAD;
      hash ^= hash >> 29;
    }
    return ((hash * (this.key | 1)) >> 2) + 1;
  }
}
