/*
 * What only machines with an MMU can show, under QEMU with -icount shift=0 (one instruction is one nanosecond), with
 * the script packed into the image so that no input from outside can make a difference: faults of each kind (among them
 * a load at 4 GiB - 1 and two stack overflows), memory that grows to its limit, restarts, and preemption of a cell that
 * spins. Every run must be the same to the byte. A Linux process shares the computer's time with other programs: there
 * a nap may end late.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, metal, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const system = [...on(machine), "--system", "tests/machines/metal/metal.kdl"];
const icount = metal.includes(machine) ? ["--icount"] : [];
const flags = ["run", ...system, ...icount, "--append", "nipbox.script=/sysro/etc/script"];

/** Where the SDK aborts. */
const abortLines = readFileSync(join(root, "assembly/sdk/abort.ts"), "utf8").split("\n");
const abortLine = abortLines.findIndex((line) => line.trim() === "unreachable();") + 1;

const expected = `faults
crash: memory access out of bounds in main (cells/crash/main.ts:16)
crash: unreachable instruction in main (cells/crash/main.ts:17)
crash: division by zero in main (cells/crash/main.ts:18)
crash: stack exhausted in descend (cells/crash/main.ts:33)
crash: stack exhausted in descendWide (cells/crash/main.ts:39)
crash: indirect call of a wrong function in main (cells/crash/main.ts:21)
crash: ran too long without a pause in main (cells/crash/main.ts:22)
crash-start: unreachable instruction in ~start (cells/crash-start/main.ts:6)
crash: asked to (cells/crash/main.ts:23:24)
crash: unreachable instruction in abort (assembly/sdk/abort.ts:${abortLine})
130
memory
memory grew to 16 pages
restart
the console is back
life 1, memory of 1
life 2, memory of 1
life 3, memory of 1
life 4, memory of 1
phoenix: memory access out of bounds in main (tests/machines/metal/cells/phoenix/main.ts:13)
129
Hello from Rumpk. still here
preemption
10 of 10 naps on time; spinner ended by 10
end
`;

/** The run as it would be if nothing else used the computer. */
function inVirtualTime(run) {
  if (metal.includes(machine)) return run;
  return { ...run, stdout: run.stdout.replace(/^\d+ of 10 naps on time;/m, "10 of 10 naps on time;") };
}

const runs = [];
before(async () => {
  if (skip) return;
  const built = await rumpk(["build", ...system]);
  assert.equal(built.status, 0, built.stderr);
  for (let i = 0; i < 2; ++i) runs.push(inVirtualTime(await rumpk(flags, { merged: true })));
});

test("every fault, restart and preemption goes as it must, and firmware and QEMU say nothing", { skip }, () => {
  assert.equal(runs[0].stdout, expected);
});

test("the status of the script is the status of the run", { skip }, () => {
  assert.equal(runs[0].status, 42);
});

test("a second run is the same to the byte", { skip }, () => {
  assert.equal(runs[1].stdout, runs[0].stdout);
  assert.equal(runs[1].status, runs[0].status);
});
