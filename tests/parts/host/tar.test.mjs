/*
 * The root file system's archive: names exactly as on the host, whatever their bytes, and nothing that tarfs would
 * refuse.
 */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packTar } from "../../../build/host/pipeline/tar.js";
import { scratchFolder } from "../../lib/paths.mjs";

const BLOCK = 512;

/** The names and data of an archive, as latin1. */
function entriesOf(archive) {
  const entries = [];
  for (let at = 0; archive[at] !== 0;) {
    const field = (start, length) =>
      Buffer.from(archive.subarray(at + start, at + start + length))
        .toString("latin1")
        .split("\0")[0];
    const prefix = field(345, 155);
    const size = parseInt(field(124, 12), 8);
    const data = Buffer.from(archive.subarray(at + BLOCK, at + BLOCK + size)).toString("latin1");
    entries.push([prefix ? `${prefix}/${field(0, 100)}` : field(0, 100), data]);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

test("names that are no UTF-8 are packed as they are", (t) => {
  const folder = scratchFolder(t);
  const odd = (path) => Buffer.from(`${folder}/${path}`, "latin1");
  mkdirSync(odd("d\xf0"));
  writeFileSync(odd("d\xf0/\xc3"), "one");
  writeFileSync(odd("d\xf0/\xc3\xa9"), "two");
  const long = `${"n".repeat(98)}\xff`;
  mkdirSync(odd(long));
  writeFileSync(odd(`${long}/${"m".repeat(100)}`), "three");
  assert.deepEqual(entriesOf(packTar(folder)), [
    ["d\xf0/", ""],
    ["d\xf0/\xc3", "one"],
    ["d\xf0/\xc3\xa9", "two"],
    [`${long}/`, ""],
    [`${long}/${"m".repeat(100)}`, "three"],
  ]);
});

test("a symbolic link is refused by its path, for it would take all other files away", (t) => {
  const folder = scratchFolder(t);
  mkdirSync(join(folder, "etc"));
  symlinkSync("motd", join(folder, "etc/link"));
  assert.throws(() => packTar(folder), /etc\/link: a symbolic link; only files and folders can be packed$/);
});
