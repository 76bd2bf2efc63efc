/*
 * Folders of the host for the device "rumpk,hostdir", over node:fs. The board (assembly/board/hostdir.ts) has checked
 * the request and the names in the path.
 *
 * Nothing outside a folder is reached: the directory of the last name must, with all links resolved, be the one that
 * the path spells. A link as the last name is never followed.
 */
import * as fs from "node:fs";
import * as abi from "../../abi.js";
import type { BoardHost } from "../board.js";
import { MachineError } from "../errors.js";
import { writeRecord } from "../record.js";
import { errnoOf, Refused } from "./errno.js";

/** A folder of the host, and its path in the system. */
export interface Folder {
  readonly host: string;
  readonly guest: string;
}

/** The parameters of a request besides the path. */
interface Request {
  readonly root: Buffer;
  readonly guest: string;
  readonly data: Buffer;
  readonly length: number;
  readonly offset: number;
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const NANOSECONDS = 1e9;
const SLASH = Buffer.from("/");
/** Odd multipliers with well-spread bits, from SplitMix64. */
const SPREAD = 0x9e3779b97f4a7c15n;
const MIX = 0xbf58476d1ce4e5b9n;
/** The board's requests on folders; pointers are into the board's memory. */
export type Folders = Pick<BoardHost, "folder_status" | "folder_request">;

/** The folders, over the board's memory. Throws a MachineError that names a missing folder. */
export function createFolders(folders: readonly Folder[], memory: () => Uint8Array): Folders {
  const roots = folders.map(({ host, guest }) => ({ root: Buffer.from(realFolder(host)), guest }));
  const piece = (at: number, length: number): Buffer => {
    const { buffer, byteOffset } = memory();
    return Buffer.from(buffer, byteOffset + at, length);
  };
  return {
    folder_status: (folder, path, length, out) =>
      errnoOf(() => {
        const found = fs.lstatSync(hostPath(roots[folder]!.root, piece(path, length)), { bigint: true });
        writeStatus(piece(out, STATUS_SIZE), found);
        return 0;
      }),
    folder_request: (request, folder, path, pathLength, offset, data, length) =>
      errnoOf(() => {
        const at = Number(BigInt.asUintN(64, offset));
        const about = { ...roots[folder]!, data: piece(data, abi.HOSTDIR_DATA_MAX), length, offset: at };
        return REQUESTS[request]!(hostPath(about.root, piece(path, pathLength)), about);
      }),
  };
}

/** Bytes of a FolderStatus (assembly/board/folder-status.ts). */
const STATUS_SIZE = 32;

function writeStatus(out: Buffer, found: fs.BigIntStats): void {
  out.writeUInt32LE(kindOf(found), 0);
  out.writeUInt32LE(0, 4);
  out.writeBigUInt64LE(found.size, 8);
  out.writeBigUInt64LE(BigInt.asUintN(64, found.mtimeNs), 16);
  out.writeBigUInt64LE(identityOf(found), 24);
}

const REQUESTS: Record<number, (path: Buffer, request: Request) => number> = {
  [abi.HOSTDIR_NAME]: (_path, { data, guest }) => data.write(guest),
  [abi.HOSTDIR_LIST]: (path, { data, offset }) => listEntries(path, data, offset),
  [abi.HOSTDIR_READ]: (path, { data, length, offset }) =>
    withOpen(path, O_RDONLY, (fd) => (Number.isSafeInteger(offset) ? fs.readSync(fd, data, 0, length, offset) : 0)),
  [abi.HOSTDIR_WRITE]: (path, { data, length, offset }) =>
    withOpen(path, O_WRONLY, (fd) => fs.writeSync(fd, data, 0, length, placeOf(offset))),
  [abi.HOSTDIR_CREATE]: (path) => withOpen(path, O_WRONLY | O_CREAT | O_EXCL, () => 0),
  [abi.HOSTDIR_RESIZE]: (path, { offset }) =>
    withOpen(path, O_WRONLY, (fd) => done(fs.ftruncateSync(fd, placeOf(offset)))),
  [abi.HOSTDIR_SYNC]: (path) => withOpen(path, O_WRONLY, (fd) => done(fs.fsyncSync(fd))),
  [abi.HOSTDIR_MAKE_DIRECTORY]: (path) => done(fs.mkdirSync(path)),
  [abi.HOSTDIR_REMOVE]: (path) => done(fs.unlinkSync(path)),
  [abi.HOSTDIR_REMOVE_DIRECTORY]: (path) => done(fs.rmdirSync(path)),
  [abi.HOSTDIR_TOUCH]: (path, { offset }) => done(fs.lutimesSync(path, offset / NANOSECONDS, offset / NANOSECONDS)),
  [abi.HOSTDIR_RENAME]: (path, { root, data, length }) =>
    done(fs.renameSync(path, hostPath(root, data.subarray(0, length)))),
};

/** A position in a file, or a size, that node:fs accepts. */
function placeOf(offset: number): number {
  if (Number.isSafeInteger(offset)) return offset;
  throw new Refused(abi.EINVAL);
}

/** A request without a result. */
function done(_nothing: void): number {
  return 0;
}

function realFolder(host: string): string {
  try {
    const root = fs.realpathSync(host);
    if (fs.statSync(root).isDirectory()) return root;
  } catch {
    throw new MachineError(`${host}: there is no such folder`);
  }
  throw new MachineError(`${host}: not a folder`);
}

/** The host's path for a path in a folder: raw bytes. */
function hostPath(root: Buffer, bytes: Buffer): Buffer {
  if (bytes.length === 0) return root;
  const path = below(root, bytes);
  const parent = path.subarray(0, path.lastIndexOf(SLASH));
  if (!fs.realpathSync.native(parent, "buffer").equals(parent)) throw new Refused(abi.ELOOP);
  return path;
}

/** The path of something in a folder, which may be the host's root. */
function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat(folder.equals(SLASH) ? [folder, name] : [folder, SLASH, name]);
}

/** A unique number for a file among all of the host: a bijection of the inode for each file system. */
function identityOf({ dev, ino }: { dev: bigint; ino: bigint }): bigint {
  const sum = BigInt.asUintN(64, ino + dev * SPREAD);
  return BigInt.asUintN(64, (sum ^ (sum >> 30n)) * MIX) >> 3n;
}

function kindOf(found: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): number {
  if (found.isFile()) return abi.HOSTDIR_FILE;
  if (found.isDirectory()) return abi.HOSTDIR_DIRECTORY;
  return found.isSymbolicLink() ? abi.HOSTDIR_LINK : abi.HOSTDIR_OTHER;
}

/** Opens what the path names, works with it, and closes it. */
function withOpen(path: Buffer, flags: number, work: (fd: number) => number): number {
  const fd = fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o666);
  try {
    return work(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Entries from number `start` on, as many as fit; entries removed meanwhile are left out. */
function listEntries(path: Buffer, data: Buffer, start: number): number {
  const names = fs.readdirSync(path, "buffer").sort(Buffer.compare);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const head = abi.HostdirEntry.size;
  let used = 0;
  for (let index = start; index < names.length; index++) {
    const name = names[index]!;
    const found = fs.lstatSync(below(path, name), { throwIfNoEntry: false, bigint: true });
    if (!found) continue;
    if (used + head + name.length > data.length) break;
    const entry = { next: index + 1, inode: found.ino, length: name.length, kind: kindOf(found) };
    writeRecord(view, used, abi.HostdirEntry, entry);
    name.copy(data, used + head);
    used += head + name.length;
  }
  return used;
}
