/*
 * What a server says about a file, as a program sees it.
 */

import { EIO } from "../../abi/errno";
import { session } from "./session";
import { ATTRIBUTES_BASIC, MODE_DIRECTORY, MODE_TYPE, TGETATTR } from "./types";

/** What is known about a file. */
export class Stat {
  /** Type and permissions, as in Unix. */
  mode: u32 = 0;
  /** Bytes. */
  size: u64 = 0;
  /** Last change, in seconds since 1970. */
  modified: i64 = 0;
  /** The number of the file: different for every mounted file, whatever its path. */
  inode: u64 = 0;

  /** True for a directory. */
  get isDirectory(): bool {
    return (this.mode & MODE_TYPE) == MODE_DIRECTORY;
  }
}

/** Asks for the attributes of the file that `fid` stands for: 0 or a negative errno. */
export function readStat(fid: u32, into: Stat): i32 {
  const request = session.begin(TGETATTR);
  request.putU32(fid);
  request.putU64(ATTRIBUTES_BASIC);
  const result = session.call();
  if (result < 0) return result;
  const answer = session.answer;
  answer.take(8 + 1 + 4);
  into.inode = answer.getU64();
  into.mode = answer.getU32();
  answer.take(4 + 4 + 8 + 8);
  into.size = answer.getU64();
  answer.take(8 + 8 + 8 + 8);
  into.modified = <i64>answer.getU64();
  return answer.bad ? EIO : 0;
}
