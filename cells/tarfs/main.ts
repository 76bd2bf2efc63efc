/*
 * The tar file system: serves the archive that the machine was given (device "rumpk,tar") over 9P2000.L. A
 * machine without one has an empty root. A broken archive is refused: one line, status 1.
 */

import { console } from "rumpk/console";
import { deviceLength, mapDevice } from "rumpk/mmio";
import { Service } from "rumpk/ninep/service";
import { Archive } from "./archive";
import { ArchiveFiles } from "./files";

export function main(args: string[]): i32 {
  const window = mapDevice(0);
  const archive = new Archive(window, <u64>max<i64>(deviceLength(0), 0));
  if (window >= 0) {
    const wrong = archive.scan();
    if (wrong !== null) {
      console.error("tarfs: the archive has " + wrong + " at byte " + archive.position.toString());
      return 1;
    }
  }
  new Service(new ArchiveFiles(archive)).run();
  return 0;
}
