/*
 * Prints which of its lives this is, and dies. A static variable shows that every life starts with fresh memory.
 */
import { console } from "rumpk";
import { META_SELF } from "rumpk/abi";
import { meta } from "rumpk/raw";

let lives: i32 = 0;

export function main(args: string[]): i32 {
  lives++;
  console.log("life " + (<u32>(meta(META_SELF, 0, 0, 0) >> 16)).toString() + ", memory of " + lives.toString());
  return load<u8>(<usize>0xfffffff0);
}
