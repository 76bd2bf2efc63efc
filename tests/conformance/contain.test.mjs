/*
 * The containment pass against the WebAssembly specification's test suite, version 2 and the proposal for threads: with
 * the pass an assert_trap is a fault of the right cause and the engine never traps, and an assert_return has the same
 * result. In V8 step by step, and whole scripts under the wasmtime command.
 *
 * Refusals of the pass are counted by reason; the counts are fixed, so that nothing drops out unnoticed.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LIMIT } from "../lib/limit.mjs";
import wabtInit from "wabt";
import { SPECTEST, assemble, prepare } from "./driver.mjs";
import { FOLDERS, suiteFolder } from "./suite.mjs";

const wabt = await wabtInit();
const NOTHING = '(module (func (export "check")))';
/** Ends the process with the number of the step that failed. */
const CHECK = `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
  (func (export "fail") (param i32)
    (call $exit (select (i32.add (local.get 0) (i32.const 1)) (i32.const 125) (i32.lt_u (local.get 0) (i32.const 124))))))`;

/** The counts of the pinned suite. */
const EXPECTED = {
  counts: { start: 1045, return: 20040, trap: 549, invoke: 174, exhaustion: 15 },
  refused: {
    "text that wabt does not read": 1,
    "error in parsing wasm binary": 1,
    "imports, as no cell has them": 173,
    "an indirect call through a table that the module changes": 19,
    "table.grow: a table cannot become smaller for a new instance": 7,
    "static offset 4294967295 exceeds 2097136": 4,
    "a shared memory or one of 64 bits": 4,
  },
};

const suite = suiteFolder();
const scripts = FOLDERS.flatMap((folder) =>
  readdirSync(join(suite, folder))
    .filter((name) => name.endsWith(".wast") && !name.startsWith("simd"))
    .map((name) => ({ name: `${folder}/${name}`, ...prepare(wabt, unshared(join(suite, folder, name))) })),
);

/** A script with its shared memories made private, so that its atomic instructions can be tested. */
function unshared(path) {
  return readFileSync(path, "utf8").replace(/\(memory (\d+ \d+) shared\)/g, "(memory $1)");
}

/** Runs a script's steps in V8; returns the steps that failed, and why. */
function runInV8({ modules, steps, driver }) {
  const failed = [];
  let step = 0;
  const note = (what) => failed.push(`step ${step} ${steps[step].name}: ${what}`);
  const instance = (bytes, imports) => new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  const spectest = instance(assemble(wabt, SPECTEST), {});
  const made = modules.map(({ contained }) => instance(contained, { spectest, watchdog: { check: () => {} } }));
  const named = Object.fromEntries(made.map((exports, index) => [`m${index}`, exports]));
  const run = instance(driver, { ...named, check: { fail: () => note("another fault or result") } });
  for (; step < steps.length; step++) {
    if (steps[step].kind === "exhaustion") continue;
    try {
      run[`s${step}`]();
    } catch (error) {
      note(`the engine trapped: ${error.message}`);
    }
  }
  return failed;
}

/** Runs a whole script under wasmtime; returns its exit status and output. */
function runInWasmtime({ modules, driver }, folder) {
  const files = new Map(modules.map(({ contained }, index) => [`m${index}`, contained]));
  const support = [...Object.entries({ spectest: SPECTEST, watchdog: NOTHING, check: CHECK })];
  const all = new Map([...support.map(([name, text]) => [name, assemble(wabt, text)]), ...files]);
  const preloads = [...all].flatMap(([name, bytes]) => {
    writeFileSync(join(folder, `${name}.wasm`), bytes);
    return ["--preload", `${name}=${join(folder, `${name}.wasm`)}`];
  });
  writeFileSync(join(folder, "driver.wasm"), driver);
  const args = ["run", "-C", "cache=n", "-W", "max-wasm-stack=4194304", ...preloads, join(folder, "driver.wasm")];
  return spawnSync("wasmtime", args, { encoding: "utf8", timeout: LIMIT });
}

for (const script of scripts.filter(({ driver }) => driver)) {
  test(`${script.name}: ${script.steps.length} steps`, (t) => {
    assert.deepEqual(runInV8(script), []);
    const folder = mkdtempSync(join(tmpdir(), "rumpk-conformance-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const { status, stderr } = runInWasmtime(script, folder);
    assert.equal(status, 0, `step ${status - 1} failed (or a later one, at 124): ${stderr}`);
  });
}

test("the same assertions as ever are made, and the same modules refused", () => {
  const counts = {};
  for (const { kind } of scripts.flatMap(({ steps }) => steps)) counts[kind] = (counts[kind] ?? 0) + 1;
  const refused = {};
  for (const reason of scripts.flatMap((script) => script.refused)) refused[reason] = (refused[reason] ?? 0) + 1;
  assert.deepEqual({ counts, refused }, EXPECTED);
});
