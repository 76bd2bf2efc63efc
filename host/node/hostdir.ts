/*
 * Device "rumpk,hostdir" (assembly/abi/hostdir.ts) over node:fs. The whole window is memory; only a store to `request`
 * does something.
 *
 * Nothing outside a folder is reached: names that are empty, "." or ".." are refused, and the directory that a path ends
 * in must, with all links resolved, be the one that the path spells. The last name is never followed.
 */
import * as fs from "node:fs";
import { constants } from "node:os";
import * as abi from "../abi.js";
import type { Device } from "./device.js";
import { MachineError } from "./errors.js";
import { readField, writeField, writeRecord } from "./record.js";

/** A folder of the host, and where the system has it. */
export interface Folder {
  readonly host: string;
  readonly guest: string;
}

/** What a request is about, beside the path. */
interface Request {
  readonly root: Buffer;
  readonly guest: string;
  readonly length: number;
  readonly offset: number;
}

const { fields } = abi.HostdirRegisters;
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const NANOSECONDS = 1e9;
const SLASH = Buffer.from("/");
/** Odd numbers with bits everywhere, of SplitMix64. */
const SPREAD = 0x9e3779b97f4a7c15n;
const MIX = 0xbf58476d1ce4e5b9n;
/** Host errors by name to the ABI's; what the ABI has no number for is EIO. */
const ERRNOS = abi as unknown as Record<string, number | undefined>;

/** A request that is refused here, with a negative errno. */
class Refused extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** The device. Throws a MachineError that names a folder that is not there. */
export function createHostdir(folders: readonly Folder[]): Device {
  const roots = folders.map(({ host, guest }) => ({ root: Buffer.from(realFolder(host)), guest }));
  const window = Buffer.alloc(abi.HOSTDIR_SIZE);
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  const data = window.subarray(abi.HOSTDIR_DATA, abi.HOSTDIR_DATA + abi.HOSTDIR_DATA_MAX);
  const register = (name: keyof typeof fields): number => readField(view, 0, fields[name]);
  const tell = (values: Partial<Record<keyof typeof fields, number | bigint>>): void => {
    for (const [name, value] of Object.entries(values)) writeField(view, 0, fields[name as keyof typeof fields], value);
  };

  function serve(number: number): number {
    const folder = roots[register("folder")];
    const length = register("length");
    const pathLength = register("pathLength");
    if (!folder || length > abi.HOSTDIR_DATA_MAX) return abi.EINVAL;
    if (pathLength > abi.HOSTDIR_PATH_MAX) return abi.ENAMETOOLONG;
    const bytes = window.subarray(abi.HOSTDIR_PATH, abi.HOSTDIR_PATH + pathLength);
    const request = { ...folder, length, offset: register("offset") };
    try {
      return REQUESTS[number]?.(hostPath(folder.root, bytes), data, request, tell) ?? abi.EINVAL;
    } catch (error) {
      return errnoOf(error);
    }
  }

  tell({ folders: roots.length });
  return {
    load(offset, width) {
      if (width === 1) return view.getUint8(offset);
      return width === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
    },
    store(offset, value, width) {
      if (width === 1) view.setUint8(offset, value);
      else if (width === 2) view.setUint16(offset, value, true);
      else view.setUint32(offset, value, true);
      if (offset === fields.request.offset && width === 4) tell({ result: serve(value >>> 0), folders: roots.length });
    },
  };
}

type Tell = (values: Partial<Record<keyof typeof fields, number | bigint>>) => void;
type Work = (path: Buffer, data: Buffer, request: Request, tell: Tell) => number;

