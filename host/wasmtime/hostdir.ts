/*
 * Device "rumpk,hostdir" (assembly/abi/hostdir.ts) over WASI: its folders are those that the command line gave with
 * `--dir HOST::GUEST`. The whole window is memory; only a store to `request` does something. Nothing outside a folder can
 * be reached, because WASI resolves every path below the folder's descriptor.
 *
 * WASI lists a directory in the layout of HostdirEntry, but for the numbers of the types.
 */
import { EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG } from "../../assembly/abi/errno";
import * as device from "../../assembly/abi/hostdir";
import { HostdirEntry, HostdirRegisters } from "../../assembly/abi/hostdir";
import { errnoOf } from "./errors";
import * as wasi from "./wasi";

const DOT: u8 = 0x2e;
/** Bytes of a name that is "." or "..", at most. */
const DOTS_MAX: u32 = 2;
/** Longest guest path. */
const NAME_MAX: u32 = 1024;

const base: usize = memory.data(16384, 8);
const registers = changetype<HostdirRegisters>(base);
const path: usize = base + device.HOSTDIR_PATH;
const data: usize = base + device.HOSTDIR_DATA;
const status = changetype<wasi.FileStatus>(memory.data(64, 8));
const vector = changetype<wasi.Vector>(memory.data(8, 8));
const out: usize = memory.data(8, 8);
let folders: u32 = 0;

/** Finds the folders in front of the one that is called `last`, if there is any; answers how many there are. */
export function hostdirOpen(last: string): u32 {
  while (wasi.fdPrestatGet(wasi.FIRST_FOLDER + folders, out) == 0 && hostdirName(folders) != last) folders++;
  registers.folders = folders;
  return folders;
}

/** The guest path of a folder. */
export function hostdirName(folder: u32): string {
  registers.folder = folder;
  const length = takeName();
  return length < 0 ? "" : String.UTF8.decodeUnsafe(data, length);
}

/** Reads 1, 2 or 4 bytes of the window. */
export function hostdirLoad(offset: u32, width: u32): u32 {
  if (width == 1) return load<u8>(base + offset);
  return width == 2 ? load<u16>(base + offset) : load<u32>(base + offset);
}

/** Writes to the window. A request is done before this returns. */
export function hostdirStore(offset: u32, value: u32, width: u32): void {
  if (width == 1) store<u8>(base + offset, <u8>value);
  else if (width == 2) store<u16>(base + offset, <u16>value);
  else store<u32>(base + offset, value);
  if (offset != offsetof<HostdirRegisters>("request") || width != 4) return;
  registers.result = serve(value);
  registers.folders = folders;
}

function serve(request: u32): i32 {
  if (registers.folder >= folders || registers.length > device.HOSTDIR_DATA_MAX) return EINVAL;
  if (registers.pathLength > device.HOSTDIR_PATH_MAX) return ENAMETOOLONG;
  if (registers.pathLength == 0) {
    store<u8>(path, DOT);
    registers.pathLength = 1;
  }
  switch (request) {
    case device.HOSTDIR_NAME:
      return takeName();
    case device.HOSTDIR_STAT:
      return statistics();
    case device.HOSTDIR_LIST:
      return withOpen(wasi.OPEN_DIRECTORY, wasi.RIGHT_LIST, listEntries);
    case device.HOSTDIR_READ:
      return withFile(wasi.RIGHT_READ, readPart);
    case device.HOSTDIR_WRITE:
      return withFile(wasi.RIGHT_WRITE, writePart);
    case device.HOSTDIR_CREATE:
      return withOpen(wasi.OPEN_CREATE | wasi.OPEN_EXCLUSIVE, wasi.RIGHT_WRITE, () => 0);
    case device.HOSTDIR_RESIZE:
      return withFile(wasi.RIGHT_WRITE | wasi.RIGHT_RESIZE, resize);
    case device.HOSTDIR_SYNC:
      return withFile(wasi.RIGHT_WRITE | wasi.RIGHT_SYNC, (fd) => errnoOf(wasi.fdSync(fd)));
    case device.HOSTDIR_MAKE_DIRECTORY:
      return errnoOf(wasi.pathCreateDirectory(folderFd(), path, registers.pathLength));
    case device.HOSTDIR_REMOVE:
      return errnoOf(wasi.pathUnlinkFile(folderFd(), path, registers.pathLength));
    case device.HOSTDIR_REMOVE_DIRECTORY:
      return errnoOf(wasi.pathRemoveDirectory(folderFd(), path, registers.pathLength));
    case device.HOSTDIR_TOUCH:
      return touch();
    case device.HOSTDIR_RENAME:
      return rename();
    default:
      return EINVAL;
  }
}

