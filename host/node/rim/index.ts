/*
 * The rim of the Node machine: everything that touches Node itself, and the board's module "host"
 * (assembly/board/host.ts) made from it. Nothing else in host/node imports from "node:", so that the machine could run
 * elsewhere with another rim.
 *
 *   console.ts split.ts   bytes in and out       files.ts   the built system's files
 *   folders.ts disk.ts    files of the host      clock.ts sleep.ts
 */
import type { BoardHost } from "../board.js";
import type { Console } from "./console.js";
import { createDisk } from "./disk.js";
import { createFolders, type Folder } from "./folders.js";

/** Makes the board's host over the board's memory. `wake` is called when an interrupt line becomes deliverable. */
export function createBoardHost(
  line: Console,
  folders: readonly Folder[],
  disk: number | null,
  wake: () => void,
): (memory: () => Uint8Array) => BoardHost {
  return (memory) => ({
    receive: line.receive,
    can_transmit: line.canTransmit,
    transmit: line.transmit,
    wake,
    ...createFolders(folders, memory),
    ...createDisk(disk, memory),
  });
}
