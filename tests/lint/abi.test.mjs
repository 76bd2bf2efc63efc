/*
 * The C header, the host's constants and the tables in docs/ are generated from assembly/abi and committed, and so is
 * the shell's table of characters from Unicode's data: generating them again must change nothing.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../lib/paths.mjs";
import { rumpk } from "../lib/rumpk.mjs";
import { columnsIn, place, text, widthOf } from "../../tools/character-widths/generate.mjs";

test("generated and committed agree", async () => {
  const { status, stdout, stderr } = await rumpk(["abi", "--check"]);
  assert.equal(status, 0, stdout + stderr);
});

test("the generated header holds a number of each kind, as written in assembly/abi", () => {
  const header = readFileSync(join(root, "hal/include/rumpk-abi.h"), "utf8");
  const source = (name) => readFileSync(join(root, "assembly/abi", `${name}.ts`), "utf8");
  for (const [file, name] of [
    ["cell", "CAUSE_UNALIGNED"],
    ["systable", "KERNEL_PAGES"],
    ["calls", "META_KILL"],
    ["errno", "ETIMEDOUT"],
  ]) {
    const value = source(file).match(new RegExp(`${name}: [ui]32 = (-?\\w+);`))[1];
    assert.match(header, new RegExp(`#define ${name} \\(?${value}u?\\)?\\s`), name);
  }
});

test("the shell's table of characters is that of the pinned data, and of Node's Unicode where that is as old", () => {
  const committed = readFileSync(place, "utf8");
  if (committed.includes(`Unicode ${process.versions.unicode}.`)) assert.equal(committed, text());
  const columns = columnsIn(committed);
  for (let code = 0; code <= 0x10ffff; code++)
    if (columns(code) !== 0 && widthOf(code) !== 0) assert.equal(columns(code), widthOf(code), code.toString(16));
  for (const code of [0x300, 0x200d, 0xfe0f, 0xe0100]) assert.equal(columns(code), 0, code.toString(16));
  for (const code of [0x4e16, 0xff21, 0x1f600]) assert.equal(columns(code), 2, code.toString(16));
});
