/*
 * A client of 9P2000.L for unit tests: it says what a test wants in words and answers in numbers and text.
 * How a request reaches the server is the subclass's.
 */
import { Reader } from "../ninep/reader";
import {
  ATTRIBUTES_BASIC,
  NO_FID,
  NO_USER,
  OPEN_READ,
  PROTOCOL,
  RLERROR,
  TATTACH,
  TCLUNK,
  TGETATTR,
  TLCREATE,
  TLOPEN,
  TMKDIR,
  TREAD,
  TREADDIR,
  TREMOVE,
  TRENAME,
  TRENAMEAT,
  TSETATTR,
  TSTATFS,
  TUNLINKAT,
  TVERSION,
  TWALK,
  TWRITE,
} from "../ninep/types";
import { Writer } from "../ninep/writer";

/** Bytes of a message. */
export const SIZE: u32 = 8188;
/** What `call` answers when no answer came. */
export const NO_ANSWER: i32 = -9999;
/** The fid of the root in these tests. */
export const ROOT_FID: u32 = 0;
const TAG: u16 = 7;

export abstract class TestClient {
  readonly request!: Writer;
  readonly answer: Reader = new Reader();
  private readonly buffer: StaticArray<u8> = new StaticArray<u8>(SIZE);

  constructor() {
    this.request = new Writer(changetype<usize>(this.buffer), SIZE);
  }

  /** Takes a request to the server: where its answer lies, and its bytes in `answered`; 0 when there is none. */
  abstract exchange(message: usize, length: u32): usize;
  answered: u32 = 0;

  begin(type: u8): Writer {
    this.request.begin(type, TAG);
    return this.request;
  }

  /** Sends the request: 0, with the answer's fields in `answer`, or a negative errno. */
  call(): i32 {
    const type = load<u8>(this.request.base, 4);
    const length = this.request.end();
    const at = this.exchange(this.request.base, length);
    if (at == 0) return NO_ANSWER;
    this.answer.begin(at, this.answered);
    assert(!this.answer.bad && this.answer.tag == TAG);
    if (this.answer.type == RLERROR) return -(<i32>this.answer.getU32());
    assert(this.answer.type == type + 1);
    return 0;
  }

  version(size: u32 = SIZE): i32 {
    const request = this.begin(TVERSION);
    request.putU32(size);
    request.putText(PROTOCOL);
    return this.call();
  }

  attach(fid: u32 = ROOT_FID, name: string = ""): i32 {
    const request = this.begin(TATTACH);
    request.putU32(fid);
    request.putU32(NO_FID);
    request.putText("");
    request.putText(name);
    request.putU32(NO_USER);
    return this.call();
  }

  /** Version and attach. */
  start(): i32 {
    const result = this.version();
    return result < 0 ? result : this.attach();
  }

  /** Walks to `path`, names between slashes: how many names were walked. */
  walk(from: u32, to: u32, path: string): i32 {
    const names = path.length > 0 ? path.split("/") : [];
    const request = this.begin(TWALK);
    request.putU32(from);
    request.putU32(to);
    request.putU16(<u16>names.length);
    for (let i = 0; i < names.length; i++) request.putText(names[i]);
    const result = this.call();
    return result < 0 ? result : <i32>this.answer.getU16();
  }

  open(fid: u32, flags: u32 = OPEN_READ): i32 {
    const request = this.begin(TLOPEN);
    request.putU32(fid);
    request.putU32(flags);
    return this.call();
  }

  create(fid: u32, name: string, flags: u32): i32 {
    const request = this.begin(TLCREATE);
    request.putU32(fid);
    request.putText(name);
    request.putU32(flags);
    request.putU32(0o644);
    request.putU32(0);
    return this.call();
  }

  write(fid: u32, offset: u64, text: string): i32 {
    const request = this.begin(TWRITE);
    request.putU32(fid);
    request.putU64(offset);
    request.putU32(String.UTF8.byteLength(text));
    const bytes = String.UTF8.encode(text);
    request.putBytes(changetype<usize>(bytes), bytes.byteLength);
    const result = this.call();
    return result < 0 ? result : <i32>this.answer.getU32();
  }

