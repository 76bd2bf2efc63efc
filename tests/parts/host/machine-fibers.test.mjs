/* cell_enter of the Node machine: parking and resuming, exits and faults, refused modules, the stack. */
import assert from "node:assert/strict";
import test from "node:test";

import * as abi from "../../../build/host/abi.js";
import { sizeOf, memoryOf } from "../../../build/host/node/cell.js";
import { image, oneCell } from "./machine-kit.mjs";

const IMPORTS = `
  (import "rumpk" "exit" (func $exit (param i32)))
  (import "rumpk" "wait" (func $wait (param i64 i64) (result i64)))
  (import "rumpk" "recv" (func $recv (param i32 i32 i32 i32) (result i64)))
  (memory (export "memory") 1 4)`;
const main = (body, more = "") => `(module ${IMPORTS} ${more} (func (export "cell_main") (result i32) ${body}))`;

test("a call that would block is made again with the same arguments, and its answer comes back", () => {
  const seen = [];
  const answers = [abi.WOULD_BLOCK, abi.WOULD_BLOCK, 42n];
  const recv = (...args) => (seen.push(args), answers.shift());
  let status;
  const exit = (cell, value) => (status = value);
  const machine = oneCell(
    image(main(`(i32.wrap_i64 (call $recv (i32.const 7) (i32.const 16) (i32.const 99) (i32.const 2)))`)),
    { recv, exit },
  );
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.deepEqual(seen, Array(3).fill([3, 7, 16, 99, 2]));
  assert.equal(status, 42);
});

test("locals and nested frames survive parking, and the machine's page is clean afterwards", () => {
  const nested = `
    (func $down (param $n i32) (result i32)
      (if (result i32) (local.get $n)
        (then (i32.add (call $down (i32.sub (local.get $n) (i32.const 1))) (local.get $n)))
        (else (i32.wrap_i64 (call $wait (i64.const 2) (i64.const 5))))))`;
  let turns = 0;
  let status;
  const wait = () => (turns++ % 2 === 0 ? abi.WOULD_BLOCK : 1000n);
  const machine = oneCell(image(main(`(i32.add (call $down (i32.const 50)) (call $down (i32.const 9)))`, nested)), {
    wait,
    exit: (cell, value) => (status = value),
  });
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.ok(
    memoryOf(machine.cell)
      .subarray(sizeOf(machine.cell))
      .some((byte) => byte !== 0),
  );
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.equal(status, (50 * 51) / 2 + 1000 + (9 * 10) / 2 + 1000);
  assert.ok(
    memoryOf(machine.cell)
      .subarray(sizeOf(machine.cell))
      .every((byte) => byte === 0),
  );
});

test("timer_arm with a deadline that passed yields after the call, and keeps its answer", () => {
  let calls = 0;
  let status;
  const machine = oneCell(image(main(`(i32.wrap_i64 (call $wait (i64.const 2) (i64.const 0)))`)), {
    wait: () => (calls++, machine.arm(0n), 7n),
    exit: (cell, value) => (status = value),
  });
  assert.equal(machine.enter(), abi.EXIT_YIELDED);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.equal(calls, 1);
  assert.equal(status, 7);
});

test("a budget that ran out preempts at the end of a call", () => {
  const loop = `(loop $again (drop (call $wait (i64.const 2) (i64.const 0))) (br $again))`;
  const machine = oneCell(image(main(`${loop} (i32.const 0)`)));
  assert.equal(machine.enter(2_000_000n), abi.EXIT_PREEMPTED);
  assert.equal(machine.enter(0n), abi.EXIT_PREEMPTED);
});

test("a deliverable interrupt ends the run before the next call, which is made later", () => {
  const order = [];
  const machine = oneCell(
    image(main(`(i32.wrap_i64 (call $wait (i64.const 2) (i64.const 0)))`)),
    { wait: () => (order.push("wait"), 5n), exit: (cell, status) => order.push(`exit ${status}`) },
    (line) => order.push(`interrupt ${line}`),
  );
  machine.board.raise(4);
  assert.equal(machine.enter(), abi.EXIT_INTERRUPTED);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.deepEqual(order, ["interrupt 4", "wait", "exit 5"]);
});

test("an interrupt that waits is taken by every cell_enter, whatever it answers", () => {
  const taken = [];
  const machine = oneCell(
    image(main(`(i32.wrap_i64 (call $wait (i64.const 2) (i64.const 0)))`)),
    { wait: () => abi.WOULD_BLOCK },
    (line) => taken.push(line),
  );
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  machine.board.raise(4);
  assert.equal(machine.enter(), abi.EXIT_BLOCKED, "the pending call blocks again, and no code of the cell runs");
  assert.deepEqual(taken, [4]);
  machine.board.raise(4);
  assert.equal(machine.enterNobody(), abi.EINVAL);
  assert.deepEqual(taken, [4, 4]);
});

