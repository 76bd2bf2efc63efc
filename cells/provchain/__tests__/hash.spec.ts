/*
 * The chain's hash: one run of bytes, and two that lie apart.
 */
import { HASH_SIZE } from "rumpk/abi";
import { hash, hashPair } from "../hash";

/** BLAKE3 of nothing, from its authors' test vectors. */
const NOTHING = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

const text: ArrayBuffer = String.UTF8.encode("a link and the event behind it");
const whole = new StaticArray<u8>(HASH_SIZE);
const parts = new StaticArray<u8>(HASH_SIZE);

function hexadecimal(bytes: StaticArray<u8>): string {
  let out = "";
  for (let i = 0; i < bytes.length; i++) out += bytes[i].toString(16).padStart(2, "0");
  return out;
}

describe("the chain's hash", () => {
  test("it is BLAKE3", () => {
    hash(0, 0, changetype<usize>(whole));
    expect(hexadecimal(whole)).toBe(NOTHING);
  });

  test("two runs are hashed as one", () => {
    const at = changetype<usize>(text);
    const length = <u32>text.byteLength;
    hash(at, length, changetype<usize>(whole));
    for (let cut: u32 = 0; cut <= length; cut++) {
      hashPair(at, cut, at + cut, length - cut, changetype<usize>(parts));
      expect(hexadecimal(parts)).toBe(hexadecimal(whole));
    }
  });

  test("the result may take the place of the first run", () => {
    hash(changetype<usize>(text), 4, changetype<usize>(parts));
    hashPair(changetype<usize>(parts), HASH_SIZE, changetype<usize>(text), 4, changetype<usize>(whole));
    hashPair(changetype<usize>(parts), HASH_SIZE, changetype<usize>(text), 4, changetype<usize>(parts));
    expect(hexadecimal(parts)).toBe(hexadecimal(whole));
  });
});
