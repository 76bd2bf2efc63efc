/*
 * Where the containment pass inserts ticks for the watchdog: code without loops and recursion can still run for ages,
 * and must not escape it; short functions pay nothing.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { contain } from "../../../build/host/pipeline/passes/contain/contain.js";
import { tickingFunctions } from "../../../build/host/pipeline/passes/contain/ticks.js";
import { assemble } from "./machine-kit.mjs";

/** Each function calls the next one twice. */
const LEVELS = 26;

test("functions that double their work look at the clock", async () => {
  const functions = Array.from(
    { length: LEVELS },
    (_, level) => `(func $f${level} (call $f${level + 1}) (call $f${level + 1}))`,
  );
  const plain = assemble(`(module (memory (export "memory") 1 1)
    (global $turns (mut i32) (i32.const 0))
    ${functions.join("\n")}
    (func $f${LEVELS} (global.set $turns (i32.add (global.get $turns) (i32.const 1))))
    (func (export "cell_main") (result i32) (call $f0) (global.get $turns)))`);
  const { bytes } = contain(plain, [], 1, 1, (name) => name === "cell_main");
  let looks = 0;
  const watchdog = { check: () => looks++ };
  const { instance } = await WebAssembly.instantiate(bytes, { watchdog });
  assert.equal(instance.exports.cell_main(), 2 ** LEVELS);
  assert.ok(looks > 0, "the clock was never looked at");
});

test("recursive and long functions count, short ones do not", () => {
  const called = (instructions, ...sites) => ({ bytes: 0, instructions, sites, calls: new Set(sites.flat()) });
  const graph = new Map([
    [0, called(10, [1], [2, 3])],
    [1, called(1500)],
    [2, called(400)],
    [3, called(500)],
    [4, called(10, [4])],
    [5, called(10, [0], [4])],
    [6, called(10, [5], [5])],
  ]);
  assert.deepEqual([...tickingFunctions(graph, new Set([4]))].sort(), [0, 4]);
});
