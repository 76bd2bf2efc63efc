/*
 * The root file system as a ustar archive (POSIX.1-1988). The same folder gives the same bytes: entries are sorted, times
 * are 0, the owner is root, modes are 755 and 644.
 *
 *     0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 time 12 | 148 checksum 8 | 156 type 1
 *   157 link 100 | 257 "ustar" NUL "00" | 265 user 32 | 297 group 32 | 329 major 8 | 337 minor 8 | 345 prefix 155
 */
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "./errors.js";
import { shown } from "./paths.js";

const BLOCK = 512;
const NAME_MAX = 100;
const PREFIX_MAX = 155;
const LINK_MAX = 100;

/** Packs everything below `directory`. Names are paths relative to it, at most 255 bytes. */
export function packTar(directory: string): Uint8Array {
  const parts: Uint8Array[] = [];
  packFolder(directory, "", parts);
  parts.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(parts);
}

function packFolder(directory: string, prefix: string, parts: Uint8Array[]): void {
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    const status = lstatSync(path);
    if (status.isDirectory()) {
      parts.push(header(path, `${prefix}${name}/`, "5", 0o755, 0, ""));
      packFolder(path, `${prefix}${name}/`, parts);
    } else if (status.isSymbolicLink()) {
      parts.push(header(path, prefix + name, "2", 0o777, 0, readlinkSync(path)));
    } else if (status.isFile()) {
      const bytes = readFileSync(path);
      const mode = status.mode & 0o100 ? 0o755 : 0o644;
      parts.push(header(path, prefix + name, "0", mode, bytes.length, ""), bytes, padding(bytes.length));
    } else {
      throw new UserError(`${shown(path)}: only files, folders and symbolic links can be packed`);
    }
  }
}

function padding(length: number): Uint8Array {
  return new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK);
}

function header(path: string, name: string, type: string, mode: number, size: number, link: string): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(path, name);
  if (Buffer.byteLength(link) > LINK_MAX)
    throw new UserError(`${shown(path)}: a link's target has at most ${LINK_MAX} bytes`);
  block.write(rest, 0);
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeOctal(block, 124, 12, size);
  writeOctal(block, 136, 12, 0);
  block.write(" ".repeat(8), 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write("ustar\x0000", 257);
  block.write("root", 265);
  block.write("root", 297);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function writeOctal(block: Buffer, place: number, width: number, value: number): void {
  block.write(value.toString(8).padStart(width - 1, "0"), place);
}

/** Names above 100 bytes are split at a slash: at most 155 bytes before it, at most 100 behind it. */
function splitName(path: string, name: string): [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= NAME_MAX) return ["", name];
  for (let slash = name.indexOf("/"); slash >= 0 && slash < name.length - 1; slash = name.indexOf("/", slash + 1)) {
    const prefix = name.slice(0, slash);
    const rest = name.slice(slash + 1);
    if (Buffer.byteLength(prefix) <= PREFIX_MAX && Buffer.byteLength(rest) <= NAME_MAX) return [prefix, rest];
  }
  throw new UserError(`${shown(path)}: the name does not fit a ustar archive (155 bytes, a slash, 100 bytes)`);
}
