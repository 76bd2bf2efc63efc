/* The Node machine as a whole, around small kernels in Wasm text; and what hal.cell_* and the windows check. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import test, { after } from "node:test";

import * as abi from "../../../build/host/abi.js";
import { RAM_SIZE } from "../../../build/host/node/board.js";
import { copyCells, copyKernel, createCells } from "../../../build/host/node/cells.js";
import { MachineError, run } from "../../../build/host/node/index.js";
import { assemble, image, oneCell, simulatedBoard } from "./machine-kit.mjs";
import { root } from "../../lib/paths.mjs";

const UART_BASE = 0x1000_0000n;
const SCRATCH = 7;

const folder = mkdtempSync(join(tmpdir(), "rumpk-machine-"));
simulatedBoard();
after(() => rmSync(folder, { recursive: true }));

const NOTHING = `(module (memory (export "memory") 1) (func (export "cell_main") (result i32) (i32.const 0)))`;

const SYSTEM_CALLS = `
  (func (export "sys_meta") (param i32 i32 i64 i64 i64) (result i64) (i64.const 0))
  (func (export "sys_exit") (param i32 i32))
  (func (export "sys_spawn") (param i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_join") (param i32 i32 i64) (result i64) (i64.const 0))
  (func (export "sys_send") (param i32 i32 i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_recv") (param i32 i32 i32 i32 i32) (result i64) unreachable)
  (func (export "sys_wait") (param i32 i64 i64) (result i64) (i64.const 0))
  (func (export "sys_map") (param i32 i32 i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_mask") (param i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_grant") (param i32 i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_pledge") (param i32 i64) (result i64) (i64.const 0))
  (func (export "sys_unveil") (param i32 i32 i32 i32) (result i64) (i64.const 0))
  (func (export "sys_checkpoint") (param i32 i32 i32) (result i64) (i64.const 0))`;

/** Runs a machine with a kernel whose boot and dispatch have these bodies, and with one cell in Wasm text. */
async function runKernel({ boot = "(i32.const 0)", dispatch, cell = NOTHING }) {
  const kernel = `(module
    (import "env" "memory" (memory ${abi.KERNEL_PAGES} ${abi.KERNEL_PAGES}))
    (import "env" "table" (table ${abi.KERNEL_TABLE} funcref))
    (import "hal" "off" (func $off (param i32)))
    (import "hal" "images" (func $images (param i32) (result i32)))
    (import "hal" "cell_create" (func $create (param i32 i32) (result i32)))
    (import "hal" "cell_enter" (func $enter (param i32 i64) (result i32)))
    (import "hal" "entropy" (func $entropy (param i32 i32) (result i32)))
    (type $wait (func (param i32 i64 i64) (result i64)))
    ${SYSTEM_CALLS}
    (func (export "interrupt") (param i32))
    (func (export "boot") (param $table i32) (result i32) ${boot})
    (func (export "dispatch") (param i64 i64) (result i64) ${dispatch} (i64.const ${abi.NEVER})))`;
  const { wasm, record } = image(cell);
  writeFileSync(join(folder, "kernel.wasm"), assemble(kernel));
  writeFileSync(join(folder, "cell.wasm"), wasm);
  writeFileSync(join(folder, "cell.record"), record);
  const system = {
    kernel: "kernel.wasm",
    board: join(root, "build/board/index.wasm"),
    cells: [{ name: "test", wasm: "cell.wasm", record: "cell.record" }],
    rootfs: null,
  };
  writeFileSync(join(folder, "system.json"), JSON.stringify(system));
  return run(join(folder, "system.json"), options());
}

const options = () => ({ terminal: false, input: new PassThrough(), output: new PassThrough(), commandLine: "" });

test("off gives the exit status, 0 to 255", async () => {
  for (const status of [0, 1, 255]) {
    assert.equal(await runKernel({ dispatch: `(call $off (i32.const ${status}))` }), status);
  }
});

