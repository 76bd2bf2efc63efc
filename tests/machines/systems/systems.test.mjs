/*
 * Builds every system of systems/ for every machine; the command names what it made. The suites that run at the same
 * time build nothing, and later ones find their systems built.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { machines, on } from "../../lib/machines.mjs";
import { filesBelow, root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const systems = filesBelow("systems", ".kdl").map((path) => basename(path, ".kdl"));

for (const machine of machines)
  for (const system of systems)
    test(`${system} on ${machine}`, async () => {
      const { status, stdout, stderr } = await rumpk(["build", ...on(machine), "--system", system]);
      assert.equal(status, 0, stderr);
      assert.ok(existsSync(join(root, stdout.trim())), stdout);
    });
