/*
 * Seeded mutants of crash and tarfs (faults.mjs): the process never dies, and the shell goes on after each of them. The
 * environment variables FAULTS and SEED set the number and the seed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingTool } from "../../lib/machines.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const count = Number(process.env.FAULTS ?? 2000);
const seed = Number(process.env.SEED ?? Date.now() % 1e9);

test(`${count} mutants, seed ${seed}`, { skip: missingTool("wasmtime") }, async (t) => {
  for (const machine of ["node", "wasmtime"]) {
    const { status, stderr } = await rumpk(["build", "--on", machine, "--checked"]);
    assert.equal(status, 0, stderr);
  }
  // It reads the systems as it is loaded.
  const { injectFaults } = await import("./faults.mjs");
  const { errors, figures } = await injectFaults(count, seed);
  for (const [machine, { injected, manifested, recovered }] of Object.entries(figures)) {
    t.diagnostic(`${machine}: injected ${injected}, manifested ${manifested}, recovered ${recovered}`);
    assert.equal(recovered, injected, errors.join("\n"));
    assert.ok(manifested > 0, "no mutant showed any effect: nothing was tried");
  }
  assert.deepEqual(errors, []);
});
