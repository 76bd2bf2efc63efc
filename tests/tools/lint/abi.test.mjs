/*
 * The host's constants and the tables in docs/ are generated from assembly/abi and committed, and so is the shell's
 * table of characters from Unicode's data: generating them again must change nothing. The C header is made when it is
 * needed.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../lib/paths.mjs";
import { emitHeader } from "../../../build/host/pipeline/abi/emit.js";
import { readAbi } from "../../../build/host/pipeline/abi/generate.js";
import { parseAbi } from "../../../build/host/pipeline/abi/parse.js";
import { rumpk } from "../../lib/rumpk.mjs";
import { columnsIn, place, text, widthOf } from "../../../tools/character-widths/generate.mjs";

test("generated and committed agree", async () => {
  const { status, stdout, stderr } = await rumpk(["abi", "--check"]);
  assert.equal(status, 0, stdout + stderr);
});

test("the C header holds a number of each kind, as written in assembly/abi", () => {
  const header = emitHeader(readAbi());
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
  assert.match(header, /uint8_t where\[96\];/);
  assert.match(header, /F\(join, uint64_t, \(uint32_t slot, uint64_t deadline\), \(slot, deadline\)\)/);
});

/** A file of assembly/abi with these lines. */
const parse = (...lines) => parseAbi("planted", "planted.ts", ["/*", " * Essay.", " */", ...lines].join("\n"), SIZES);
const SIZES = new Map([["SIZE", 6]]);

test("a comment may have several lines", () => {
  const [item] = parse("/**", " * One", " * two.", " */", "export const A: u32 = 1;").items;
  assert.equal(item.doc, "One two.");
});

test("arrays take their place in a record, and functions their signature", () => {
  const record = parse("export class A {", "a: u16;", "@bytes(SIZE)", "b: bytes;", "@words(2)", "c: words;", "}")
    .items[0];
  assert.deepEqual(
    record.fields.map(({ name, offset }) => [name, offset]),
    [
      ["a", 0],
      ["b", 2],
      ["c", 8],
    ],
  );
  assert.equal(record.size, 24);
  const call = parse('@external("m", "f")', "export declare function f(a: usize, b: i64): void;").items[0];
  assert.deepEqual([call.parameters.map(({ type }) => type), call.result], [["i32", "i64"], undefined]);
});

test("what is neither is refused with its line", () => {
  for (const [lines, message] of [
    [["export class A {", "@bytes(UNKNOWN)", "a: bytes;", "}"], /^planted\.ts:6: UNKNOWN is no size/],
    [["export class A {", "@bytes(2)", "a: u8;", "}"], /^planted\.ts:6: @bytes of a field of type u8/],
    [["export class A {", "@bytes(SIZE)", "a: bytes;", "b: u32;", "}"], /^planted\.ts:7: hidden padding/],
    [['@external("m", "f")', "export declare function f(a: f64): i64;"], /^planted\.ts:5: unknown type f64/],
    [["export function f(): void {}"], /^planted\.ts:4: neither a constant, a function nor a record/],
  ])
    assert.throws(() => parse(...lines), { message });
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