test("exit ends the cell where it stands, once", () => {
  const exits = [];
  const exit = (cell, status) => exits.push([cell, status]);
  const machine = oneCell(
    image(main(`(call $exit (i32.const 9)) (drop (call $wait (i64.const 0) (i64.const 0))) (i32.const 1)`)),
    { exit },
  );
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.deepEqual(exits, [[3, 9]]);
});

test("start function and main both park, and the start function runs once", () => {
  const order = [];
  const text = `(module ${IMPORTS} (start $begin)
    (func $begin (drop (call $wait (i64.const 2) (i64.const 1))))
    (func (export "cell_main") (result i32) (drop (call $wait (i64.const 4) (i64.const 1))) (i32.const 0)))`;
  let turn = 0;
  const wait = (cell, slots) => (order.push(slots), turn++ % 2 === 0 ? abi.WOULD_BLOCK : 0n);
  const machine = oneCell(image(text), { wait });
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.deepEqual(order, [2n, 2n, 4n, 4n]);
});

const FAULTS = {
  "load behind the memory": [`(i32.load (i32.const 0x7ffffff0))`, abi.CAUSE_MEMORY],
  unreachable: [`unreachable`, abi.CAUSE_UNREACHABLE],
  "division by zero": [`(i32.div_s (i32.const 1) (i32.load (i32.const 0)))`, abi.CAUSE_DIVISION],
  "remainder by zero": [`(i32.rem_u (i32.const 1) (i32.load (i32.const 0)))`, abi.CAUSE_DIVISION],
  "division that overflows": [
    `(i32.div_s (i32.const 0x80000000) (i32.sub (i32.load (i32.const 0)) (i32.const 1)))`,
    abi.CAUSE_OVERFLOW,
  ],
  "conversion of infinity": [`(i32.trunc_f32_s (f32.const inf))`, abi.CAUSE_CONVERSION],
  "indirect call of a null entry": [`(call_indirect (type $t) (i32.load (i32.const 0)))`, abi.CAUSE_INDIRECT],
  "indirect call behind the table": [
    `(call_indirect (type $t) (i32.sub (i32.load (i32.const 0)) (i32.const 9)))`,
    abi.CAUSE_INDIRECT,
  ],
  "indirect call with another signature": [
    `(call_indirect (type $t) (i32.add (i32.load (i32.const 0)) (i32.const 1)))`,
    abi.CAUSE_INDIRECT,
  ],
  "endless recursion": [`(call $deep)`, abi.CAUSE_STACK],
};
const FAULT_PARTS = `(type $t (func (result i32))) (table 2 funcref) (elem (i32.const 1) $other)
  (func $other (param i64)) (func $deep (result i32) (i32.add (call $deep) (i32.const 1)))`;

for (const [name, [body, cause]] of Object.entries(FAULTS)) {
  test(`fault: ${name}`, () => {
    const machine = oneCell(image(main(body, FAULT_PARTS)));
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(machine.cell.fault.cause, cause);
    assert.ok(machine.cell.fault.pc > 0);
  });
}

test("fault: in the start function", () => {
  const machine = oneCell(
    image(
      `(module ${IMPORTS} (start $begin) (func $begin unreachable) (func (export "cell_main") (result i32) (i32.const 0)))`,
    ),
  );
  assert.equal(machine.enter(), abi.EXIT_FAULTED);
  assert.equal(machine.cell.fault.cause, abi.CAUSE_UNREACHABLE);
});

test("the watchdog ends a loop and a recursion without calls", () => {
  for (const body of [
    `(loop $again (br $again)) (i32.const 0)`,
    `(loop $again (call $nothing) (br $again)) (i32.const 0)`,
  ]) {
    const machine = oneCell(image(main(body, `(func $nothing)`), { watchdogMs: 60 }));
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(machine.cell.fault.cause, abi.CAUSE_SPIN);
    assert.ok(machine.cell.fault.pc > 0);
    assert.deepEqual(machine.log, [machine.cell.fault.where]);
    assert.notEqual(machine.cell.fault.where, "");
  }
});

test("the watchdog counts one run: what a cell does in several is the kernel's to count", () => {
  const busy = `(loop $turn
    (local.set $i (i32.const 2000000)) (loop $spin (br_if $spin (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (drop (call $wait (i64.const 2) (i64.const 0))) (br $turn))`;
  const machine = oneCell(image(main(`(local $i i32) ${busy} (i32.const 0)`), { watchdogMs: 2000 }), {
    wait: () => (machine.arm(0n), 0n),
  });
  const started = process.hrtime.bigint();
  while (process.hrtime.bigint() - started < 3_000_000_000n) assert.equal(machine.enter(), abi.EXIT_YIELDED);
});

