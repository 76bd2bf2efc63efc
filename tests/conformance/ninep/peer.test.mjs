/*
 * The file servers against an independent 9P2000.L client: github.com/hugelgupf/p9, pinned in go.mod. ramfs alone, and
 * ramfs behind vfs. Needs Go, which fetches the client from its module proxy; without Go the test is skipped, and says
 * so.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { LIMIT } from "../../lib/limit.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const skip = spawnSync("go", ["version"]).status === 0 ? false : "Go is not installed";

before(async () => {
  if (skip) return;
  const { status, stdout, stderr } = await rumpk(["build", "--on", "node"]);
  assert.equal(status, 0, stdout + stderr);
});

for (const words of [["ramfs"], ["vfs", "tmp"]])
  test(`${words[0]} serves a client that others wrote`, { skip }, () => {
    const run = ["run", "peer.go", ...words];
    const { status, stdout, stderr } = spawnSync("go", run, { cwd: folder, encoding: "utf8", timeout: LIMIT });
    assert.equal(stdout, "content\nlisting\nnames\ntogether\n", stderr);
    assert.equal(status, 0, stderr);
  });
