/*
 * SipHash-2-4 against the reference vectors of its authors: key 00 01 .. 0f, input 00 01 .. (length - 1).
 */
import { siphash, siphashKey, siphashReset } from "../siphash";
import { SCRATCH_PATH } from "../tables";
import { freshKernel } from "../../__tests__/machine";

function vector(length: u32): u64 {
  siphashKey(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  for (let i: u32 = 0; i < length; ++i) store<u8>(SCRATCH_PATH + i, <u8>i);
  return siphash(SCRATCH_PATH, length);
}

describe("SipHash-2-4", () => {
  test("gives the reference values", () => {
    expect<u64>(vector(0)).toBe(0x726fdb47dd0e0e31);
    expect<u64>(vector(1)).toBe(0x74f839c593dc67fd);
    expect<u64>(vector(2)).toBe(0x0d6c8009d9a94f5a);
    expect<u64>(vector(15)).toBe(0xa129ca6149be45e5);
  });
  test("depends on the key, which is another one after each boot", () => {
    freshKernel();
    siphashReset();
    const one = siphash(SCRATCH_PATH, 8);
    siphashReset();
    expect<u64>(siphash(SCRATCH_PATH, 8)).not.toBe(one);
  });
});
