/*
 * Device "rumpk,block" (assembly/abi/block.ts) over WASI: a file in the folder that the command line gave with
 * `--dir FOLDER::rumpk-disk`, behind all others; the word `disk=NAME` is the file's name. The whole window is memory; only
 * a store to `request` does something. What is less than a sector at the file's end is left out.
 */
import * as device from "../../assembly/abi/block";
import { BlockRegisters } from "../../assembly/abi/block";
import { EINVAL, EIO } from "../../assembly/abi/errno";
import { errnoOf } from "./errors";
import * as wasi from "./wasi";

/** The guest path of the folder. */
export const DISK_FOLDER: string = "rumpk-disk";

const base: usize = memory.data(8192, 8);
const registers = changetype<BlockRegisters>(base);
const status = changetype<wasi.FileStatus>(memory.data(64, 8));
const vector = changetype<wasi.Vector>(memory.data(8, 8));
const out: usize = memory.data(8, 8);
let file: u32 = 0;
let sectors: u64 = 0;

/** Opens the file `name` in the folder that is descriptor `folder`: 0, or a negative errno. */
export function diskOpen(folder: u32, name: string): i32 {
  const path = changetype<usize>(String.UTF8.encode(name));
  const length = String.UTF8.byteLength(name);
  const unknown = wasi.pathFilestatGet(folder, 0, path, length, changetype<usize>(status));
  if (unknown != 0) return errnoOf(unknown);
  if (<u8>status.type != wasi.TYPE_FILE) return EINVAL;
  const rights = wasi.RIGHT_READ | wasi.RIGHT_WRITE | wasi.RIGHT_SYNC;
  const failed = wasi.pathOpen(folder, 0, path, length, 0, rights, 0, 0, out);
  if (failed != 0) return errnoOf(failed);
  file = load<u32>(out);
  sectors = status.size / device.BLOCK_SECTOR;
  registers.sectors = sectors;
  return 0;
}

/** Whether there is a disk. */
export function hasDisk(): bool {
  return sectors > 0;
}

/** Reads 1, 2 or 4 bytes of the window. */
export function diskLoad(offset: u32, width: u32): u32 {
  if (width == 1) return load<u8>(base + offset);
  return width == 2 ? load<u16>(base + offset) : load<u32>(base + offset);
}

/** Writes to the window. A request is done before this returns. */
export function diskStore(offset: u32, value: u32, width: u32): void {
  if (width == 1) store<u8>(base + offset, <u8>value);
  else if (width == 2) store<u16>(base + offset, <u16>value);
  else store<u32>(base + offset, value);
  if (offset != offsetof<BlockRegisters>("request") || width != 4) return;
  registers.result = serve(value);
  registers.sectors = sectors;
}

function serve(request: u32): i32 {
  if (request == device.BLOCK_FLUSH) return errnoOf(wasi.fdSync(file));
  const count = registers.count;
  const sector = registers.sector;
  if (request != device.BLOCK_READ && request != device.BLOCK_WRITE) return EINVAL;
  if (count > device.BLOCK_COUNT_MAX || sector > sectors || count > sectors - sector) return EINVAL;
  vector.bytes = base + device.BLOCK_DATA;
  vector.length = count * device.BLOCK_SECTOR;
  const at = sector * device.BLOCK_SECTOR;
  const failed =
    request == device.BLOCK_READ
      ? wasi.fdPread(file, changetype<usize>(vector), 1, at, out)
      : wasi.fdPwrite(file, changetype<usize>(vector), 1, at, out);
  if (failed != 0) return errnoOf(failed);
  return load<u32>(out) == vector.length ? 0 : EIO;
}
