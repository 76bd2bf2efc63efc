/*
 * The 9P codec: what is written reads back, what does not fit or is not whole is told and touches nothing.
 */
import { splitPath } from "../ninep/path";
import { Reader } from "../ninep/reader";
import { HEADER_SIZE, TWALK } from "../ninep/types";
import { Writer } from "../ninep/writer";

const SIZE: i32 = 256;
const GUARD: u8 = 0xa5;

function freshBuffer(): StaticArray<u8> {
  const buffer = new StaticArray<u8>(SIZE);
  buffer.fill(GUARD);
  return buffer;
}

describe("Writer and Reader", () => {
  test("every kind of field comes back", () => {
    const buffer = freshBuffer();
    const writer = new Writer(changetype<usize>(buffer), SIZE);
    writer.begin(TWALK, 7);
    writer.putU8(0xfe);
    writer.putU16(0xfedc);
    writer.putU32(0xfedcba98);
    writer.putU64(0xfedcba9876543210);
    writer.putText("gr\u00fc\u00dfe");
    writer.putQid(0x80, 42);
    const length = writer.end();
    expect(length).toBe(7 + 1 + 2 + 4 + 8 + 2 + 7 + 13);
    const reader = new Reader();
    reader.begin(changetype<usize>(buffer), length);
    expect(reader.type).toBe(TWALK);
    expect(reader.tag).toBe(7);
    expect(reader.getU8()).toBe(0xfe);
    expect(reader.getU16()).toBe(0xfedc);
    expect(reader.getU32()).toBe(0xfedcba98);
    expect(reader.getU64()).toBe(0xfedcba9876543210);
    expect(reader.getText()).toBe("gr\u00fc\u00dfe");
    expect(reader.complete).toBe(false);
    expect(reader.getU8()).toBe(0x80);
    reader.getU32();
    expect(reader.getU64()).toBe(42);
    expect(reader.complete).toBe(true);
  });

  test("what does not fit is not written", () => {
    for (let capacity: u32 = 0; capacity < 20; capacity++) {
      const buffer = freshBuffer();
      const writer = new Writer(changetype<usize>(buffer), capacity);
      writer.begin(TWALK, 1);
      writer.putU32(1);
      writer.putText("names");
      writer.putU64(2);
      expect(writer.end()).toBe(0);
      for (let i = <i32>capacity; i < SIZE; i++) expect(buffer[i]).toBe(GUARD);
    }
  });

  test("a text longer than its length field can say overflows", () => {
    const buffer = new StaticArray<u8>(70000);
    const writer = new Writer(changetype<usize>(buffer), 70000);
    writer.begin(TWALK, 1);
    writer.putText("x".repeat(65536));
    expect(writer.end()).toBe(0);
  });

  test("a size that is not the message's is bad", () => {
    const buffer = freshBuffer();
    const writer = new Writer(changetype<usize>(buffer), SIZE);
    writer.begin(TWALK, 1);
    writer.putU32(5);
    const length = writer.end();
    const reader = new Reader();
    reader.begin(changetype<usize>(buffer), length - 1);
    expect(reader.bad).toBe(true);
    reader.begin(changetype<usize>(buffer), length + 1);
    expect(reader.bad).toBe(true);
    reader.begin(changetype<usize>(buffer), length);
    expect(reader.bad).toBe(false);
    expect(reader.getU32()).toBe(5);
  });

  test("a field that is cut reads as nothing and stays bad", () => {
    const buffer = freshBuffer();
    const writer = new Writer(changetype<usize>(buffer), SIZE);
    writer.begin(TWALK, 1);
    writer.putU16(500);
    const reader = new Reader();
    reader.begin(changetype<usize>(buffer), writer.end());
    expect(reader.getText()).toBe("");
    expect(reader.bad).toBe(true);
    expect(reader.getU8()).toBe(0);
    expect(reader.complete).toBe(false);
  });

  test("messages shorter than a header are bad", () => {
    const buffer = freshBuffer();
    for (let length: u32 = 0; length < HEADER_SIZE; length++) {
      const reader = new Reader();
      reader.begin(changetype<usize>(buffer), length);
      expect(reader.bad).toBe(true);
    }
  });
});

describe("splitPath", () => {
  test("slashes, dots and parents", () => {
    expect(splitPath("/a//b/./c/").join("|")).toBe("a|b|c");
    expect(splitPath("a/../b").join("|")).toBe("b");
    expect(splitPath("/../../x").join("|")).toBe("x");
    expect(splitPath("/").length).toBe(0);
    expect(splitPath("").length).toBe(0);
    expect(splitPath("...").join("|")).toBe("...");
  });
});
