/*
 * Numbers of WebAssembly: what is below 2^32, and what is none.
 */
import { numberFrom } from "../numbers";

let bytes: StaticArray<u8> = [];
let at: i32 = 0;

function next(): i32 {
  return at < bytes.length ? bytes[at++] : -1;
}

function read(from: StaticArray<u8>): i64 {
  bytes = from;
  at = 0;
  return numberFrom(next);
}

describe("numbers", () => {
  test("each length that there is", () => {
    expect(read([0])).toBe(0);
    expect(read([0x7f])).toBe(127);
    expect(read([0x80, 0x01])).toBe(128);
    expect(read([0xe5, 0x8e, 0x26])).toBe(624485);
    expect(read([0xff, 0xff, 0xff, 0xff, 0x0f])).toBe(0xffffffff);
    expect(read([0x80, 0x80, 0x00])).toBe(0, "zeros in front");
  });

  test("what ends too early, is too long or too large is none", () => {
    expect(read([])).toBe(-1);
    expect(read([0x80])).toBe(-1);
    expect(read([0xff, 0xff, 0xff, 0xff, 0x1f])).toBe(-1);
    expect(read([0x80, 0x80, 0x80, 0x80, 0x80, 0x00])).toBe(-1);
  });

  test("it takes no byte too many", () => {
    read([0x81, 0x01, 0x55]);
    expect(at).toBe(2);
  });
});
