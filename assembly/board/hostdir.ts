/*
 * Device "rumpk,hostdir" (assembly/abi/hostdir.ts): folders of the host. The whole window is memory; only a 32-bit
 * store to `request` has an effect. This file checks a request and what its path names, and the rim does the rest.
 *
 * Nothing outside a folder is reached: names that are empty, "." or "..", or contain a NUL, are refused here; the rim
 * follows no link out of a folder, and never the last name of a path.
 */
import { EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOTDIR } from "../abi/errno";
import * as abi from "../abi/hostdir";
import { HostdirRegisters } from "../abi/hostdir";
import { FolderStatus } from "./folder-status";
import { folderRequest, folderStatus } from "./host";
import { memoryLoad, memoryStore } from "./memory";

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;
/** Maximum length of the names "." and "..". */
const DOTS_MAX: u32 = 2;

const base: usize = memory.data(abi.HOSTDIR_SIZE, 8);
const registers = changetype<HostdirRegisters>(base);
const path: usize = base + abi.HOSTDIR_PATH;
const data: usize = base + abi.HOSTDIR_DATA;
const status = changetype<FolderStatus>(memory.data(offsetof<FolderStatus>(), 8));
let folders: u32 = 0;

/** Adds folders to the board, numbered from 0 as in the rim. */
export function hostdirOpen(count: u32): void {
  folders = count;
  registers.folders = count;
}

/** Whether there are folders. */
export function hasHostdir(): bool {
  return folders > 0;
}

/** Reads 1, 2 or 4 bytes of the window. */
export function hostdirLoad(offset: u32, width: u32): u32 {
  return memoryLoad(base + offset, width);
}

/** Writes to the window. A request is complete when this returns. */
export function hostdirStore(offset: u32, value: u32, width: u32): void {
  memoryStore(base + offset, value, width);
  if (offset != offsetof<HostdirRegisters>("request") || width != 4) return;
  registers.result = serve(value);
  registers.folders = folders;
}

function serve(request: u32): i32 {
  const length = registers.length;
  const pathLength = registers.pathLength;
  if (registers.folder >= folders || length > abi.HOSTDIR_DATA_MAX) return EINVAL;
  if (pathLength > abi.HOSTDIR_PATH_MAX) return ENAMETOOLONG;
  if (!isPath(path, pathLength)) return EACCES;
  switch (request) {
    case abi.HOSTDIR_STAT:
      return statistics(pathLength);
    case abi.HOSTDIR_LIST:
      return ofKind(abi.HOSTDIR_DIRECTORY, pathLength, request, abi.HOSTDIR_DATA_MAX);
    case abi.HOSTDIR_READ:
    case abi.HOSTDIR_WRITE:
    case abi.HOSTDIR_RESIZE:
    case abi.HOSTDIR_SYNC:
      return ofKind(abi.HOSTDIR_FILE, pathLength, request, length);
    case abi.HOSTDIR_RENAME:
      if (length > abi.HOSTDIR_PATH_MAX) return ENAMETOOLONG;
      return isPath(data, length) ? ask(pathLength, request, length) : EACCES;
    case abi.HOSTDIR_NAME:
    case abi.HOSTDIR_CREATE:
    case abi.HOSTDIR_MAKE_DIRECTORY:
    case abi.HOSTDIR_REMOVE:
    case abi.HOSTDIR_REMOVE_DIRECTORY:
    case abi.HOSTDIR_TOUCH:
      return ask(pathLength, request, length);
    default:
      return EINVAL;
  }
}

function ask(pathLength: u32, request: u32, length: u32): i32 {
  return folderRequest(request, registers.folder, path, pathLength, registers.offset, data, length);
}

function look(pathLength: u32): i32 {
  return folderStatus(registers.folder, path, pathLength, status);
}

function statistics(pathLength: u32): i32 {
  const failed = look(pathLength);
  if (failed < 0) return failed;
  registers.kind = status.kind;
  registers.size = status.size;
  registers.modified = status.modified;
  registers.identity = status.identity;
  return 0;
}

/** A request for one kind of file; opening anything else might block for ever. */
function ofKind(kind: u32, pathLength: u32, request: u32, length: u32): i32 {
  const failed = look(pathLength);
  if (failed < 0) return failed;
  if (status.kind == kind) return ask(pathLength, request, length);
  if (status.kind == abi.HOSTDIR_LINK) return ELOOP;
  if (kind == abi.HOSTDIR_DIRECTORY) return ENOTDIR;
  return status.kind == abi.HOSTDIR_DIRECTORY ? EISDIR : EACCES;
}

/** Whether `length` bytes are names separated by "/", none of them empty, "." or "..", or no names at all. */
function isPath(bytes: usize, length: u32): bool {
  let nameAt: u32 = 0;
  for (let at: u32 = 0; at < length; at++) {
    const byte = load<u8>(bytes + at);
    if (byte == 0 || (byte == SLASH && !isName(bytes + nameAt, at - nameAt))) return false;
    if (byte == SLASH) nameAt = at + 1;
  }
  return length == 0 || isName(bytes + nameAt, length - nameAt);
}

function isName(name: usize, length: u32): bool {
  if (length > DOTS_MAX) return true;
  for (let at: u32 = 0; at < length; at++) if (load<u8>(name + at) != DOT) return true;
  return false;
}
