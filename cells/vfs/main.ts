/*
 * The virtual file system: serves all files of the system as one tree on port 0x2000, each server's where its manifest
 * mounts them, and lets no client do more than it promised and unveiled.
 *
 * Arguments:
 *   host=PATH    a folder of the host, served by hostfs, is mounted there
 */

import { console } from "rumpk/console";
import { NEVER, Event } from "rumpk/abi";
import { EVENTS, nextEvent } from "rumpk/events";
import { wait } from "rumpk/raw";
import { Kernel } from "./kernel";
import { Mounts } from "./mounts";
import { Vfs } from "./vfs";

const HOST: string = "host=";

export function main(args: string[]): i32 {
  const kernel = new Kernel();
  const mounts = new Mounts(kernel);
  for (let i = 0; i < args.length; i++) {
    const path = args[i].startsWith(HOST) ? args[i].substring(HOST.length) : "";
    if (path.length > 0 && !mounts.addHost(path)) console.error("vfs: nothing can be mounted at " + path);
  }
  const vfs = new Vfs(kernel, mounts);
  const event = changetype<Event>(memory.data(32));
  vfs.connectAll();
  while (true) {
    const ready = <u64>wait(vfs.watched | (1 << EVENTS), NEVER);
    while (nextEvent(event)) vfs.take(event);
    vfs.serve(ready);
  }
}
