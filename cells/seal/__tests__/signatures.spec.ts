/*
 * The section `signature` while no table names a key: what is malformed is told from what is unsigned and from what
 * nobody known has signed.
 */
import { SEAL_TRUNCATED, SEAL_UNKNOWN_KEY, SEAL_UNSIGNED } from "rumpk/abi";
import { judgeSignatures, signedClasses } from "../signatures";

const hashes = new StaticArray<u8>(32);

function judge(section: StaticArray<u8>): u32 {
  return judgeSignatures(changetype<usize>(section), section.length, changetype<usize>(hashes), 1);
}

describe("signatures", () => {
  test("a section without a signature is unsigned", () => {
    expect(judge([1, 1, 1, 0])).toBe(SEAL_UNSIGNED);
    expect(judge([1, 1, 1, 1, 2, 0, 0])).toBe(SEAL_UNSIGNED);
  });

  test("a signature that no known key made is of an unknown key", () => {
    expect(judge([1, 1, 1, 1, 7, 0, 1, 4, 0, 1, 1, 0xaa])).toBe(SEAL_UNKNOWN_KEY);
    expect(signedClasses()).toBe(0);
  });

  test("another version, a wrong length anywhere, and bytes left over are malformed", () => {
    expect(judge([])).toBe(SEAL_TRUNCATED);
    expect(judge([2, 1, 1, 0])).toBe(SEAL_TRUNCATED);
    expect(judge([1, 1, 1, 1])).toBe(SEAL_TRUNCATED);
    expect(judge([1, 1, 1, 0, 0])).toBe(SEAL_TRUNCATED);
    expect(judge([1, 1, 1, 1, 3, 0, 0])).toBe(SEAL_TRUNCATED);
    expect(judge([1, 1, 1, 1, 7, 0, 1, 5, 0, 1, 1, 0xaa])).toBe(SEAL_TRUNCATED);
    expect(judge([1, 1, 1, 1, 7, 0, 1, 4, 0, 2, 1, 0xaa])).toBe(SEAL_TRUNCATED, "no Ed25519");
    expect(judge([1, 1, 1, 1, 2, 9, 0])).toBe(SEAL_TRUNCATED, "more hashes than bytes");
  });
});
