/*
 * The memory file system: serves files that live in this cell's memory over 9P2000.L, for the VFS.
 */

import { SECOND, realTime } from "rumpk/clock";
import { Service } from "rumpk/ninep/service";
import { MemoryFiles } from "./files";

function seconds(): u64 {
  return realTime() / SECOND;
}

export function main(args: string[]): i32 {
  new Service(new MemoryFiles(seconds)).run();
  return 0;
}
