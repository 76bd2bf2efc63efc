/*
 * A computer without what everything needs, Node 20 and npm: one line from us with status 2, before anything is
 * installed or built. make adds its own line about the status.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder } from "../../lib/paths.mjs";
import { pathWith, pretend } from "../../lib/programs.mjs";
import { bin, run } from "../../lib/rumpk.mjs";

/** A folder with a `node` that claims to be Node 18, to its user and to its programs. */
function oldNode(t) {
  const pretence = join(scratchFolder(t), "old.cjs");
  writeFileSync(pretence, 'Object.defineProperty(process, "versions", { value: { node: "18.20.4" } });\n');
  return pretend(t, "node", `[ "$1" = -v ] && echo v18.20.4 && exit\nexec '${process.execPath}' -r '${pretence}' "$@"`);
}

/** Checks for one line from us that matches the patterns. */
function assertRefused({ status, stdout, stderr }, ...patterns) {
  assert.equal(status, 2, stdout + stderr);
  assert.equal(stdout, "");
  const ours = stderr.split("\n").filter((line) => line && !/^make(\[\d+\])?: /.test(line));
  assert.equal(ours.length, 1, stderr);
  assert.match(ours[0], /^rumpk: /);
  for (const pattern of patterns) assert.match(ours[0], pattern);
}

test("make run with a Node that is too old", async (t) => {
  const PATH = `${oldNode(t)}:${process.env.PATH}`;
  assertRefused(await run("make", ["run"], { env: { PATH } }), /Node v18\.20\.4 is too old/, /Node 20 or later/);
});

test("the command itself with a Node that is too old", async (t) => {
  const result = await run(join(oldNode(t), "node"), [bin, "run"]);
  assertRefused(result, /Node 18\.20\.4 is too old/, /Node 20 or later/);
});

for (const missing of ["npm", "node"]) {
  test(`make run without ${missing}`, async (t) => {
    const programs = ["make", "sh", "git", "node", "npm"].filter((program) => program !== missing);
    const result = await run("make", ["run"], { env: { PATH: pathWith(t, ...programs) } });
    assertRefused(result, new RegExp(`${missing} is missing`), /install git, Node 20 or later, and npm/);
  });
}
