/*
 * A file of the host for the device "rumpk,block", over node:fs.
 */
import * as fs from "node:fs";
import { EIO } from "../../abi.js";
import { MachineError } from "../errors.js";
import { errnoOf } from "./errno.js";

/** What the board asks of the disk. */
export interface Disk {
  block_read(at: bigint, bytes: number, length: number): number;
  block_write(at: bigint, bytes: number, length: number): number;
  block_flush(): number;
}

/** An open disk file, and its size in bytes. */
export interface DiskFile {
  readonly fd: number;
  readonly bytes: bigint;
}

/** Opens the disk's file. Throws a MachineError that names it if that fails. */
export function openDisk(path: string): DiskFile {
  try {
    const fd = fs.openSync(path, "r+");
    return { fd, bytes: fs.fstatSync(fd, { bigint: true }).size };
  } catch (error) {
    throw new MachineError(`disk ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

/** The disk in an open file, over the board's memory. Without a file no device uses it. */
export function createDisk(file: number | null, memory: () => Uint8Array): Disk {
  const fd = file ?? -1;
  return {
    block_read: (at, bytes, length) =>
      errnoOf(() => whole(fs.readSync(fd, memory(), bytes, length, Number(at)), length)),
    block_write: (at, bytes, length) =>
      errnoOf(() => whole(fs.writeSync(fd, memory(), bytes, length, Number(at)), length)),
    block_flush: () =>
      errnoOf(() => {
        fs.fsyncSync(fd);
        return 0;
      }),
  };
}

function whole(done: number, length: number): number {
  return done === length ? 0 : EIO;
}
