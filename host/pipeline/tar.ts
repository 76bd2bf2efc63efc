/*
 * The root file system as a ustar archive (POSIX.1-1988). The same folder always gives the same bytes: entries are
 * sorted, times are 0, the owner is root, modes are 755 and 644.
 *
 *     0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 time 12 | 148 checksum 8 | 156 type 1
 *   157 link 100 | 257 "ustar" NUL "00" | 265 user 32 | 297 group 32 | 329 major 8 | 337 minor 8 | 345 prefix 155
 */
import { lstatSync, readFileSync, readdirSync } from "node:fs";

import { UserError } from "./errors.js";
import { shown } from "./paths.js";

const BLOCK = 512;
const NAME_MAX = 100;
const PREFIX_MAX = 155;
const SLASH = Buffer.from("/");

/** Packs everything below `directory`. Names are paths relative to it, at most 255 bytes, exactly as on the host. */
export function packTar(directory: string): Uint8Array {
  const parts: Uint8Array[] = [];
  packFolder(Buffer.from(directory), Buffer.alloc(0), parts);
  parts.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(parts);
}

/** A system has no links: tarfs would refuse an archive with one. */
function packFolder(directory: Buffer, prefix: Buffer, parts: Uint8Array[]): void {
  for (const entry of readdirSync(directory, "buffer").sort(Buffer.compare)) {
    const path = Buffer.concat([directory, SLASH, entry]);
    const name = Buffer.concat([prefix, entry]);
    const status = lstatSync(path);
    if (status.isDirectory()) {
      const folder = Buffer.concat([name, SLASH]);
      parts.push(header(path, folder, "5", 0o755, 0));
      packFolder(path, folder, parts);
    } else if (status.isFile()) {
      const bytes = readFileSync(path);
      const mode = status.mode & 0o100 ? 0o755 : 0o644;
      parts.push(header(path, name, "0", mode, bytes.length), bytes, padding(bytes.length));
    } else {
      const what = status.isSymbolicLink() ? "a symbolic link" : "no file and no folder";
      throw new UserError(`${shownBytes(path)}: ${what}; only files and folders can be packed`);
    }
  }
}

/** A path for a message. */
function shownBytes(path: Buffer): string {
  return shown(path.toString());
}

function padding(length: number): Uint8Array {
  return new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK);
}

function header(path: Buffer, name: Buffer, type: string, mode: number, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(path, name);
  rest.copy(block, 0);
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeOctal(block, 124, 12, size);
  writeOctal(block, 136, 12, 0);
  block.write(" ".repeat(8), 148);
  block.write(type, 156);
  block.write("ustar\x0000", 257);
  block.write("root", 265);
  block.write("root", 297);
  prefix.copy(block, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function writeOctal(block: Buffer, place: number, width: number, value: number): void {
  block.write(value.toString(8).padStart(width - 1, "0"), place);
}

/** Names above 100 bytes are split at a slash: at most 155 bytes before it, at most 100 after it. */
function splitName(path: Buffer, name: Buffer): [prefix: Buffer, rest: Buffer] {
  if (name.length <= NAME_MAX) return [Buffer.alloc(0), name];
  for (let slash = name.indexOf(SLASH); slash >= 0 && slash < name.length - 1; slash = name.indexOf(SLASH, slash + 1)) {
    const prefix = name.subarray(0, slash);
    const rest = name.subarray(slash + 1);
    if (prefix.length <= PREFIX_MAX && rest.length <= NAME_MAX) return [prefix, rest];
  }
  throw new UserError(`${shownBytes(path)}: the name does not fit a ustar archive (155 bytes, a slash, 100 bytes)`);
}
