/*
 * How long a faulting driver is unavailable to a client that uses it without a pause: the times of ten thousand faults,
 * in instructions on metal (-icount) and in nanoseconds where the clock is this computer's, and what the client saw.
 */
import { spawnSync } from "node:child_process";
import { PassThrough } from "node:stream";
import { run } from "../../build/host/node/index.js";
import { buildBench } from "./build.mjs";
import { readLines } from "./lines.mjs";
import { runImage } from "./qemu.mjs";

const PATIENCE = 60_000;
const WORDS = ["uart.console=pipe"];
/** The output of the cell hammer: times of the faults, calls that failed, answers that did not match the request. */
const FIGURES = ["p50", "p99", "p999", "max", "failures", "wrong"];

/** { p50, p99, p999, max, failures, wrong } of one machine. */
export async function measureBlink(machine) {
  const lines = readLines(await outputOn(machine, await buildBench(machine, "blink")));
  const missing = FIGURES.filter((name) => !(name in lines));
  if (missing.length) throw new Error(`${machine}: bench-blink gave no figure for ${missing.join(", ")}`);
  if (lines.wrong.time !== 0)
    throw new Error(`${machine}: ${lines.wrong.time} answers of the restarted driver were wrong`);
  return Object.fromEntries(FIGURES.map((name) => [name, lines[name].time]));
}

async function outputOn(machine, built) {
  if (machine === "node") return outputOnNode(built);
  if (machine === "linux") return spawnSync(built, WORDS, { encoding: "utf8", timeout: PATIENCE }).stdout;
  return (await runImage(machine, built, { words: WORDS })).output;
}

async function outputOnNode(built) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = "";
  output.on("data", (bytes) => (text += bytes));
  input.end();
  const status = await run(built, { terminal: false, input, output, commandLine: WORDS.join(" ") });
  if (status !== 0) throw new Error(`bench-blink on Node ended with status ${status}`);
  return text;
}
