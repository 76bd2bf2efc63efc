/*
 * Progress of a build: one line that is overwritten in place on a terminal and erased at the end, and nothing without a
 * terminal.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";
import { missingScript, openTerminal, rumpkWords } from "../../lib/terminal.mjs";

const WIPE = "\r\x1b[K";

/** Arguments that build a cell for the first time, so that there is progress to show. */
async function buildOfNewCell(t) {
  const folder = join(scratchFolder(t), "fresh");
  assert.equal((await rumpk(["new", folder])).status, 0);
  return ["build", "--with", folder];
}

test("on a terminal a build says what it makes, and wipes it", { skip: missingScript }, async (t) => {
  const terminal = openTerminal(rumpkWords(await buildOfNewCell(t)));
  t.after(() => terminal.close());
  assert.equal(await terminal.ended, 0);
  const { output } = terminal;
  assert.ok(output.includes(`${WIPE}asc fresh`), JSON.stringify(output));
  assert.match(output.slice(output.lastIndexOf(WIPE) + WIPE.length), /^\S+\.json\r\n$/);
});

test("off a terminal it says nothing", async (t) => {
  const { status, stdout, stderr } = await rumpk(await buildOfNewCell(t));
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  assert.match(stdout, /^\S+\.json\n$/);
});
