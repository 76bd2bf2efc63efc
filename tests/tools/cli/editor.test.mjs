/*
 * How an editor sees a new cell: TypeScript with the cell's tsconfig.json finds "rumpk" and accepts main.ts. The SDK is
 * AssemblyScript, in which TypeScript reports errors that are none; those are ignored here.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk, run } from "../../lib/rumpk.mjs";

const compiler = join(root, "node_modules/typescript/bin/tsc");

/** What TypeScript reports on a new cell whose source went through `change`: everything, and the part on main.ts. */
async function opinion(t, change) {
  const folder = join(scratchFolder(t), "edited");
  assert.equal((await rumpk(["new", folder])).status, 0);
  const source = join(folder, "main.ts");
  writeFileSync(source, change(readFileSync(source, "utf8")));
  const args = [compiler, "--noEmit", "--pretty", "false", "-p", "."];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  return { all: stdout, main: stdout.split("\n").filter((line) => line.startsWith("main.ts")) };
}

test('an editor finds "rumpk" and no error in a new cell', async (t) => {
  const { all, main } = await opinion(t, (source) => source);
  assert.doesNotMatch(all, /TS2307/);
  assert.deepEqual(main, []);
});

test("an editor finds an error where there is one", async (t) => {
  const misspelt = await opinion(t, (source) => source.replace("{ console }", "{ consoel }"));
  assert.match(misspelt.main.join("\n"), /^main\.ts\(1,10\): error .*consoel/);
  const elsewhere = await opinion(t, (source) => source.replace('"rumpk"', '"rumpk-other"'));
  assert.match(elsewhere.main.join("\n"), /^main\.ts\(1,\d+\): error TS2307/);
});