test("the kernel finds SysTable, device tree, images, and its system calls in the table", async () => {
  const { SYSTABLE_MAGIC, KERNEL_FDT, SysTable, KERNEL_TABLE, CALLS, RUMPK_FUNCTIONS } = abi;
  const CALL_WAIT = Object.keys(RUMPK_FUNCTIONS).indexOf("wait");
  const fdt = SysTable.fields.fdt.offset;
  const boot = `
    (if (i32.ne (i32.load (local.get $table)) (i32.const ${SYSTABLE_MAGIC})) (then (return (i32.const -1))))
    (if (i64.ne (i64.load offset=${fdt} (local.get $table)) (i64.const ${KERNEL_FDT})) (then (return (i32.const -2))))
    (if (i32.ne (i32.load (i32.const ${KERNEL_FDT})) (i32.const 0xedfe0dd0)) (then (return (i32.const -3))))
    (if (i32.ne (call $images (i32.const 4096)) (i32.const 1)) (then (return (i32.const -4))))
    (if (i32.ne (i32.load (i32.const 4096)) (i32.const 0x74736574)) (then (return (i32.const -5))))
    (if (i64.ne (i64.load offset=${SysTable.fields.entries.offset + 8 * CALL_WAIT} (local.get $table)) (i64.const ${KERNEL_TABLE - CALLS + CALL_WAIT}))
      (then (return (i32.const -6))))
    (if (i64.ne (call_indirect (type $wait) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const ${KERNEL_TABLE - CALLS + CALL_WAIT})) (i64.const 0))
      (then (return (i32.const -7))))
    (if (i32.ne (call $entropy (i32.const -4) (i32.const 8)) (i32.const ${abi.EFAULT})) (then (return (i32.const -8))))
    (call $entropy (i32.const 64) (i32.const 8))`;
  assert.equal(await runKernel({ boot, dispatch: `(call $off (i64.eqz (i64.load (i32.const 64))))` }), 0);
});

test("a trap of the kernel stops the machine with one line, also below a cell's call", async () => {
  await assert.rejects(runKernel({ dispatch: "unreachable" }), (error) => {
    assert.ok(error instanceof MachineError);
    assert.match(error.message, /^kernel stopped in dispatch: unreachable \(.* at 0x[0-9a-f]+\)$/);
    return true;
  });
  const cell = `(module (import "rumpk" "recv" (func $recv (param i32 i32 i32 i32) (result i64))) (memory (export "memory") 1)
    (func (export "cell_main") (result i32) (i32.wrap_i64 (call $recv (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))`;
  const dispatch = `(drop (call $create (i32.const 0) (i32.const 5))) (call $off (call $enter (i32.const 5) (i64.const 1000000)))`;
  await assert.rejects(runKernel({ dispatch, cell }), /^MachineError: kernel stopped in sys_recv: unreachable/);
});

test("a system that cannot boot or is incomplete says so in one line", async () => {
  await assert.rejects(
    runKernel({ boot: "(i32.const -22)", dispatch: "" }),
    /^MachineError: kernel: boot failed with -22$/,
  );
  await assert.rejects(run(join(folder, "none.json"), options()), /^MachineError: .*none\.json: ENOENT; .*rumpk build/);
  writeFileSync(join(folder, "broken.json"), "{}");
  await assert.rejects(run(join(folder, "broken.json"), options()), /^MachineError: .*broken\.json: /);
});

/** A table of cells over a board, with one image. */
function table({ memoryMax = 4, resets = [] } = {}) {
  const board = simulatedBoard();
  return { cells: createCells([{ ...image(NOTHING), memoryMax, resets }], board), board };
}

test("cells are made of images that exist, once, and within the memory of the machine", () => {
  const pages = RAM_SIZE / 65536 / 2;
  const { cells } = table({ memoryMax: pages });
  assert.equal(cells.create(1, 0), abi.EINVAL);
  assert.equal(cells.create(-1, 0), abi.EINVAL);
  assert.equal(cells.create(0, 64), abi.EINVAL);
  assert.equal(cells.create(0, -1), abi.EINVAL);
  assert.equal(cells.create(0, 7), 0);
  assert.equal(cells.create(0, 7), abi.EINVAL);
  assert.equal(cells.create(0, 8), 0);
  assert.equal(cells.create(0, 9), abi.ENOMEM);
  assert.equal(cells.destroy(7), 0);
  assert.equal(cells.destroy(7), abi.EINVAL);
  assert.equal(cells.create(0, 9), 0);
});

