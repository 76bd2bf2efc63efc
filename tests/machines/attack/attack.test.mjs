/*
 * The ABI under attack, on one machine (RUMPK_MACHINE): a cell that misuses every call gets errors and harms nobody;
 * modules that must not run are refused at build time, or fault by themselves when they start.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";
import { cases, errorNames } from "./cases.mjs";
import { attackText, manifest } from "./cell.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);

/** Modules that may run, and how each ends: with a fault of its own. */
const faulty = {
  "bad-segment": [
    `(module (memory (export "memory") 1) (data (i32.const 65533) "four")
      (func (export "cell_main") (result i32) (i32.const 0)))`,
    "memory access out of bounds",
    129,
  ],
  "bad-table": [
    `(module (memory (export "memory") 1) (table 1 funcref) (elem (i32.const 1) $f) (func $f)
      (func (export "cell_main") (result i32) (i32.const 0)))`,
    "memory access out of bounds",
    129,
  ],
  "bad-start": [
    `(module (memory (export "memory") 1) (func $start unreachable) (start $start)
      (func (export "cell_main") (result i32) (i32.const 0)))`,
    "unreachable instruction",
    130,
  ],
};

/** Modules that must never run, and the text of the refusal. */
const refused = {
  "foreign-import": [
    `(module (import "env" "abort" (func)) (memory (export "memory") 1) (func (export "cell_main") (result i32) (i32.const 0)))`,
    /import env\.abort/,
  ],
  "wrong-signature": [
    `(module (import "rumpk" "send" (func (param i32 i32 i32) (result i64))) (memory (export "memory") 1)
      (func (export "cell_main") (result i32) (i32.const 0)))`,
    /import rumpk\.send expected/,
  ],
  "unknown-call": [
    `(module (import "rumpk" "reboot" (func)) (memory (export "memory") 1) (func (export "cell_main") (result i32) (i32.const 0)))`,
    /import rumpk\.reboot/,
  ],
  "no-main": [`(module (memory (export "memory") 1))`, /cell_main/],
  "wrong-main": [`(module (memory (export "memory") 1) (func (export "cell_main")))`, /cell_main/],
  "no-memory": [`(module (func (export "cell_main") (result i32) (i32.const 0)))`, /memory/],
  "imported-memory": [
    `(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "cell_main") (result i32) (i32.const 0)))`,
    /import env\.memory/,
  ],
  "not-wasm": [
    `(module (func (export "cell_main") (result i32) (i64.const 0)))`,
    /^rumpk: \S+main\.wat:1:50: error: .*\n\(module .*\n +\^+\n$/,
  ],
};

/** Writes a cell in WebAssembly text to its own folder; returns the folder. */
function writeCell(parent, name, text) {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "cell.kdl"), manifest(name));
  writeFileSync(join(folder, "main.wat"), text);
  return folder;
}

/** One run with all cells that may run; each test checks a part of its output. */
let run;
before(async (t) => {
  if (skip) return;
  const folder = scratchFolder(t);
  const folders = [writeCell(folder, "attack", attackText())];
  for (const [name, [text]] of Object.entries(faulty)) folders.push(writeCell(folder, name, text));
  const flags = folders.flatMap((each) => ["--with", each]);
  const built = await rumpk(["build", ...on(machine), ...flags]);
  assert.equal(built.status, 0, built.stderr);
  const lines = [
    "run attack",
    "echo attack $?",
    ...Object.keys(faulty).flatMap((name) => [`run ${name}`, "echo $?"]),
    "ps",
  ];
  run = await rumpk(["run", ...on(machine), ...flags], {
    input: lines.join("\n") + "\n",
    merged: true,
  });
});

const shown = (value) => errorNames[value] ?? String(value);

test("every misuse is answered as documented", { skip }, () => {
  assert.ok(run.bytes.length >= cases.length * 8, `the cell did not finish: ${run.stdout.slice(-300)}`);
  const wrong = [];
  cases.forEach(([what, call, args, answer], i) => {
    const given = run.bytes.readBigInt64LE(i * 8);
    if (given !== BigInt(answer))
      wrong.push(`${what}: ${call}(${args.join(", ")}) is ${shown(given)}, expected ${shown(answer)}`);
  });
  assert.deepEqual(wrong, []);
});

test("the attacking cell ends as it wants; nobody else has noticed", { skip }, () => {
  const answers = cases.length * 8;
  const rest = run.bytes
    .subarray(answers)
    .toString()
    .replace(/^(bad-\w+: [a-z ]+?) in [^\n]+$/gm, "$1");
  const faults = Object.entries(faulty).map(([name, [, text, status]]) => `${name}: ${text}\n${status}\n`);
  const start = `attack 0\n${faults.join("")}CELL GEN`;
  assert.equal(rest.slice(0, start.length), start);
  const list = rest.slice(start.length).trim().split("\n").slice(1);
  const generations = new Map(list.map((line) => line.trim().split(/\s+/)).map((words) => [words.at(-1), words[1]]));
  for (const name of ["uart", "tarfs", "ramfs", "vfs", "nipbox"]) assert.equal(generations.get(name), "1", name);
  assert.equal(run.status, 0);
});

for (const [name, [text, message]] of Object.entries(refused)) {
  test(`refused when it is built: ${name}`, { skip }, async (t) => {
    const folder = writeCell(scratchFolder(t), name, text);
    const { status, stdout, stderr } = await rumpk(["run", ...on(machine), "--with", folder]);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    const [first, ...rest] = stderr.trimEnd().split("\n");
    assert.match(first, /^rumpk: /);
    assert.equal(rest.length, name === "not-wasm" ? 2 : 0, "only text is shown with its source line: " + stderr);
    assert.equal(status, 2);
  });
}