  /** What a read answers, or "error N". */
  read(fid: u32, offset: u64, count: u32): string {
    const request = this.begin(TREAD);
    request.putU32(fid);
    request.putU64(offset);
    request.putU32(count);
    const result = this.call();
    if (result < 0) return "error " + result.toString();
    const length = this.answer.getU32();
    const data = this.answer.take(length);
    return String.UTF8.decodeUnsafe(data, length);
  }

  /**
   * The names that one Treaddir answers, without "." and "..", "/" behind directories; `next` is the offset behind
   * them.
   */
  list(fid: u32, offset: u64 = 0, count: u32 = 4096): string {
    const request = this.begin(TREADDIR);
    request.putU32(fid);
    request.putU64(offset);
    request.putU32(count);
    const result = this.call();
    if (result < 0) return "error " + result.toString();
    const end = this.answer.getU32();
    assert(end == this.answer.left);
    const names: string[] = [];
    while (this.answer.left > 0) {
      const isDirectory = this.answer.getU8() != 0;
      this.answer.take(12);
      this.next = this.answer.getU64();
      this.answer.getU8();
      const name = this.answer.getText();
      if (name != "." && name != "..") names.push(name + (isDirectory ? "/" : ""));
    }
    return names.join(" ");
  }

  next: u64 = 0;

  /** Bytes of a file, or a negative errno. */
  size(fid: u32): i64 {
    const request = this.begin(TGETATTR);
    request.putU32(fid);
    request.putU64(ATTRIBUTES_BASIC);
    const result = this.call();
    if (result < 0) return result;
    this.answer.take(8 + 13 + 4 + 4 + 4 + 8 + 8);
    return this.answer.getU64();
  }

  /** The number of a file, or a negative errno. */
  inode(fid: u32): i64 {
    const request = this.begin(TGETATTR);
    request.putU32(fid);
    request.putU64(ATTRIBUTES_BASIC);
    const result = this.call();
    if (result < 0) return result;
    this.answer.take(8 + 5);
    return this.answer.getU64();
  }

  set(fid: u32, what: u32, mode: u32, size: u64): i32 {
    const request = this.begin(TSETATTR);
    request.putU32(fid);
    request.putU32(what);
    request.putU32(mode);
    request.putU64(0);
    request.putU64(size);
    for (let i = 0; i < 4; i++) request.putU64(0);
    return this.call();
  }

  /** Blocks that are free, or a negative errno. */
  freeBlocks(fid: u32): i64 {
    this.begin(TSTATFS).putU32(fid);
    const result = this.call();
    if (result < 0) return result;
    this.answer.take(4 + 4 + 8);
    return this.answer.getU64();
  }

  makeDirectory(fid: u32, name: string): i32 {
    const request = this.begin(TMKDIR);
    request.putU32(fid);
    request.putText(name);
    request.putU32(0o755);
    request.putU32(0);
    return this.call();
  }

  unlink(fid: u32, name: string, flags: u32 = 0): i32 {
    const request = this.begin(TUNLINKAT);
    request.putU32(fid);
    request.putText(name);
    request.putU32(flags);
    return this.call();
  }

  renameAt(from: u32, name: string, to: u32, newName: string): i32 {
    const request = this.begin(TRENAMEAT);
    request.putU32(from);
    request.putText(name);
    request.putU32(to);
    request.putText(newName);
    return this.call();
  }

  rename(fid: u32, to: u32, newName: string): i32 {
    const request = this.begin(TRENAME);
    request.putU32(fid);
    request.putU32(to);
    request.putText(newName);
    return this.call();
  }

  remove(fid: u32): i32 {
    this.begin(TREMOVE).putU32(fid);
    return this.call();
  }

  clunk(fid: u32): i32 {
    this.begin(TCLUNK).putU32(fid);
    return this.call();
  }
}
