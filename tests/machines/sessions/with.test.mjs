/*
 * `--with`, on one machine (RUMPK_MACHINE): cells outside the repository, in AssemblyScript, in WebAssembly text, and
 * as a ready-made module.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);

/** Makes the cell "ready" from the text of the cell "text": a manifest and a module, no source. */
function assembleReady(folder) {
  const ready = join(folder, "ready");
  mkdirSync(ready);
  const manifest = readFileSync(join(folder, "text/cell.kdl"), "utf8");
  writeFileSync(join(ready, "cell.kdl"), manifest.replace('"text"', '"ready"').replace("main.wat", "ready.wasm"));
  const assembler = join(root, "node_modules/.bin/wat2wasm");
  const result = spawnSync(assembler, [join(folder, "text/main.wat"), "-o", join(ready, "ready.wasm")]);
  assert.equal(result.status, 0, String(result.stderr));
}

test("cells from outside the repository run like any other", { skip }, async (t) => {
  const folder = scratchFolder(t);
  cpSync(join(root, "tests/machines/sessions/cells"), folder, { recursive: true });
  assembleReady(folder);
  const flags = ["text", "ready", "script"].flatMap((name) => ["--with", join(folder, name)]);
  const { stdout, stderr, status } = await rumpk(["run", ...on(machine), ...flags], {
    input: "run text\necho $?\nrun ready\nrun script hello world\necho $?\nrun hello too\n",
  });
  assert.equal(
    stdout,
    "from WebAssembly text\n22\nfrom WebAssembly text\nd=1 e=1 h=1 l=3 o=2 r=1 w=1\n7\nHello from Rumpk. too\n",
    stderr,
  );
  assert.equal(stderr, "kept 19999\n");
  assert.equal(status, 0);
});

test("a trap in such a cell names it, and the place in its source", { skip }, async (t) => {
  const folder = scratchFolder(t);
  cpSync(join(root, "tests/machines/sessions/cells/script"), join(folder, "script"), { recursive: true });
  const source = join(folder, "script/main.ts");
  writeFileSync(
    source,
    readFileSync(source, "utf8").replace("return keys.length;", "return keys.length / args.length;"),
  );
  const { stdout, stderr } = await rumpk(["run", ...on(machine), "--with", join(folder, "script")], {
    input: "run script\necho $?\n",
  });
  assert.match(stderr, /^kept 19999\nscript: division by zero.*\n$/);
  assert.match(stdout, /(^|\n)131\n$/);
});
