/*
 * A feature that one machine supports and another does not is refused when a cell is built, for every machine alike:
 * one line with the cell, the function, the feature and the cure. For each there is a similar feature that all machines
 * support, which is accepted.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import wabtInit from "wabt";
import { checkFeatures } from "../../../build/host/pipeline/wasm/features.js";
import { scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const wabt = await wabtInit();
const FEATURES = {
  ...{ exceptions: true, simd: true, threads: true, function_references: true, tail_call: true, memory64: true },
  ...{ extended_const: true, gc: true, bulk_memory: true, reference_types: true, multi_value: true },
};

/** A cell's module: the fields, and the body of its function $work. */
function moduleOf({ fields = "", body = "", memory = "1 16" }, names = true) {
  const memories = memory && `(memory (export "memory") ${memory})`;
  const text = `(module ${fields} ${memories} (func (export "cell_main") (result i32) (i32.const 0)) (func $work ${body}))`;
  const parsed = wabt.parseWat("cell.wat", text, FEATURES);
  try {
    return parsed.toBinary({ write_debug_names: names }).buffer;
  } finally {
    parsed.destroy();
  }
}

const REFUSED = [
  [
    "wait32",
    { body: "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0)))" },
    /function work: memory\.atomic\.wait32 .*rumpk's wait/,
  ],
  [
    "wait64",
    { body: "(drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const 0)))" },
    /function work: memory\.atomic\.wait64 .*rumpk's wait/,
  ],
  [
    "notify",
    { body: "(drop (memory.atomic.notify (i32.const 0) (i32.const 0)))" },
    /function work: memory\.atomic\.notify .*rumpk's wait/,
  ],
  ["a shared memory", { memory: "1 16 shared" }, /memories: shared memory .*--shared-memory/],
  ["a memory of 64-bit addresses", { memory: "i64 1 16" }, /memories: 64-bit addresses .*wasm32/],
  ["SIMD", { body: "(drop (v128.const i64x2 0 0))" }, /function work: SIMD .*-mno-simd128/],
  ["a local of SIMD", { body: "(local v128)" }, /function work: SIMD/],
  ["a signature with SIMD", { fields: "(type (func (param v128)))" }, /types: SIMD/],
  ["a block with SIMD", { body: "(drop (block (result v128) (unreachable)))" }, /function work: SIMD/],
  ["a tail call", { body: "(return_call $work)" }, /function work: tail calls .*-mno-tail-call/],
  ["a tag", { fields: "(tag $t)" }, /tags: exceptions .*-fno-exceptions/],
  ["try", { body: "(try (do) (catch_all))" }, /function work: exceptions/],
  [
    "a constant that is computed",
    { fields: "(global i32 (i32.add (i32.const 1) (i32.const 2)))" },
    /globals: extended constant/,
  ],
  [
    "a data segment at a computed offset",
    { fields: '(data (offset (i32.add (i32.const 1) (i32.const 2))) "a")' },
    /data segments: extended constant/,
  ],
];

for (const [what, parts, message] of REFUSED)
  test(`${what} is refused`, () => {
    assert.throws(
      () => checkFeatures("cell odd", moduleOf(parts)),
      (error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, /^cell odd, .* at byte \d+: [^\n]+$/);
        return message.test(error.message) || assert.fail(error.message);
      },
    );
  });

/** A valid module with some bytes replaced by these, for features that wabt cannot write. */
function changed(from, to) {
  const bytes = [...moduleOf({})];
  const at = bytes.findIndex((_, index) => from.every((byte, n) => bytes[index + n] === byte));
  return Uint8Array.from([...bytes.slice(0, at), ...to, ...bytes.slice(at + from.length)]);
}

test("a second memory is refused", () => {
  const two = changed([5, 4, 1, 1, 1, 16], [5, 7, 2, 1, 1, 16, 1, 1, 16]);
  assert.throws(() => checkFeatures("cell odd", two), /cell odd, memories: a second memory .*a cell has one/);
});

test("a structure is refused", () => {
  const structure = changed([0x60, 0, 1, 0x7f], [0x5f, 1, 0x7f, 0]);
  assert.throws(() => checkFeatures("cell odd", structure), /cell odd, types: typed references .*linear/);
});

test("a function without a name is named by its number", () => {
  const bytes = moduleOf({ body: "(return_call $work)" }, false);
  assert.throws(() => checkFeatures("cell odd", bytes), /cell odd, function 1: tail calls/);
});

test("what every machine runs is taken", () => {
  const body = `(local i64 externref) (atomic.fence) (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (memory.copy (i32.const 0) (i32.const 8) (i32.const 4)) (drop (block (result i32 i32) (i32.const 1) (i32.const 2))) (drop)
    (drop (select (result externref) (ref.null extern) (local.get 1) (i32.const 1)))`;
  const fields = `(table 2 funcref) (elem (i32.const 0) $work) (elem func $work) (elem (i32.const 1) funcref (ref.func $work))
    (data (i32.const 8) "a") (data "passive") (global (mut i64) (i64.const -1)) (type (func (param f32 f64) (result funcref)))`;
  checkFeatures("cell odd", moduleOf({ fields, body }));
});

for (const machine of ["node", "riscv64"])
  test(`the build for ${machine} refuses a cell that waits`, async (t) => {
    const folder = join(scratchFolder(t), "sleeper");
    assert.equal((await rumpk(["new", folder])).status, 0);
    writeFileSync(join(folder, "main.wasm"), moduleOf(REFUSED[0][1]));
    const manifest = 'cell "sleeper" {\n  kind "npk"\n  source "main.wasm"\n  memory max=16\n}\n';
    writeFileSync(join(folder, "cell.kdl"), manifest);
    const { status, stderr } = await rumpk(["build", "--on", machine, "--with", folder]);
    assert.equal(status, 2);
    assert.match(stderr, /^rumpk: \S*main\.wasm: cell sleeper, function work: memory\.atomic\.wait32 [^\n]*\n$/);
  });