const REFUSED = {
  "a foreign module": `(import "env" "abort" (func))`,
  "an unknown call": `(import "rumpk" "fork" (func (result i64)))`,
  "another signature": `(import "rumpk" "send" (func (param i32 i32 i32) (result i64)))`,
  "a global": `(import "rumpk" "exit" (global i32))`,
  "an own memory": `(import "mmio" "load8" (memory 1))`,
};
for (const [name, line] of Object.entries(REFUSED)) {
  test(`refused: import of ${name}`, () => {
    const memory = line.includes("memory") ? `(export "memory" (memory 0))` : `(memory (export "memory") 2)`;
    const text = `(module ${line} ${memory} (func (export "cell_main") (result i32) (i32.const 0))
      (func (export "asyncify_start_unwind") (param i32)) (func (export "asyncify_stop_unwind"))
      (func (export "asyncify_start_rewind") (param i32)) (func (export "asyncify_stop_rewind")))`;
    const machine = oneCell(image(text, { instrumented: false }));
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(machine.cell.fault.cause, abi.CAUSE_MODULE);
  });
}

test("refused: bytes that are no module, and a cell_main with another signature", () => {
  const broken = { ...image(main(`(i32.const 0)`)), wasm: Uint8Array.of(1, 2, 3) };
  const wrong = image(
    `(module (memory (export "memory") 1) (func (export "cell_main") (param i32) (result i32) (i32.const 0)))`,
  );
  for (const bad of [broken, wrong]) {
    const machine = oneCell(bad);
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(machine.cell.fault.cause, abi.CAUSE_MODULE);
  }
});

test("an active segment behind the cell's memory is a fault, also where the machine's page lies", () => {
  for (const offset of [65530, 65536, 200000]) {
    const machine = oneCell(image(main(`(i32.const 0)`, `(data (i32.const ${offset}) "eight...")`)));
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(machine.cell.fault.cause, abi.CAUSE_MEMORY);
  }
});

test("an active segment behind the table is a fault", () => {
  const machine = oneCell(image(main(`(i32.const 0)`, `(table 1 funcref) (elem (i32.const 1) $f) (func $f)`)));
  assert.equal(machine.enter(), abi.EXIT_FAULTED);
  assert.equal(machine.cell.fault.cause, abi.CAUSE_MEMORY);
});

test("a cell sees its own pages only, and grown pages are zero after the cell was parked", () => {
  const body = `
    (if (i32.ne (memory.size) (i32.const 1)) (then (return (i32.const 1))))
    (drop (call $wait (i64.const 2) (i64.const 0)))
    (if (i32.ne (memory.grow (i32.const 3)) (i32.const 1)) (then (return (i32.const 2))))
    (if (i32.ne (memory.size) (i32.const 4)) (then (return (i32.const 3))))
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (return (i32.const 4))))
    (local.set $at (i32.const 65536))
    (loop $next
      (if (i32.load (local.get $at)) (then (return (i32.const 5))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 262144))))
    (i32.store (i32.const 262140) (i32.const 77))
    (drop (call $wait (i64.const 2) (i64.const 0)))
    (i32.load (i32.const 262140))`;
  let odd = false;
  let status;
  const machine = oneCell(image(main(`(local $at i32) ${body}`)), {
    wait: () => ((odd = !odd) ? abi.WOULD_BLOCK : 0n),
    exit: (cell, value) => (status = value),
  });
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(sizeOf(machine.cell), 65536);
  assert.equal(machine.enter(), abi.EXIT_BLOCKED);
  assert.equal(sizeOf(machine.cell), 4 * 65536);
  assert.equal(machine.enter(), abi.EXIT_RETURNED);
  assert.equal(status, 77);
});

test("too deep to park is a fault of the cell: its stack", () => {
  const nested = `(func $down (param $n i32) (result i32)
      (if (result i32) (local.get $n)
        (then (i32.add (call $down (i32.sub (local.get $n) (i32.const 1))) (local.get $n)))
        (else (i32.wrap_i64 (call $wait (i64.const 2) (i64.const 5))))))`;
  const machine = oneCell(image(main(`(call $down (i32.const 8000))`, nested)), { wait: () => abi.WOULD_BLOCK });
  assert.equal(machine.enter(), abi.EXIT_FAULTED);
  assert.equal(machine.cell.fault.cause, abi.CAUSE_STACK);
});

/** Uses about `bytes` of stack, as a kernel would. */
function useStack(levels) {
  return levels === 0 ? 0 : 1 + useStack(levels - 1);
}

test("a recursion that calls at every depth never exhausts the stack within the kernel", () => {
  let [entered, left] = [0, 0];
  const wait = () => {
    entered++;
    useStack(200);
    left++;
    return 0n;
  };
  const deep = `(func $deep (result i32) (drop (call $wait (i64.const 2) (i64.const 0))) (i32.add (call $deep) (i32.const 1)))`;
  for (let round = 0; round < 4; round++) {
    const machine = oneCell(image(main(`(call $deep)`, deep)), { wait });
    assert.equal(machine.enter(), abi.EXIT_FAULTED);
    assert.equal(left, entered);
    assert.equal(machine.cell.fault.cause, abi.CAUSE_STACK);
    assert.ok(machine.cell.fault.pc > 0);
  }
  assert.ok(entered > 1000);
});
