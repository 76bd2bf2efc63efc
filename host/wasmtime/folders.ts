/*
 * Folders of the host for the device "rumpk,hostdir", over WASI: those of the command line's `--dir HOST::GUEST`. The
 * board (assembly/board/hostdir.ts) has checked the request and the names in the path. Nothing outside a folder can be
 * reached, because WASI resolves every path below the folder's descriptor.
 *
 * WASI lists a directory in the layout of HostdirEntry, except for the numbers of the types.
 */
import { EINVAL, ENAMETOOLONG } from "../../assembly/abi/errno";
import * as device from "../../assembly/abi/hostdir";
import { HostdirEntry } from "../../assembly/abi/hostdir";
import { FolderStatus } from "../../assembly/board/folder-status";
import { errnoOf } from "./errors";
import * as wasi from "./wasi";

const DOT: u8 = 0x2e;
/** Maximum length of the names "." and "..". */
const DOTS_MAX: u32 = 2;
/** Longest guest path. */
const NAME_MAX: u32 = 1024;

/** WASI's path of a folder itself. */
const here: usize = memory.data<u8>([DOT]);
const name: usize = memory.data(1024);
const status = changetype<wasi.FileStatus>(memory.data(64, 8));
const vector = changetype<wasi.Vector>(memory.data(8, 8));
const out: usize = memory.data(8, 8);

/** The current request: its folder's descriptor, and its path. */
let root: u32 = 0;
let path: usize = 0;
let pathLength: u32 = 0;

/** The number of folders before the one named `last`, if any. */
export function countFolders(last: string): u32 {
  let folders: u32 = 0;
  while (wasi.fdPrestatGet(wasi.FIRST_FOLDER + folders, out) == 0 && folderName(folders) != last) folders++;
  return folders;
}

/** The guest path of a folder. */
export function folderName(folder: u32): string {
  root = wasi.FIRST_FOLDER + folder;
  const length = takeName(name, NAME_MAX);
  return length < 0 ? "" : String.UTF8.decodeUnsafe(name, length);
}

/** Stores the parameters of a request. */
function begin(folder: u32, bytes: usize, length: u32): void {
  root = wasi.FIRST_FOLDER + folder;
  path = length > 0 ? bytes : here;
  pathLength = length > 0 ? length : 1;
}

export function folderStatus(folder: u32, bytes: usize, length: u32, found: FolderStatus): i32 {
  begin(folder, bytes, length);
  const failed = wasi.pathFilestatGet(root, 0, path, pathLength, changetype<usize>(status));
  if (failed != 0) return errnoOf(failed);
  found.kind = kindOf(<u8>status.type);
  found.reserved = 0;
  found.size = status.size;
  found.modified = status.modified;
  found.identity = status.inode;
  return 0;
}

export function folderRequest(
  request: u32,
  folder: u32,
  bytes: usize,
  byteCount: u32,
  offset: u64,
  data: usize,
  length: u32,
): i32 {
  begin(folder, bytes, byteCount);
  switch (request) {
    case device.HOSTDIR_NAME:
      return takeName(data, NAME_MAX);
    case device.HOSTDIR_CREATE:
      return closed(open(wasi.OPEN_CREATE | wasi.OPEN_EXCLUSIVE, wasi.RIGHT_WRITE), 0);
    case device.HOSTDIR_MAKE_DIRECTORY:
      return errnoOf(wasi.pathCreateDirectory(root, path, pathLength));
    case device.HOSTDIR_REMOVE:
      return errnoOf(wasi.pathUnlinkFile(root, path, pathLength));
    case device.HOSTDIR_REMOVE_DIRECTORY:
      return errnoOf(wasi.pathRemoveDirectory(root, path, pathLength));
    case device.HOSTDIR_TOUCH:
      return errnoOf(wasi.pathFilestatSetTimes(root, 0, path, pathLength, 0, offset, wasi.SET_MODIFIED));
    case device.HOSTDIR_RENAME:
      return errnoOf(wasi.pathRename(root, path, pathLength, root, data, length));
    default:
      return withOpen(request, offset, data, length);
  }
}

function takeName(target: usize, most: u32): i32 {
  const failed = wasi.fdPrestatGet(root, out);
  if (failed != 0) return errnoOf(failed);
  const length = load<u32>(out, 4);
  if (length > most) return ENAMETOOLONG;
  const unread = wasi.fdPrestatDirName(root, target, length);
  return unread == 0 ? <i32>length : errnoOf(unread);
}

/** Opens what the path names; returns a descriptor, or a negative errno. */
function open(flags: u32, rights: u64): i32 {
  const failed = wasi.pathOpen(root, 0, path, pathLength, flags, rights, 0, 0, out);
  return failed == 0 ? load<i32>(out) : errnoOf(failed);
}

/** Closes a descriptor and returns `result`; if it is an errno instead, returns that. */
function closed(fd: i32, result: i32): i32 {
  if (fd < 0) return fd;
  wasi.fdClose(fd);
  return result;
}

/** The requests on an open file. */
function withOpen(request: u32, offset: u64, data: usize, length: u32): i32 {
  const fd = open(request == device.HOSTDIR_LIST ? wasi.OPEN_DIRECTORY : 0, rightsFor(request));
  return fd < 0 ? fd : closed(fd, work(request, fd, offset, data, length));
}

function rightsFor(request: u32): u64 {
  if (request == device.HOSTDIR_LIST) return wasi.RIGHT_LIST;
  if (request == device.HOSTDIR_READ) return wasi.RIGHT_READ;
  if (request == device.HOSTDIR_RESIZE) return wasi.RIGHT_WRITE | wasi.RIGHT_RESIZE;
  return request == device.HOSTDIR_SYNC ? wasi.RIGHT_WRITE | wasi.RIGHT_SYNC : wasi.RIGHT_WRITE;
}

function work(request: u32, fd: u32, offset: u64, data: usize, length: u32): i32 {
  vector.bytes = data;
  vector.length = length;
  switch (request) {
    case device.HOSTDIR_LIST:
      return listEntries(fd, offset, data);
    case device.HOSTDIR_READ:
      return count(wasi.fdPread(fd, changetype<usize>(vector), 1, offset, out));
    case device.HOSTDIR_WRITE:
      return count(wasi.fdPwrite(fd, changetype<usize>(vector), 1, offset, out));
    case device.HOSTDIR_RESIZE:
      return errnoOf(wasi.fdFilestatSetSize(fd, offset));
    case device.HOSTDIR_SYNC:
      return errnoOf(wasi.fdSync(fd));
    default:
      return EINVAL;
  }
}

/** The bytes that WASI counted. */
function count(failed: i32): i32 {
  return failed == 0 ? load<i32>(out) : errnoOf(failed);
}

function kindOf(type: u8): u32 {
  if (type == wasi.TYPE_FILE) return device.HOSTDIR_FILE;
  if (type == wasi.TYPE_DIRECTORY) return device.HOSTDIR_DIRECTORY;
  return type == wasi.TYPE_LINK ? device.HOSTDIR_LINK : device.HOSTDIR_OTHER;
}

function listEntries(fd: u32, offset: u64, data: usize): i32 {
  const failed = wasi.fdReaddir(fd, data, device.HOSTDIR_DATA_MAX, offset, out);
  return failed == 0 ? <i32>wholeEntries(data, load<u32>(out)) : errnoOf(failed);
}

/** Converts the entries in `used` bytes of data to the device's form; returns the number of bytes left. */
function wholeEntries(data: usize, used: u32): u32 {
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
