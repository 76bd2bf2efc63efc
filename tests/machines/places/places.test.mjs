/*
 * Source locations: a fault report names function, file and line of the cell's source, the same on every machine, and
 * nothing else; --release leaves the table out of an image; gdb finds cells and kernel by their sources.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exclusively } from "../../../build/host/pipeline/lock.js";
import { LIMIT } from "../../lib/limit.mjs";
import { chosenMachine, metal, missingTool, on } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { bin, rumpk, run } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);

const source = readFileSync(join(root, "cells/crash/main.ts"), "utf8").split("\n");
/** "main (cells/crash/main.ts:16)" for the line that holds `text`. */
const place = (name, text, behind = 0) =>
  `${name} (cells/crash/main.ts:${source.findIndex((line) => line.includes(text)) + 1 + behind})`;

const kinds = [
  ["oob", "memory access out of bounds", place("main", 'kind == "oob"')],
  ["unreachable", "unreachable instruction", place("main", 'kind == "unreachable"')],
  ["div0", "division by zero", place("main", 'kind == "div0"')],
  ["indirect", "indirect call of a wrong function", place("main", 'kind == "indirect"')],
  ["spin", "ran too long without a pause", place("main", 'kind == "spin"')],
  ["recursion", "stack exhausted", place("descend", "function descend(", 1)],
  ["stack", "stack exhausted", place("descendWide", "function descendWide(", 1)],
];

test("a fault of each kind names its place", { skip }, async () => {
  const built = await rumpk(["build", ...on(machine)]);
  assert.equal(built.status, 0, built.stderr);
  const input = kinds.map(([kind]) => `crash ${kind}\n`).join("");
  const { stdout, stderr } = await rumpk(["run", ...on(machine)], { input });
  assert.equal(stderr, kinds.map(([, cause, where]) => `crash: ${cause} in ${where}\n`).join(""));
  assert.equal(stdout, "");
});

const manifest = (name, file) =>
  `cell "${name}" {\n  kind "npk"\n  source "${file}"\n  memory max=16\n  channel 0x1001\n  channel 0x1002\n}\n`;

const divider = `import { parts } from "./lib/parts";
export function main(args: string[]): i32 {
  return parts(args.length);
}
`;
const parts = `// One line, so that
// the numbers differ.
@inline
export function parts(count: i32): i32 {
  return 12 / count;
}
`;
const text = `(module
  (memory (export "memory") 1)
  (func $main (export "cell_main") (result i32)
    unreachable))
`;

test("files of a cell from outside are named from its folder, and Wasm text by the function", { skip }, async (t) => {
  const folder = scratchFolder(t);
  mkdirSync(join(folder, "divider/lib"), { recursive: true });
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "divider/cell.kdl"), manifest("divider", "main.ts"));
  writeFileSync(join(folder, "divider/main.ts"), divider);
  writeFileSync(join(folder, "divider/lib/parts.ts"), parts);
  writeFileSync(join(folder, "broken/cell.kdl"), manifest("broken", "broken.wat"));
  writeFileSync(join(folder, "broken/broken.wat"), text);
  const flags = ["--with", join(folder, "divider"), "--with", join(folder, "broken")];
  const { stderr } = await rumpk(["run", ...on(machine), ...flags], {
    input: "run divider\nrun broken\n",
  });
  assert.match(stderr, /^divider: division by zero in main \(lib\/parts\.ts:5\)$/m);
  assert.match(stderr, /\nbroken: unreachable instruction in main \(broken\.wat:3\)\n$/);
});

/** The output of `rumpk run --debug` and of gdb with these commands. */
async function debugged(commands, input) {
  const elf = (await rumpk(["build", ...on(machine)])).stdout.trim();
  const child = spawn(process.execPath, [bin, "run", ...on(machine), "--debug"], { cwd: root });
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.stdin.end(input);
  child.stdout.resume();
  const word = await new Promise((resolve) => child.stderr.once("data", (bytes) => resolve(bytes.toString())));
  const patient = ["set pagination off", "set tcp connect-timeout unlimited", "set remotetimeout 600"];
  const script = [...patient, "target remote :1234", ...commands].flatMap((line) => ["-ex", line]);
  const gdb = await run("gdb-multiarch", ["-nx", "-batch", elf, ...script]);
  const watch = setTimeout(() => child.kill("SIGTERM"), LIMIT);
  const status = await ended;
  clearTimeout(watch);
  return { word, gdb: gdb.stdout + gdb.stderr, status };
}

/** At the line where a cell faults in this way. */
const lineOf = (wanted) => Number(/:(\d+)\)/.exec(kinds.find(([kind]) => kind === wanted)[2])[1]);

/** At the first line of a function that is only called through a table, and of one that calls itself. */
async function stopsInCellAndKernel() {
  const line = lineOf("recursion");
  const first = lineOf("oob") - 1;
  const commands = [
    ...[`break cells/crash/main.ts:${first}`, "continue", "delete"],
    ...[`break cells/crash/main.ts:${line}`, "continue", "backtrace 20", "delete"],
    ...["break w2c_kernel_sys_exit", "continue", "backtrace 20", "delete", "continue"],
  ];
  const { word, gdb, status } = await debugged(commands, "crash recursion\nexit 3\n");
  assert.match(word, /^waiting for gdb: gdb-multiarch /);
  assert.match(gdb, new RegExp(`Breakpoint 1, .* at cells/crash/main\\.ts:${first}\\n`));
  assert.match(gdb, new RegExp(`#0 .* at cells/crash/main\\.ts:${line}\\n`));
  assert.match(gdb, /in w2c_cell__crash_entry0x2Fcell_main .* at assembly\/sdk\/entry\.ts:\d+/);
  assert.match(gdb, /#0 +w2c_kernel_sys_exit /);
  assert.match(gdb, /in arch_call \(\)/);
  assert.equal(status, 3);
}

async function releaseKnowsNoPlaces() {
  const { stderr } = await rumpk(["run", ...on(machine), "--release"], { input: "crash oob\n" });
  assert.equal(stderr, "crash: memory access out of bounds\n");
}

if (machine !== "node") test("a release knows no places", { skip }, releaseKnowsNoPlaces);
// gdb has one port on this computer, and another machine's suite may run at the same time.
if (metal.includes(machine))
  test("gdb stops in a cell and in the kernel", { skip }, () => exclusively(stopsInCellAndKernel, "gdb.lock"));
