/*
 * The machines that are programs on this computer, in one run: the micro-suite in C, on the linux machine, on Node and
 * under wasmtime; the cost of the containment pass, under wasmtime and in V8; and the shell's own work. Other programs
 * run at the same time, so the fastest of many passes counts, and for the shell the processor's time in user mode.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { findWasmtime } from "../../build/host/pipeline/wasmtime/install.js";
import { wasmtimeCommand } from "../../build/host/cli/run-wasmtime.js";
import { run } from "../../build/host/node/index.js";
import { barePreloads, guardedModule } from "./bare.mjs";
import { build, buildBench } from "./build.mjs";
import { perOne, readLines, readMicro, sameChecks } from "./lines.mjs";
import { buildHostedSuite } from "./native.mjs";
import { runInV8 } from "./v8.mjs";

const PASSES = 30;
const PATIENCE = 300_000;
/** Runs of the shell, and the commands of its script. */
const SHELL_RUNS = 5;
const SHELL_COMMANDS = 4000;
const COMMAND = `echo "two words" three 'and four' back\\ slash five six "seven $? eight"\n`;
const THOUSAND = 1000;
const MOST_OUTPUT = 1 << 26;

/** Whether wasmtime is installed. */
export function hasWasmtime() {
  try {
    return Boolean(findWasmtime());
  } catch {
    return false;
  }
}

/** Nanoseconds of one run of each program on each machine; ratios; microseconds of one command of the shell. */
export async function measureHosted() {
  const word = `micro.passes=${PASSES}`;
  const c = readLines(outputOf(await buildHostedSuite(), []));
  const linux = readMicro(
    outputOf(await buildBench("linux", "micro"), ["memory=128", "uart.console=pipe", word]),
  ).plain;
  const node = readMicro(await onNode(await buildBench("node", "micro"), word, "")).plain;
  const guarded = await buildBench("wasmtime", "micro");
  const wasmtime = readMicro(onWasmtime(guarded, [word])).plain;
  const bare = readMicro(onWasmtime(withoutGuards(guarded), [word])).plain;
  const plain = readFileSync(await plainModule());
  const args = ["micro", `passes=${PASSES}`];
  const v8 = readLines(await runInV8(plain, args));
  const v8Guarded = readLines(await runInV8(guardedModule(plain), args));
  const all = { linux, node, wasmtime, bare, v8, v8Guarded };
  for (const [name, lines] of Object.entries(all)) sameChecks(`${name} micro`, lines, c);
  const times = { c: perOne(c) };
  for (const [name, lines] of Object.entries(all)) times[name] = perOne(lines);
  return { times, shell: await measureShell() };
}

/**
 * Microseconds of processor time for one command of the shell, by machine: the best run of the script minus the best
 * empty run.
 */
async function measureShell() {
  const linux = await build("linux", "shell");
  const node = await build("node", "shell");
  const guarded = await build("wasmtime", "shell");
  const bare = withoutGuards(guarded);
  const ways = {
    linux: (input) => userTime(linux, ["memory=128", "uart.console=pipe"], input),
    node: async (input) => {
      const before = process.cpuUsage();
      await onNode(node, "", input);
      return process.cpuUsage(before).user / THOUSAND;
    },
    wasmtime: (input) => userTime(findWasmtime().program, argumentsFor(guarded, []), input),
    bare: (input) => userTime(findWasmtime().program, argumentsFor(bare, []), input),
  };
  const found = {};
  for (const [name, way] of Object.entries(ways)) {
    const full = await least(() => way(COMMAND.repeat(SHELL_COMMANDS)));
    const empty = await least(() => way(""));
    found[name] = ((full - empty) * THOUSAND) / SHELL_COMMANDS;
  }
  return found;
}

/** The least result of `work`. */
async function least(work) {
  let best = Infinity;
  for (let left = SHELL_RUNS; left > 0; left--) best = Math.min(best, await work());
  return best;
}

/** Milliseconds of processor time that a program takes in user mode, as bash counts them. */
function userTime(program, args, input) {
  const script = 'TIMEFORMAT=%3U; time "$@" > /dev/null';
  const done = spawnSync("bash", ["-c", script, "bash", program, ...args], {
    input,
    encoding: "utf8",
    timeout: PATIENCE,
  });
  if (done.error || done.status !== 0) throw new Error(`${program}: ${done.error?.message ?? done.stderr.trim()}`);
  return Number(done.stderr) * THOUSAND;
}

/** The path of the cell micro's module as asc wrote it. */
async function plainModule() {
  const path = await buildBench("node", "micro");
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  return resolve(dirname(path), cells.find(({ name }) => name === "micro").plain);
}

/** A copy of a system for wasmtime whose cells have no guards; returns the path of its JSON file. */
function withoutGuards(systemJson) {
  const system = JSON.parse(readFileSync(systemJson, "utf8"));
  const path = systemJson.replace(/\.json$/, ".bare.json");
  writeFileSync(path, JSON.stringify({ ...system, preloads: barePreloads(system.preloads) }));
  return path;
}

/** The arguments with which wasmtime runs a system. */
function argumentsFor(systemJson, words) {
  return wasmtimeCommand(systemJson, words, []).slice(1);
}

function onWasmtime(systemJson, words) {
  return outputOf(findWasmtime().program, argumentsFor(systemJson, words));
}

async function onNode(systemJson, words, text) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let out = "";
  output.on("data", (bytes) => (out += bytes));
  input.end(text);
  const commandLine = `uart.console=pipe ${words}`;
  const status = await run(systemJson, { terminal: false, input, output, commandLine });
  if (status !== 0) throw new Error(`${systemJson}: ended with status ${status}`);
  return out;
}

function outputOf(program, args) {
  const done = spawnSync(program, args, { input: "", encoding: "utf8", maxBuffer: MOST_OUTPUT, timeout: PATIENCE });
  if (done.error || done.status !== 0)
    throw new Error(`${program}: ${done.error?.message ?? done.signal ?? done.stderr.trim()}`);
  return done.stdout;
}
