/*
 * Silence, on one bare machine (RUMPK_MACHINE): an idle system arms no timer and prints nothing. QEMU logs every
 * interrupt. The shell sleeps for five seconds of virtual time, next to the console and the file servers: the only
 * timer interrupt of the whole run, boot included, is the one that ends the sleep. At the prompt there is none at all.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TRACES } from "../../../bench/lib/idle.mjs";
import { build } from "../../../bench/lib/build.mjs";
import { runImage } from "../../../bench/lib/qemu.mjs";
import { qemuCommand } from "../../../build/host/cli/qemu.js";
import { LIMIT } from "../../lib/limit.mjs";
import { chosenMachine, missingTool } from "../../lib/machines.mjs";
import { scratchFolder } from "../../lib/paths.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const { args: trace, line } = TRACES[machine];
const PROMPT = /nipbox\$ /;
/** How long the prompt is watched, in milliseconds of this computer's time. */
const WATCHED = 3000;

/** The number of timer interrupts in a log of QEMU. */
const countIn = (log) => readFileSync(log, "utf8").match(line)?.length ?? 0;

for (const sleep of ["1", "5"]) {
  test(`a shell that sleeps for ${sleep} s takes one timer interrupt, the last`, { skip }, async (t) => {
    const log = join(scratchFolder(t), "interrupts");
    const words = ["uart.console=pipe", "nipbox.script=/sysro/etc/sleep" + sleep];
    const image = await build(machine, "tests/machines/silence/silence.kdl");
    const { output } = await runImage(machine, image, { words, more: [...trace, "-D", log] });
    assert.ok(output.includes(`slept ${sleep}`), output);
    assert.equal(countIn(log), 1);
  });
}

test("a shell at its prompt takes none and prints nothing", { skip }, async (t) => {
  const log = join(scratchFolder(t), "interrupts");
  const image = await build(machine, "shell");
  const command = qemuCommand(machine, image, { memoryMiB: 128, icount: false, words: [] });
  const child = spawn(command.program, [...command.args, ...trace, "-D", log], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => (child.kill("SIGKILL"), command.clean()));
  let output = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  const appears = async (pattern) => {
    for (const limit = Date.now() + LIMIT; !pattern.test(output); await sleep(50))
      assert.ok(Date.now() < limit && child.exitCode === null, `${pattern} does not appear: ${output}`);
  };
  await appears(PROMPT);
  // The work after the prompt, until the last cell waits, may take long on a busy computer.
  let counted = -1;
  for (let now = countIn(log); now !== counted; now = countIn(log)) {
    counted = now;
    await sleep(WATCHED);
  }
  const shown = output;
  await sleep(WATCHED);
  assert.equal(output, shown);
  assert.equal(countIn(log), counted);
  child.stdin.write("echo alive\r");
  await appears(/\nalive\r?\n/);
});