const REQUESTS: Record<number, Work> = {
  [abi.HOSTDIR_NAME]: (_path, data, { guest }) => data.write(guest),
  [abi.HOSTDIR_STAT]: (path, _data, _request, tell) => {
    const found = fs.lstatSync(path, { bigint: true });
    tell({ kind: kindOf(found), size: found.size, modified: found.mtimeNs, identity: identityOf(found) });
    return 0;
  },
  [abi.HOSTDIR_LIST]: (path, data, { offset }) => listEntries(path, data, offset),
  [abi.HOSTDIR_READ]: (path, data, { length, offset }) =>
    withFile(path, O_RDONLY, (fd) => (Number.isSafeInteger(offset) ? fs.readSync(fd, data, 0, length, offset) : 0)),
  [abi.HOSTDIR_WRITE]: (path, data, { length, offset }) =>
    withFile(path, O_WRONLY, (fd) => fs.writeSync(fd, data, 0, length, placeOf(offset))),
  [abi.HOSTDIR_CREATE]: (path) => withOpen(path, O_WRONLY | O_CREAT | O_EXCL, () => 0),
  [abi.HOSTDIR_RESIZE]: (path, _data, { offset }) =>
    withFile(path, O_WRONLY, (fd) => done(fs.ftruncateSync(fd, placeOf(offset)))),
  [abi.HOSTDIR_SYNC]: (path) => withFile(path, O_WRONLY, (fd) => done(fs.fsyncSync(fd))),
  [abi.HOSTDIR_MAKE_DIRECTORY]: (path) => done(fs.mkdirSync(path)),
  [abi.HOSTDIR_REMOVE]: (path) => done(fs.unlinkSync(path)),
  [abi.HOSTDIR_REMOVE_DIRECTORY]: (path) => done(fs.rmdirSync(path)),
  [abi.HOSTDIR_TOUCH]: (path, _data, { offset }) =>
    done(fs.lutimesSync(path, offset / NANOSECONDS, offset / NANOSECONDS)),
  [abi.HOSTDIR_RENAME]: (path, data, { root, length }) =>
    done(fs.renameSync(path, hostPath(root, data.subarray(0, length)))),
};

/** A place in a file, or its size, that node:fs takes. */
function placeOf(offset: number): number {
  if (Number.isSafeInteger(offset)) return offset;
  throw new Refused(abi.EINVAL);
}

/** A request that answers nothing. */
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

/** The host's path for a path in a folder: bytes, as the host has them. */
function hostPath(root: Buffer, bytes: Buffer): Buffer {
  if (bytes.length === 0) return root;
  const names = `/${bytes.toString("latin1")}/`;
  if (/\0|\/\/|\/\.\.?\//.test(names)) throw new Refused(abi.EACCES);
  const path = below(root, bytes);
  const parent = path.subarray(0, path.lastIndexOf(SLASH));
  if (!fs.realpathSync.native(parent, "buffer").equals(parent)) throw new Refused(abi.ELOOP);
  return path;
}

/** What lies in a folder, which may be the host's root. */
function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat(folder.equals(SLASH) ? [folder, name] : [folder, SLASH, name]);
}

/** One number for a file among all of the host: a bijection of the inode for each file system. */
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

/** The same for a file; anything else might wait for ever. */
function withFile(path: Buffer, flags: number, work: (fd: number) => number): number {
  const kind = kindOf(fs.lstatSync(path));
  if (kind === abi.HOSTDIR_DIRECTORY) throw new Refused(abi.EISDIR);
  if (kind !== abi.HOSTDIR_FILE) throw new Refused(kind === abi.HOSTDIR_LINK ? abi.ELOOP : abi.EACCES);
  return withOpen(path, flags, work);
}

/** Entries from number `start` on, as many as fit; what is removed meanwhile is left out. */
function listEntries(path: Buffer, data: Buffer, start: number): number {
  const kind = kindOf(fs.lstatSync(path));
  if (kind !== abi.HOSTDIR_DIRECTORY) throw new Refused(kind === abi.HOSTDIR_LINK ? abi.ELOOP : abi.ENOTDIR);
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

/** The ABI's number for an exception of node:fs. */
function errnoOf(error: unknown): number {
  if (error instanceof Refused) return error.errno;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || !(code in constants.errno)) throw error;
  return ERRNOS[code] ?? abi.EIO;
}
