/*
 * What the build refuses, the loader refuses too: a module put into a built system behind the build's back, even if
 * signed by a trusted key, ends with CAUSE_MODULE when its cell is first entered; none of it runs, and the shell
 * continues.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { CAUSE_MODULE } from "../../../build/host/abi.js";
import { nodeForm } from "../../../build/host/pipeline/passes/node-form.js";
import { run } from "../../../build/host/node/index.js";
import { changedSystem, withForm } from "../../lib/packages.mjs";
import { root } from "../../lib/paths.mjs";
import { assemble } from "./machine-kit.mjs";

const built = join(root, "build/system/shell.json");
const folder = mkdtempSync(join(tmpdir(), "rumpk-refused-"));
before(() => execFileSync(process.execPath, [join(root, "host/cli/rumpk.mjs"), "build"], { cwd: root }));
after(() => rmSync(folder, { recursive: true }));

/** Would return 7, if it ran. The import is re-exported because a pass would remove it otherwise. */
const cell = (module, name, signature) => `(module (import "${module}" "${name}" (func $import ${signature}))
  (export "kept" (func $import)) (memory (export "memory") 1)
  (func (export "cell_main") (result i32) (i32.const 7)))`;

/** The built shell with `wasm` as the code of the cell "hello", validly signed; the path of its description. */
function systemWith(name, wasm) {
  const own = join(folder, name);
  mkdirSync(own);
  return changedSystem(built, own, (cell, bytes) => (cell === "hello" ? withForm(bytes, wasm) : bytes));
}

/** Runs hello in the shell of a system; returns what the terminal showed. */
async function runHello(path) {
  const input = new PassThrough();
  const output = new PassThrough();
  let seen = "";
  output.on("data", (bytes) => (seen += bytes));
  const off = run(path, { terminal: true, input, output, commandLine: "" });
  const shows = async (words) => {
    for (let turn = 0; turn < 500 && !words.test(seen); turn++) await sleep(20);
    assert.match(seen, words);
  };
  await shows(/nipbox\$ $/);
  input.write("run hello; echo status=$?; echo still here\r");
  await shows(/\r\nstill here\r\n/);
  input.write("exit 3\r");
  assert.equal(await off, 3);
  return seen;
}

const refused = {
  "a foreign import": cell("env", "abort", ""),
  "a call that is none": cell("rumpk", "reboot", ""),
  "another signature": cell("rumpk", "send", "(param i32 i32 i32) (result i64)"),
  "a machine's own name": cell("hal", "off", "(param i32)"),
};
for (const [name, text] of Object.entries(refused)) {
  test(`refused when loaded: ${name}`, async () => {
    const wasm = new Uint8Array(nodeForm(assemble(text), 1, 4));
    const seen = await runHello(systemWith(name.replaceAll(" ", "-"), wasm));
    assert.match(seen, new RegExp(`\\r\\nstatus=${128 + CAUSE_MODULE}\\r\\n`));
    assert.doesNotMatch(seen, /status=7/);
  });
}

test("not refused: the same cell with what a cell may import", async () => {
  const text = cell("rumpk", "send", "(param i32 i32 i32 i32) (result i64)");
  const seen = await runHello(systemWith("good", new Uint8Array(nodeForm(assemble(text), 1, 4))));
  assert.match(seen, /\r\nstatus=7\r\n/);
});