test("windows and lines are those of cells that there are, and go with them", () => {
  const { cells } = table();
  cells.create(0, 1);
  assert.equal(cells.mapWindow(1, 0, UART_BASE, 8n, abi.LEND_READ), 0);
  assert.equal(cells.mapWindow(1, abi.WINDOWS_MAX, UART_BASE, 8n, abi.LEND_READ), abi.EINVAL);
  assert.equal(cells.mapWindow(1, 1, UART_BASE | abi.WINDOW_IO_PORTS, 8n, abi.LEND_READ), abi.EINVAL);
  assert.equal(cells.mapWindow(2, 0, UART_BASE, 8n, abi.LEND_READ), abi.EINVAL);
  assert.equal(cells.bindLine(10, 2), abi.EINVAL);
  assert.equal(cells.bindLine(10, 1), 0);
  assert.equal(cells.bindLine(99, 1), abi.EINVAL);
  cells.create(0, 2);
  cells.mapWindow(2, 0, UART_BASE, 8n, abi.LEND_READ);
  assert.equal(cells.bindLine(10, 2), abi.EBUSY, "a line has one window");
  assert.equal(cells.bindLine(10, -1), 0);
  assert.equal(cells.bindLine(10, 2), 0);
  assert.equal(cells.quiesce(2), 0);
  assert.equal(cells.unmapWindow(2, 0), abi.EINVAL);
  assert.equal(cells.quiesce(3), abi.EINVAL);
  assert.equal(cells.destroy(1), 0);
  assert.equal(cells.unmapWindow(1, 0), abi.EINVAL);
  cells.create(0, 1);
  assert.equal(cells.mapWindow(1, 0, UART_BASE, 8n, abi.LEND_READ), 0);
});

test("a window goes with the manifest's reset write, once, whether it is dropped or its cell is stopped", () => {
  const { cells, board } = table({ resets: [{ width: 1, offset: SCRATCH, value: 0xa5n }] });
  const scratch = () => board.windowLoad(2, 0, SCRATCH, 1);
  cells.create(0, 1);
  cells.create(0, 2);
  cells.mapWindow(2, 0, UART_BASE, 8n, abi.LEND_READ | abi.LEND_WRITE);
  for (const end of [() => cells.quiesce(1), () => cells.unmapWindow(1, 0)]) {
    cells.mapWindow(1, 0, UART_BASE, 8n, abi.LEND_WRITE);
    end();
    assert.equal(scratch(), 0xa5);
    board.windowStore(2, 0, SCRATCH, 0, 1);
    cells.quiesce(1);
    assert.equal(scratch(), 0);
  }
});

const DRIVER = (body) => `(module
  (import "mmio" "load8" (func $load8 (param i32 i32) (result i32)))
  (import "mmio" "load64" (func $load64 (param i32 i32) (result i64)))
  (import "mmio" "store32" (func $store32 (param i32 i32 i32)))
  (import "mmio" "dma_address" (func $dma (param i32 i32) (result i64)))
  (import "mmio" "irq_ack" (func $ack (param i32)))
  (memory (export "memory") 1) (func (export "cell_main") (result i32) ${body}))`;

/** Runs a driver on a window of the UART, whose scratch register is 0x5a. */
function runDriver(body, rights) {
  const board = simulatedBoard();
  let status;
  const machine = oneCell(image(DRIVER(body)), { exit: (cell, value) => (status = value) }, undefined, board);
  board.windowMap(9, 0, UART_BASE, 8n, abi.LEND_WRITE, 0, 0, 0n);
  board.windowStore(9, 0, SCRATCH, 0x5a, 1);
  board.windowMap(machine.cell.index, 1, UART_BASE, 8n, rights, 0, 0, 0n);
  const reason = machine.enter();
  return { reason, status, sent: board.sent, fault: machine.cell.fault };
}

