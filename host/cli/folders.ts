/*
 * `--dir HOST:GUEST` and `--disk FILE`: folders of this computer for a system, and a file as its disk. Each is checked
 * here, so that an error is one line and appears before anything is built.
 */
import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

import * as abi from "../abi.js";
import { UserError } from "../pipeline/errors.js";
import { System } from "../pipeline/manifest/system.js";
import { inRoot } from "../pipeline/paths.js";
import type { Folder } from "../node/index.js";

/** The cell that serves them: `--dir` adds it to the system. */
export const HOSTFS = inRoot("cells/hostfs");
/** A guest path: names other than "." and "..", without spaces, which end a word of the kernel's command line. */
const GUEST = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\s\0]+)+$/;
/** The name of the disk's folder for the wasmtime machine (host/wasmtime/disk.ts). */
const DISK_FOLDER = "rumpk-disk";
/** Longest guest path, so that it fits an argument of the cell vfs. */
const GUEST_MAX = 200;

/** Reads the values of --dir. */
export function foldersOf(values: string[]): Folder[] {
  const folders = values.map(folderOf);
  const twice = folders.find(({ guest }, index) => folders.findIndex((other) => other.guest === guest) < index);
  if (twice) throw new UserError(`--dir: ${twice.guest} is given twice`);
  return folders;
}

function folderOf(value: string): Folder {
  const colon = value.lastIndexOf(":");
  const [host, guest] = [value.slice(0, Math.max(colon, 0)), value.slice(colon + 1)];
  if (!host || !GUEST.test(guest) || Buffer.byteLength(guest) > GUEST_MAX)
    throw new UserError(`--dir ${value}: expected HOST:GUEST, a folder here and an absolute path, such as .:/data`);
  if (host.includes("::")) throw new UserError(`--dir ${value}: the folder's name must not have "::" in it`);
  const found = statSync(host, { throwIfNoEntry: false });
  if (!found) throw new UserError(`--dir ${value}: there is no folder ${host}`);
  if (!found.isDirectory()) throw new UserError(`--dir ${value}: ${host} is not a folder`);
  return { host: resolve(host), guest };
}

/** A disk's file; for wasmtime its folder, which comes after all others, and the word that names it. */
export interface Disk {
  path: string;
  folder: Folder;
  word: string;
}

/** Reads the value of --disk. */
export function diskOf(file: string): Disk {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new UserError(`--disk ${file}: there is no such file`);
  if (!found.isFile()) throw new UserError(`--disk ${file}: not a file`);
  if (found.size === 0 || found.size % abi.BLOCK_SECTOR !== 0)
    throw new UserError(`--disk ${file}: ${found.size} bytes are not sectors of ${abi.BLOCK_SECTOR}`);
  const path = resolve(file);
  if (/\s/.test(basename(path)) || path.includes("::"))
    throw new UserError(`--disk ${file}: the file's name must not have blanks or "::" in it`);
  return { path, folder: { host: dirname(path), guest: DISK_FOLDER }, word: `disk=${basename(path)}` };
}

/** Throws unless a cell of the system mounts folders of the host. */
export function checkMounts({ name, cells }: System): void {
  if (cells.some(({ flags }) => flags & abi.IMAGE_MOUNTS)) return;
  throw new UserError(`--dir: no cell of the system "${name}" mounts folders; the shell's cell vfs does`);
}
