/*
 * Compiler errors, at the right source line. The sources of cells reach asc and wabt. A cell's C is generated, so an
 * error from clang or wasm2c there would be our bug; for those two, these tests write files with errors.
 */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "../../../build/host/pipeline/metal/compile.js";
import { generateC } from "../../../build/host/pipeline/metal/wasm2c.js";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

/** Builds a new cell with these files; returns its error. */
async function errorOf(t, files, source = "main.ts") {
  const folder = join(scratchFolder(t), "faulty");
  assert.equal((await rumpk(["new", folder])).status, 0);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const manifest = `cell "faulty" {\n  kind "npk"\n  source "${source}"\n  memory max=16\n}\n`;
  writeFileSync(join(folder, "cell.kdl"), manifest);
  const { status, stdout, stderr } = await rumpk(["build", "--with", folder]);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.doesNotMatch(stderr, /a bug|^ +at /m);
  return stderr;
}

test("asc: a type error in a file that main.ts imports", async (t) => {
  const half = "export function half(n: i32): i32 {\n  return n / two;\n}\n";
  const main = 'import { half } from "./half";\nexport function main(args: string[]): i32 {\n  return half(4);\n}\n';
  const error = await errorOf(t, { "half.ts": half, "main.ts": main });
  assert.match(error, /Cannot find name 'two'/);
  assert.match(error, /faulty\/half\.ts\(2,14\)/);
});

test("asc: an error of syntax", async (t) => {
  const error = await errorOf(t, { "main.ts": "export function main(args: string[]): i32 {\n  return ;;)\n}\n" });
  assert.match(error, /faulty\/main\.ts\(2,\d+\)/);
});

test("a manifest that is not UTF-8: line and column", async (t) => {
  const file = join(scratchFolder(t), "garbage.kdl");
  const text = Buffer.from('// \ufffd, which may stand here\nsystem "garbage" { // caf\u00e9');
  writeFileSync(file, Buffer.concat([text, Buffer.from([0xe9, 0x0a])]));
  const { status, stderr } = await rumpk(["build", "--system", file]);
  assert.equal(status, 2);
  assert.match(stderr, /^rumpk: \S+garbage\.kdl:2:27: not UTF-8\n$/);
});

/** A module in text with this fourth line. */
const textWith = (line) =>
  `(module\n  (memory (export "memory") 1 16)\n  (func (export "cell_main") (result i32)\n    ${line}))\n`;

for (const [what, line, message] of [
  ["syntax", "nosuch.op", /nosuch\.op/],
  ["type", "f32.const 1", /expected \[i32\] but got \[f32\]/],
]) {
  test(`WebAssembly text: an error of ${what}`, async (t) => {
    const error = await errorOf(t, { "main.wat": textWith(line) }, "main.wat");
    assert.match(error, /^rumpk: \S*faulty\/main\.wat:4:5: error: /);
    assert.match(error, message);
  });
}

test("a module that is none", async (t) => {
  const error = await errorOf(t, { "main.wasm": "no module" }, "main.wasm");
  assert.match(error, /^rumpk: \S*faulty\/main\.wasm: not a valid WebAssembly module\n$/);
});

test("clang: file, line and column", async (t) => {
  const folder = scratchFolder(t);
  const source = join(folder, "one.c");
  writeFileSync(source, "int one(void) {\n  return nosuch;\n}\n");
  await assert.rejects(compile(source, join(folder, "one.o"), []), (error) => {
    assert.equal(error.name, "UserError");
    assert.ok(error.message.startsWith(`${source}:2:10: error: `), error.message);
    return true;
  });
});

test("wasm2c: the module and its place", async (t) => {
  const module = join(scratchFolder(t), "broken.wasm");
  t.after(() => rmSync(join(root, "build/gen/broken_module"), { recursive: true, force: true }));
  writeFileSync(module, "no module");
  await assert.rejects(generateC("broken_module", module, []), (error) => {
    assert.equal(error.name, "UserError");
    assert.equal(error.message, `${module}: wasm2c: 0000004: error: bad magic value`);
    return true;
  });
});