test("mmio reaches the window, and nothing else", () => {
  const { LEND_READ, LEND_WRITE } = abi;
  assert.equal(runDriver(`(call $load8 (i32.const 1) (i32.const 7))`, LEND_READ).status, 0x5a);
  assert.equal(runDriver(`(i32.wrap_i64 (call $load64 (i32.const 1) (i32.const 0)))`, LEND_READ).status, 0);
  assert.deepEqual(
    runDriver(`(call $store32 (i32.const 1) (i32.const 0) (i32.const -2)) (i32.const 0)`, LEND_WRITE).sent,
    [0xfe],
  );
  const faults = [
    [`(call $load8 (i32.const 1) (i32.const 8))`, LEND_READ],
    [`(call $load8 (i32.const 1) (i32.const -1))`, LEND_READ],
    [`(i32.wrap_i64 (call $load64 (i32.const 1) (i32.const 4)))`, LEND_READ],
    [`(call $load8 (i32.const 0) (i32.const 0))`, LEND_READ],
    [`(call $load8 (i32.const -1) (i32.const 0))`, LEND_READ],
    [`(call $load8 (i32.const 1) (i32.const 0))`, LEND_WRITE],
    [`(call $store32 (i32.const 1) (i32.const 0) (i32.const 0)) (i32.const 0)`, LEND_READ],
    [`(call $ack (i32.const 2)) (i32.const 0)`, LEND_READ],
  ];
  for (const [body, rights] of faults) {
    const { reason, fault, sent } = runDriver(body, rights);
    assert.equal(reason, abi.EXIT_FAULTED, body);
    assert.equal(fault.cause, abi.CAUSE_WINDOW, body);
    assert.match(fault.where, /cell_main|function/, body);
    assert.deepEqual(sent, []);
  }
  assert.equal(runDriver(`(i32.wrap_i64 (call $dma (i32.const 0) (i32.const 65536)))`, 0).status, abi.ENODEV);
  assert.equal(runDriver(`(i32.wrap_i64 (call $dma (i32.const 1) (i32.const 65536)))`, 0).status, abi.EFAULT);
});

test("copies stay inside the cell's own pages and the kernel's memory", () => {
  const text = `(module (import "rumpk" "wait" (func $wait (param i64 i64) (result i64))) (memory (export "memory") 1)
    (data (i32.const 65532) "last") (func (export "cell_main") (result i32) (i32.wrap_i64 (call $wait (i64.const 0) (i64.const 0)))))`;
  const parked = () => {
    const machine = oneCell(image(text), { wait: () => abi.WOULD_BLOCK });
    machine.enter();
    return machine.cell;
  };
  const [one, two] = [parked(), parked()];
  const kernel = new Uint8Array(65536 * 2);
  assert.equal(copyKernel(one, 65532, kernel, 8, 4, false), 0);
  assert.equal(Buffer.from(kernel.subarray(8, 12)).toString(), "last");
  assert.equal(copyKernel(one, 65533, kernel, 8, 4, false), abi.EFAULT);
  assert.equal(copyKernel(one, 0xffff_ffff, kernel, 0, 1, true), abi.EFAULT);
  assert.equal(copyKernel(one, 0xffff_ffff, kernel, 0, 0, true), abi.EFAULT);
  assert.equal(copyKernel(one, 0, kernel, kernel.length - 3, 4, true), abi.EFAULT);
  assert.equal(copyKernel(one, 0, kernel, 0, abi.COPY_MAX + 1, true), abi.EINVAL);
  assert.equal(copyKernel(undefined, 0, kernel, 0, 4, true), abi.EINVAL);
  assert.equal(copyCells(two, 100, one, 65532, 4), 0);
  assert.equal(copyKernel(two, 100, kernel, 0, 4, false), 0);
  assert.equal(Buffer.from(kernel.subarray(0, 4)).toString(), "last");
  assert.equal(copyCells(two, 65533, one, 0, 4), abi.EFAULT);
  assert.equal(copyCells(two, 0, one, 65533, 4), abi.EFAULT);
  assert.equal(copyCells(one, 65528, one, 65524, 8), 0);
});
