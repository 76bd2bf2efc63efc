/*
 * The console killed under load, on one machine (RUMPK_MACHINE). The cell storm writes 400 numbered lines and kills the
 * console after lines 100, 200 and 300, with its last lines perhaps unread. docs/kernel.md promises that a stream keeps
 * unread messages, and that a slot works with the new instance. So only the message that the console held in its own
 * memory when it was killed can be lost: a line is a message, so at most one line for each kill, among the last before
 * it. Every other line arrives, once and in order.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const LINES = 400;
const STRETCH = 100;
/** Entries of the ring to the console (cells/uart/cell.kdl): an older line was read long before the kill. */
const RING = 8;

test("kill uart under load: nothing that was unread or sent later is lost", { skip }, async () => {
  const flags = [...on(machine), "--with", join(root, "tests/machines/sessions/cells/storm")];
  const built = await rumpk(["build", ...flags]);
  assert.equal(built.status, 0, built.stderr);
  const input = "run storm\necho status $?\nps\n";
  const { stdout, stderr, status } = await rumpk(["run", ...flags], { input });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^status 0$/m);
  assert.match(stdout, /^ +0 +4 .* uart$/m);
  const came = [...stdout.matchAll(/<(\d{4})>/g)].map(([, number]) => Number(number));
  assert.deepEqual(
    came,
    [...new Set(came)].sort((a, b) => a - b),
    "a line came twice, or out of order",
  );
  const lost = Array.from({ length: LINES }, (_, i) => i + 1).filter((number) => !came.includes(number));
  for (let end = STRETCH; end <= LINES; end += STRETCH) {
    const here = lost.filter((number) => number > end - STRETCH && number <= end);
    const allowed = end < LINES ? 1 : 0;
    assert.ok(here.length <= allowed && here.every((number) => number > end - RING - 2), `lost before ${end}: ${here}`);
  }
});
