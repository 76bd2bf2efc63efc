/*
 * Measurements on one bare machine: calls and the micro-suite in instructions (QEMU's -icount shift=0: each takes a
 * nanosecond of virtual time), the time to the prompt in milliseconds of this computer, and interrupts while idle.
 */
import { buildBench, build } from "./build.mjs";
import { timerInterrupts } from "./idle.mjs";
import { geometricMean, median, perOne, readLines, readMicro, sameChecks } from "./lines.mjs";
import { buildStub, buildSuite } from "./native.mjs";
import { runImage } from "./qemu.mjs";

export const ISAS = ["riscv64", "aarch64", "x86_64"];

const CALLS = ["clock", "enter", "send", "recv", "transfer", "echo", "spawn", "fault", "preempt"];
/** Number of starts of the stub and of the shell, which alternate. */
const STARTS = 9;
const PROMPT = "nipbox$ ";

/** All measurements. */
export async function measureIsa(isa) {
  return {
    calls: await measureCalls(isa),
    ...(await measureMicro(isa)),
    boot: await measureBoot(isa),
    idleTimerInterrupts: await timerInterrupts(isa),
  };
}

/** Instructions by name. */
async function measureCalls(isa) {
  const { output } = await runImage(isa, await buildBench(isa, "calls"), { words: ["uart.console=pipe"] });
  const calls = perOne(readLines(output));
  const missing = CALLS.filter((name) => !(name in calls));
  if (missing.length) throw new Error(`${isa}: no figure for ${missing.join(", ")}; the output was:\n${output}`);
  return calls;
}

/** Instructions of C and of cells, and the ratios. */
async function measureMicro(isa) {
  const suite = await runImage(isa, await buildSuite(isa));
  const cells = await runImage(isa, await buildBench(isa, "micro"), { words: ["uart.console=pipe"] });
  const c = readLines(suite.output);
  const { plain, collected } = readMicro(cells.output);
  sameChecks(`${isa} micro`, plain, c);
  sameChecks(`${isa} micro-gc`, collected, c);
  return { c: perOne(c), micro: ratios(plain, c), microCollected: ratios(collected, c) };
}

/** Each program's time divided by that of C, and their geometric mean. */
function ratios(cell, c) {
  const each = Object.fromEntries(Object.keys(c).map((name) => [name, cell[name].time / c[name].time]));
  return { each, mean: geometricMean(Object.values(each)) };
}

function both({ stub, prompt }, choose) {
  return { stub: choose(stub), prompt: choose(prompt) };
}

/** Milliseconds from starting QEMU to the stub's line and to the shell's prompt, in alternating runs. */
async function measureBoot(isa) {
  const stub = await buildStub(isa);
  const shell = await build(isa, "shell");
  const times = { stub: [], prompt: [] };
  for (let i = 0; i < STARTS; i++) {
    times.stub.push((await runImage(isa, stub, { icount: false, until: "stub" })).milliseconds);
    times.prompt.push((await runImage(isa, shell, { icount: false, until: PROMPT })).milliseconds);
  }
  return { median: both(times, median), fastest: both(times, (all) => Math.min(...all)), starts: STARTS };
}
