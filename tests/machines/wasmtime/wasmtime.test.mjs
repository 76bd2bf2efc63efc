/*
 * What is special to running under the wasmtime command: the command line that runs a system, statuses that WASI cannot
 * pass on, instances that run out, and a wasmtime that is missing or too old.
 */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missingTool } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { run, rumpk } from "../../lib/rumpk.mjs";

const skip = missingTool("wasmtime");

test("the printed command is plain, and works when pasted", { skip }, async () => {
  const printed = await rumpk(["run", "--on", "wasmtime", "--print-command"]);
  assert.equal(printed.status, 0, printed.stderr);
  assert.match(printed.stdout, /^wasmtime run (?:(?:-W|--preload) [\w.=/-]+ )+[\w./-]+\.wasm\n$/);
  const pasted = await run("sh", ["-c", printed.stdout], { input: "echo pasted\ncrash oob\nexit 7\n" });
  assert.equal(pasted.stdout, "pasted\n");
  assert.match(pasted.stderr, /^crash: memory access out of bounds.*\n$/);
  assert.equal(pasted.status, 7);
});

test("a status above WASI's is a line of its own for who runs the command without rumpk", { skip }, async () => {
  const printed = await rumpk(["run", "--on", "wasmtime", "--print-command"]);
  const pasted = await run("sh", ["-c", printed.stdout], { input: "exit 255\n" });
  assert.deepEqual([pasted.status, pasted.stderr], [125, "rumpk: status 255\n"]);
});

test("instances run out with a clear error, and come back", { skip }, async () => {
  const flags = ["crowd", "nap"].flatMap((name) => ["--with", join(root, "tests/machines/wasmtime/cells", name)]);
  const result = await rumpk(["run", "--on", "wasmtime", ...flags], { input: "run crowd\n" });
  assert.equal(result.stdout, "2 started, then: out of memory\nagain: started\n");
  assert.equal(result.stderr, "rumpk: all instances of nap are in use; its manifest can say: instances NUMBER\n");
  assert.equal(result.status, 0);
});

for (const [what, script, words] of [
  ["missing", null, "wasmtime is missing"],
  ["too old", "echo 'wasmtime 20.0.1 (cccccc 2024-04-01)'", "wasmtime 20.0.1 is too old (48 or later is needed)"],
])
  test(`a wasmtime that is ${what} is one line`, async (t) => {
    const folder = scratchFolder(t);
    if (script) writeFileSync(join(folder, "wasmtime"), `#!/bin/sh\n${script}\n`);
    if (script) chmodSync(join(folder, "wasmtime"), 0o755);
    const env = { PATH: `${folder}:/usr/bin:/bin`, CARGO_INSTALL_ROOT: folder };
    const { status, stderr } = await rumpk(["run", "--on", "wasmtime"], { env });
    assert.equal(
      stderr,
      `rumpk: ${words}; install it with: make wasmtime (or take a release from https://wasmtime.dev)\n`,
    );
    assert.equal(status, 2);
  });
