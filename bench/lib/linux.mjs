/*
 * Measurements in the real time of this computer: the system as a Linux process (hal/linux), the micro-suite in C, and
 * the same module of the micro-suite in V8. Other programs run at the same time, so the fastest of many passes counts.
 */
import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { readFileSync } from "node:fs";
import { buildBench } from "./build.mjs";
import { geometricMean, perOne, readLines, readMicro, sameChecks } from "./lines.mjs";
import { buildHostedSuite } from "./native.mjs";
import { measureQueues } from "./queues.mjs";
import { runInV8 } from "./v8.mjs";

const PASSES = 50;
const RUNS = 10;
const MEMORY = "memory=128";
const PATIENCE = 60_000;

/** Whether this computer can run the system as a process. */
export const hasLinux = process.platform === "linux" && process.arch === "x64";

/** Nanoseconds of calls, queues and one run of each program, and how cells compare with C and V8. */
export async function measureLinux() {
  const c = readLines(outputOf(await buildHostedSuite(), []));
  const micro = await buildBench("linux", "micro");
  const { plain } = readMicro(outputOf(micro, [MEMORY, "uart.console=pipe", `micro.passes=${PASSES}`]));
  const v8 = readLines(await runInV8(readFileSync(await plainModule()), ["micro", `passes=${PASSES}`]));
  sameChecks("linux micro", plain, c);
  sameChecks("V8 micro", v8, c);
  const times = { c: perOne(c), cell: perOne(plain), v8: perOne(v8) };
  const queues = measureQueues();
  return {
    calls: await measureCalls(),
    queues,
    times,
    toC: mean(times.cell, times.c),
    toV8: mean(times.cell, times.v8),
  };
}

/** Nanoseconds of each call: the fastest of some runs. */
async function measureCalls() {
  const program = await buildBench("linux", "calls");
  const words = [MEMORY, "uart.console=pipe", "calls.except=preempt"];
  const runs = Array.from({ length: RUNS }, () => perOne(readLines(outputOf(program, words))));
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, Math.min(...runs.map((run) => run[name]))]));
}

function mean(times, others) {
  return geometricMean(Object.keys(others).map((name) => times[name] / others[name]));
}

/** The module of the cell micro as asc wrote it. */
async function plainModule() {
  const path = await buildBench("node", "micro");
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  return resolve(dirname(path), cells.find(({ name }) => name === "micro").plain);
}

function outputOf(program, args) {
  const done = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE });
  if (done.error || done.status !== 0)
    throw new Error(`${program}: ${done.error?.message ?? done.signal ?? done.stderr.trim()}`);
  return done.stdout;
}
