/*
 * Reading a package through the kernel: bytes in order across chunks, and both hashes.
 */
import { beginParts, byte, endPart, finish, open, position, read } from "../stream";


@external("machine", "put_package")
declare function putPackage(pointer: usize, length: usize): void;

/** SHA-256 of "abc" and of nothing, as FIPS 180-4 and everybody has them. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const out = new StaticArray<u8>(32);

function hexadecimal(): string {
  let text = "";
  for (let i = 0; i < out.length; i++) text += out[i].toString(16).padStart(2, "0");
  return text;
}

function put(text: string): void {
  const bytes = String.UTF8.encode(text);
  putPackage(changetype<usize>(bytes), bytes.byteLength);
  open();
}

describe("the stream of a package", () => {
  test("the hash over everything covers what was not looked at", () => {
    put("abc");
    expect(byte()).toBe(0x61);
    finish(changetype<usize>(out));
    expect(hexadecimal()).toBe(ABC);
    put("");
    finish(changetype<usize>(out));
    expect(hexadecimal()).toBe(NOTHING);
  });

  test("the hash over parts begins where it is told to, and goes on behind each part", () => {
    put("xxabcy");
    expect(read(0, 2)).toBe(2);
    beginParts();
    endPart(changetype<usize>(out));
    expect(hexadecimal()).toBe(NOTHING);
    expect(read(0, 3)).toBe(3);
    endPart(changetype<usize>(out));
    expect(hexadecimal()).toBe(ABC);
  });

  test("bytes come in order across chunks, and then the end", () => {
    put("0123456789".repeat(1000));
    for (let i = 0; i < 10000; i++) {
      if (byte() != 0x30 + (i % 10)) expect(i).toBe(10000, "a wrong byte here");
    }
    expect(position()).toBe(10000);
    expect(byte()).toBe(-1);
    expect(read(0, 1)).toBe(0);
  });
});
