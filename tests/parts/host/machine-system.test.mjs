/* The real kernel and cells on the Node machine, in this process: silence when idle, Ctrl-C, and many restarts. */
import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import test, { before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "../../../build/host/node/index.js";
import { LIMIT } from "../../lib/limit.mjs";
import { root } from "../../lib/paths.mjs";

/** Callbacks of this process while a test sleeps once: the timer's, and those of its promise. */
const CALLBACKS_OF_SLEEP = 4;

before(() => execFileSync(process.execPath, [join(root, "host/cli/rumpk.mjs"), "build"], { cwd: root }));

/** Starts the shell as a person at a terminal would see it. */
function shell() {
  const input = new PassThrough();
  const output = new PassThrough();
  let seen = "";
  output.on("data", (bytes) => (seen += bytes));
  const status = run(join(root, "build/system/shell.json"), { terminal: true, input, output, commandLine: "" });
  const expect = async (words) => {
    for (const limit = Date.now() + LIMIT; !words.test(seen); await sleep(20))
      assert.ok(Date.now() < limit, `${words} does not appear in ${JSON.stringify(seen)}`);
    const text = seen;
    seen = "";
    return text;
  };
  return { status, expect, type: (text) => input.write(text) };
}

test("an idle shell arms no timer and runs nothing", async () => {
  const { status, expect, type } = shell();
  await expect(/nipbox\$ $/);
  await sleep(200);
  const armed = process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "Immediate");
  let callbacks = 0;
  const hook = createHook({ before: () => callbacks++ }).enable();
  await sleep(1000);
  hook.disable();
  assert.deepEqual(armed, []);
  assert.ok(callbacks <= CALLBACKS_OF_SLEEP, `${callbacks} callbacks`);
  type("exit 9\r");
  assert.equal(await status, 9);
});

test("Ctrl-C ends the foreground cell, and the shell goes on", async () => {
  const { status, expect, type } = shell();
  await expect(/nipbox\$ $/);
  type("sleep 1000\r");
  await expect(/sleep 1000\r\n/);
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