function folderFd(): u32 {
  return wasi.FIRST_FOLDER + registers.folder;
}

function takeName(): i32 {
  const failed = wasi.fdPrestatGet(folderFd(), out);
  if (failed != 0) return errnoOf(failed);
  const length = load<u32>(out, 4);
  if (length > NAME_MAX) return ENAMETOOLONG;
  const unread = wasi.fdPrestatDirName(folderFd(), data, length);
  return unread == 0 ? <i32>length : errnoOf(unread);
}

function statistics(): i32 {
  const failed = wasi.pathFilestatGet(folderFd(), 0, path, registers.pathLength, changetype<usize>(status));
  if (failed != 0) return errnoOf(failed);
  registers.kind = kindOf(<u8>status.type);
  registers.size = status.size;
  registers.modified = status.modified;
  registers.identity = status.inode;
  return 0;
}

function touch(): i32 {
  const what = wasi.SET_MODIFIED;
  return errnoOf(wasi.pathFilestatSetTimes(folderFd(), 0, path, registers.pathLength, 0, registers.offset, what));
}

function kindOf(type: u8): u32 {
  if (type == wasi.TYPE_FILE) return device.HOSTDIR_FILE;
  if (type == wasi.TYPE_DIRECTORY) return device.HOSTDIR_DIRECTORY;
  return type == wasi.TYPE_LINK ? device.HOSTDIR_LINK : device.HOSTDIR_OTHER;
}

function rename(): i32 {
  const fd = folderFd();
  return errnoOf(wasi.pathRename(fd, path, registers.pathLength, fd, data, registers.length));
}

/** Opens what the path names, works with it, and closes it. */
function withOpen(flags: u32, rights: u64, work: (fd: u32) => i32): i32 {
  const failed = wasi.pathOpen(folderFd(), 0, path, registers.pathLength, flags, rights, 0, 0, out);
  if (failed != 0) return errnoOf(failed);
  const fd = load<u32>(out);
  const result = work(fd);
  wasi.fdClose(fd);
  return result;
}

/** The same for a file; opening anything else might wait for ever. */
function withFile(rights: u64, work: (fd: u32) => i32): i32 {
  const failed = statistics();
  if (failed < 0) return failed;
  if (registers.kind == device.HOSTDIR_DIRECTORY) return EISDIR;
  if (registers.kind != device.HOSTDIR_FILE) return registers.kind == device.HOSTDIR_LINK ? ELOOP : EACCES;
  return withOpen(0, rights, work);
}

function readPart(fd: u32): i32 {
  const failed = wasi.fdPread(fd, dataVector(), 1, registers.offset, out);
  return failed == 0 ? load<i32>(out) : errnoOf(failed);
}

function writePart(fd: u32): i32 {
  const failed = wasi.fdPwrite(fd, dataVector(), 1, registers.offset, out);
  return failed == 0 ? load<i32>(out) : errnoOf(failed);
}

function dataVector(): usize {
  vector.bytes = data;
  vector.length = registers.length;
  return changetype<usize>(vector);
}

function resize(fd: u32): i32 {
  return errnoOf(wasi.fdFilestatSetSize(fd, registers.offset));
}

function listEntries(fd: u32): i32 {
  const failed = wasi.fdReaddir(fd, data, device.HOSTDIR_DATA_MAX, registers.offset, out);
  return failed == 0 ? <i32>wholeEntries(load<u32>(out)) : errnoOf(failed);
}

/** Brings the entries in `used` bytes of data into the device's form; answers the bytes that are left. */
function wholeEntries(used: u32): u32 {
  const head = <u32>offsetof<HostdirEntry>();
  let kept: u32 = 0;
  for (let at: u32 = 0; at + head <= used;) {
    const entry = changetype<HostdirEntry>(data + at);
    const size = head + entry.length;
    if (at + size > used) break;
    at += size;
    if (isDots(changetype<usize>(entry) + head, entry.length)) continue;
    entry.kind = kindOf(<u8>entry.kind);
    memory.copy(data + kept, changetype<usize>(entry), size);
    kept += size;
  }
  return kept;
}

/** Whether a name is "." or "..". */
function isDots(name: usize, length: u32): bool {
  if (length > DOTS_MAX) return false;
  for (let at: u32 = 0; at < length; at++) if (load<u8>(name + at) != DOT) return false;
  return true;
}
