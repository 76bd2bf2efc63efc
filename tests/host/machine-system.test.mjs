/* The real kernel and cells on the Node machine, in this process: silence when idle, Ctrl-C, and many restarts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import test, { before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "../../build/host/machine/index.js";
import { root } from "../lib/paths.mjs";

before(() => execFileSync(process.execPath, [join(root, "host/cli/rumpk.mjs"), "build"], { cwd: root }));

/** Starts the shell as a person at a terminal sees it. */
function shell() {
  const input = new PassThrough();
  const output = new PassThrough();
  let seen = "";
  output.on("data", (bytes) => (seen += bytes));
  const status = run(join(root, "build/system/shell.json"), { terminal: true, input, output, commandLine: "" });
  const expect = async (words) => {
    for (let turn = 0; turn < 500 && !words.test(seen); turn++) await sleep(20);
    assert.match(seen, words);
    const text = seen;
    seen = "";
    return text;
  };
  return { status, expect, type: (text) => input.write(text) };
}

test("an idle shell arms no timer and takes no time", async () => {
  const { status, expect, type } = shell();
  await expect(/nipbox\$ $/);
  await sleep(200);
  const before = process.cpuUsage();
  const armed = process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "Immediate");
  await sleep(1000);
  const { user, system } = process.cpuUsage(before);
  assert.deepEqual(armed, []);
  assert.ok(user + system < 200_000, `${user + system} us`);
  type("exit 9\r");
  assert.equal(await status, 9);
});

test("Ctrl-C ends the foreground cell, and the shell goes on", async () => {
  const { status, expect, type } = shell();
  await expect(/nipbox\$ $/);
  type("sleep 1000\r");
  await sleep(100);
  type("\x03");
  await expect(/nipbox\$ $/);
  type("echo still here\r");
  await expect(/\r\nstill here\r\n/);
  type("exit\r");
  await status;
});

test("a hundred faults later the machine is as before", async () => {
  const { status, expect, type } = shell();
  await expect(/nipbox\$ $/);
  const used = async () => {
    type("free; echo done\r");
    return /cells +\d+K +(\d+)K/.exec(await expect(/\r\ndone\r\nnipbox\$ $/))[1];
  };
  const before = await used();
  for (let round = 0; round < 20; round++) {
    type("crash oob; crash recursion; crash indirect; crash start; crash div0\r");
    await expect(/division by zero[^\r]*\r\n[^]*nipbox\$ $/);
  }
  assert.equal(await used(), before);
  type("exit 0\r");
  assert.equal(await status, 0);
});
