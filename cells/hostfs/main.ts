/*
 * Folders of the host as files: serves what the machine's device "rumpk,hostdir" offers over 9P2000.L on port 0x2003. A
 * client that attaches with a guest path gets that folder. Without the device the cell says so in one line and exits
 * with status 1.
 */

import { console } from "rumpk/console";
import { mapDevice } from "rumpk/mmio";
import { Service } from "rumpk/ninep/service";
import { entropy } from "rumpk/self";
import { HostFiles } from "./files";
import { Mailbox } from "./mailbox";

export function main(args: string[]): i32 {
  const window = mapDevice(0);
  if (window < 0) {
    console.error("hostfs: this machine offers no folder of its host");
    return 1;
  }
  const key = load<u64>(entropy(8).dataStart);
  new Service(new HostFiles(new Mailbox(window), key)).run();
  return 0;
}
