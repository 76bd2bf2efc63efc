/*
 * What only machines with a memory unit can show, with the script packed into the image, so that nothing from outside can
 * make a difference, under QEMU with -icount shift=0 (one instruction is one nanosecond): faults of each kind (a load at 4 GiB - 1 and two overflows
 * of the stack among them), memory that grows to its limit, restarts, and preemption of a cell that spins. Every run
 * must be the same to the byte.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { chosenMachine, metal, missingTool, on } from "../lib/machines.mjs";
import { rumpk } from "../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const system = [...on(machine), "--system", "tests/metal/metal.kdl"];
const icount = metal.includes(machine) ? ["--icount"] : [];
const flags = ["run", ...system, ...icount, "--append", "nipbox.script=/etc/script"];

const expected = `faults
crash: memory access out of bounds
crash: unreachable instruction
crash: division by zero
crash: stack exhausted
crash: stack exhausted
crash: indirect call of a wrong function
crash: ran too long without a pause
crash-start: unreachable instruction
crash: asked to (cells/crash/main.ts:23:24)
crash: unreachable instruction
130
memory
memory grew to 16 pages
restart
the console is back
life 1, memory of 1
life 2, memory of 1
life 3, memory of 1
life 4, memory of 1
phoenix: memory access out of bounds
129
Hello from Rumpk. still here
preemption
10 of 10 naps on time; spinner ended by 10
end
`;

const runs = [];
before(async () => {
  if (skip) return;
  const built = await rumpk(["build", ...system], { timeout: 300000 });
  assert.equal(built.status, 0, built.stderr);
  for (let i = 0; i < 2; ++i) runs.push(await rumpk(flags, { timeout: 120000 }));
});

test("every fault, restart and preemption goes as it must", { skip }, () => {
  const stdout = runs[0].stdout.replace(/^((?:crash|crash-start|phoenix): [a-z ]+?) in [^\n]+$/gm, "$1");
  assert.equal(stdout, expected, runs[0].stderr);
});

test("the status of the script is the status of the run", { skip }, () => {
  assert.equal(runs[0].status, 42, runs[0].stderr);
});

test("a second run is the same to the byte", { skip }, () => {
  assert.equal(runs[1].stdout, runs[0].stdout);
  assert.equal(runs[1].status, runs[0].status);
});

test("nothing from firmware or QEMU is on standard output, and nothing on standard error", { skip }, () => {
  assert.equal(runs[0].stderr, "");
});
