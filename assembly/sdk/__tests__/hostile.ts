/*
 * Seeded hostile clients: requests of every kind with wrong lengths, fields and order, and plain noise. What
 * a server may do with them is answer, once each and well-formed; `isAnswer` says whether it did.
 */
import { HEADER_SIZE, QID_SIZE, RLERROR } from "../ninep/types";
import { Writer } from "../ninep/writer";

/** Bytes of a hostile message at most. */
export const HOSTILE_MAX: u32 = 600;

/** Types of request that a hostile client sends, those that no server knows among them. */
const TYPES: StaticArray<u8> = [
  8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 32, 40, 50, 52, 54, 70, 72, 74, 76, 100, 102, 104, 108, 110, 116, 118, 120,
  122, 6, 7, 0, 255,
];
/** Types that lead on: most requests are of these, so that there is something to harm. */
const USUAL: StaticArray<u8> = [
  12, 14, 14, 14, 20, 26, 72, 72, 72, 74, 74, 76, 104, 110, 110, 110, 110, 110, 110, 110, 116, 118, 118, 118, 120, 120,
];
/** Names that lead somewhere, or should not. */
const NAMES: StaticArray<string> = [
  "a",
  "a",
  "a",
  "b",
  "b",
  "tmp",
  "tmp",
  "tmp",
  "sysro",
  "..",
  "..",
  ".",
  "",
  "a/b",
  "x".repeat(255),
  "x".repeat(256),
  "\0",
  "\u00fc",
];
/** Numbers where servers go wrong. */
const EDGES: StaticArray<u64> = [
  0, 1, 2, 3, 7, 11, 255, 256, 4095, 4096, 8188, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
  0x8000000000000000, 0xffffffffffffffff,
];

export class Hostile {
  readonly message: StaticArray<u8> = new StaticArray<u8>(HOSTILE_MAX);
  length: u32 = 0;
  private walked: u32 = 1;
  private readonly writer!: Writer;

  constructor(private state: u32) {
    this.writer = new Writer(changetype<usize>(this.message), HOSTILE_MAX);
  }

  /** A number below `limit`. */
  below(limit: u32): u32 {
    this.state ^= this.state << 13;
    this.state ^= this.state >> 17;
    this.state ^= this.state << 5;
    return <u32>((<u64>(this.state * 0x2545f491) * limit) >> 32);
  }

  /** Makes the next message. */
  make(): void {
    const writer = this.writer;
    writer.begin(this.type(), <u16>this.below(0x10000));
    this.fields(load<u8>(writer.base, 4));
    this.length = writer.end();
    if (this.length == 0) this.length = this.below(HOSTILE_MAX);
    const damage = this.below(16);
    if (damage == 0) this.length = this.below(this.length + 1);
    if (damage == 1) store<u32>(writer.base, this.edge());
    if (damage == 2 && this.length > 0) this.message[this.below(this.length)] ^= <u8>this.below(256);
    if (damage == 3) this.noise();
  }

  /** The type of the next message; Tversion, which makes all forgotten, is rare. */
  private type(): u8 {
    if (this.below(3) > 0) return USUAL[this.below(USUAL.length)];
    const type = TYPES[this.below(TYPES.length)];
    return type == 100 && this.below(4) > 0 ? 110 : type;
  }

  /** Fields as the request should have them, filled at random; fids are few, so that most of them exist. */
  private fields(type: u8): void {
    const writer = this.writer;
    if (type == 100) {
      writer.putU32(this.below(4) == 0 ? this.edge() : 8188);
      writer.putText(this.below(4) == 0 ? "9P2000" : "9P2000.L");
      return;
    }
    writer.putU32(type == 104 || (type == 110 && this.below(2) == 0) ? this.root() : this.fid());
    switch (type) {
      case 104:
        writer.putU32(0xffffffff);
        writer.putText("");
        writer.putText("");
        return writer.putU32(0xffffffff);
      case 110:
        return this.walk();
      case 12:
        return writer.putU32(this.below(4) | (this.below(3) << 9));
      case 24:
        return writer.putU64(this.edge64());
      case 40:
      case 116:
        writer.putU64(this.edge64());
        return writer.putU32(this.edge());
      case 118:
        return this.write();
      case 26:
        writer.putU32(this.below(0x200));
        for (let i = 0; i < 3; i++) writer.putU32(this.edge());
        for (let i = 0; i < 5; i++) writer.putU64(this.edge64());
        return;
      case 74:
        writer.putText(this.name());
        writer.putU32(this.fid());
        return writer.putText(this.name());
      case 20:
        writer.putU32(this.fid());
        return writer.putText(this.name());
    }
    this.entry(type);
  }

  /** Requests with a name and some numbers behind it. */
  private entry(type: u8): void {
    const numbers = type == 14 ? 3 : type == 72 ? 2 : type == 76 ? 1 : 0;
    if (numbers > 0) this.writer.putText(this.name());
    for (let i = 0; i < numbers; i++) this.writer.putU32(this.below(2) == 0 ? 0x200 : this.below(4));
  }

  private walk(): void {
    const count = this.below(4) == 0 ? this.below(20) : this.below(3);
    this.walked = 1 + this.below(5);
    this.writer.putU32(this.walked);
    this.writer.putU16(<u16>count);
    for (let i: u32 = 0; i < count; i++) this.writer.putText(this.name());
  }

  private write(): void {
    const count = this.below(200);
    this.writer.putU64(this.below(2) == 0 ? this.below(10000) : this.edge64());
    this.writer.putU32(this.below(8) == 0 ? this.edge() : count);
    this.writer.take(count);
  }

  private noise(): void {
    this.length = this.below(HOSTILE_MAX);
    for (let i: u32 = 0; i < this.length; i++) this.message[i] = <u8>this.below(256);
  }

  private name(): string {
    return NAMES[this.below(NAMES.length)];
  }

  /** Mostly a fid that stays the root: what else is known starts there. */
  private root(): u32 {
    return this.below(16) == 0 ? this.fid() : 0;
  }

  /** Often the fid that was walked last. */
  private fid(): u32 {
    if (this.below(16) == 0) return this.edge();
    return this.below(2) == 0 ? this.walked : 1 + this.below(5);
  }

  private edge(): u32 {
    return <u32>this.edge64();
  }

  private edge64(): u64 {
    return EDGES[this.below(EDGES.length)];
  }

  /** Whether `length` bytes at `answer` answer the message: its type + 1, or an error, with its tag and a true size. */
  isAnswer(answer: usize, length: u32, capacity: u32): bool {
    if (length < HEADER_SIZE || length > capacity || load<u32>(answer) != length) return false;
    const type = load<u8>(answer, 4);
    const asked = this.length > 4 ? this.message[4] : 0;
    const tag: u16 = this.length >= HEADER_SIZE ? load<u16>(changetype<usize>(this.message), 5) : 0;
    if (this.length >= HEADER_SIZE && load<u16>(answer, 5) != tag) return false;
    if (type == RLERROR) return length == HEADER_SIZE + 4 && <i32>load<u32>(answer, 7) > 0;
    return type == asked + 1 && hasFields(type, length);
  }
}

/** Whether an answer of this type can be that short. */
function hasFields(type: u8, length: u32): bool {
  const least: u32 = type == 13 || type == 15 ? QID_SIZE + 4 : type == 25 ? 153 : type == 9 ? 60 : 0;
  return length >= HEADER_SIZE + least;
}
