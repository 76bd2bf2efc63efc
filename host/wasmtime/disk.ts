/*
 * A file for the device "rumpk,block", over WASI: in the folder from the command line's `--dir FOLDER::rumpk-disk`,
 * after all others; the word `disk=NAME` is the file's name.
 */
import { EINVAL, EIO } from "../../assembly/abi/errno";
import { errnoOf } from "./errors";
import * as wasi from "./wasi";

/** The guest path of the folder. */
export const DISK_FOLDER: string = "rumpk-disk";

const status = changetype<wasi.FileStatus>(memory.data(64, 8));
const vector = changetype<wasi.Vector>(memory.data(8, 8));
const out: usize = memory.data(8, 8);
let file: u32 = 0;

/** Opens the file `name` in the folder with descriptor `folder`; returns its size in bytes, or a negative errno. */
export function diskOpen(folder: u32, name: string): i64 {
  const path = changetype<usize>(String.UTF8.encode(name));
  const length = String.UTF8.byteLength(name);
  const unknown = wasi.pathFilestatGet(folder, 0, path, length, changetype<usize>(status));
  if (unknown != 0) return errnoOf(unknown);
  if (<u8>status.type != wasi.TYPE_FILE) return EINVAL;
  const rights = wasi.RIGHT_READ | wasi.RIGHT_WRITE | wasi.RIGHT_SYNC;
  const failed = wasi.pathOpen(folder, 0, path, length, 0, rights, 0, 0, out);
  if (failed != 0) return errnoOf(failed);
  file = load<u32>(out);
  return <i64>status.size;
}

export function blockRead(at: u64, bytes: usize, length: u32): i32 {
  vector.bytes = bytes;
  vector.length = length;
  return moved(wasi.fdPread(file, changetype<usize>(vector), 1, at, out), length);
}

export function blockWrite(at: u64, bytes: usize, length: u32): i32 {
  vector.bytes = bytes;
  vector.length = length;
  return moved(wasi.fdPwrite(file, changetype<usize>(vector), 1, at, out), length);
}

function moved(failed: i32, length: u32): i32 {
  if (failed != 0) return errnoOf(failed);
  return load<u32>(out) == length ? 0 : EIO;
}

export function blockFlush(): i32 {
  return errnoOf(wasi.fdSync(file));
}
