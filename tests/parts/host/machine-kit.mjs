/*
 * Shared by the tests of the Node machine: cells from Wasm text in the form that the build gives them, and the parts of
 * a machine around a kernel that is a plain object.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import wabtInit from "wabt";

import { ImageRecord, IMAGE_SIZE, NEVER } from "../../../build/host/abi.js";
import { nodeForm } from "../../../build/host/pipeline/passes/node-form.js";
import { createBoard } from "../../../build/host/node/board.js";
import { newCell } from "../../../build/host/node/cell.js";
import { startClock } from "../../../build/host/node/rim/clock.js";
import { armTimer, enterCell } from "../../../build/host/node/fibers.js";
import { createSupport } from "../../../build/host/node/support.js";
import { root } from "../../lib/paths.mjs";

const wabt = await wabtInit();

/** Wasm text to a module. */
export function assemble(text) {
  const parsed = wabt.parseWat("cell.wat", text, { exceptions: false });
  const bytes = parsed.toBinary({}).buffer;
  parsed.destroy();
  return bytes;
}

/** The image, as the machine holds it, of a cell in Wasm text with `pages` of memory. */
export function image(text, { pages = 1, maximum = 4, watchdogMs = 0, instrumented = true } = {}) {
  const bytes = assemble(text);
  return {
    name: "test",
    record: imageRecord("test", pages, maximum, watchdogMs),
    wasm: new Uint8Array(instrumented ? nodeForm(bytes, pages, maximum) : bytes),
    watchdog: BigInt(watchdogMs) * 1_000_000n,
    memoryMax: maximum,
    resets: [],
    places: null,
  };
}

function imageRecord(name, pages, maximum, watchdogMs) {
  const record = Buffer.alloc(IMAGE_SIZE);
  record.write(name, 0, "utf8");
  record.writeUInt32LE(pages, ImageRecord.fields.memoryMin.offset);
  record.writeUInt32LE(maximum, ImageRecord.fields.memoryMax.offset);
  record.writeUInt32LE(watchdogMs, ImageRecord.fields.watchdogMs.offset);
  return record;
}

/** A kernel whose system calls are the functions in `calls`, by name; missing ones return 0. */
export function fakeKernel(calls, interrupt = () => {}) {
  const names = "meta exit spawn join send recv wait map mask grant pledge unveil checkpoint".split(" ");
  return { calls: names.map((name) => calls[name] ?? (() => 0n)), interrupt };
}

/** Interrupt lines that are high when the test says so; taking one ends that. */
export function plainLines(wake = () => {}) {
  const raised = [];
  return {
    raise: (line) => (raised.push(line), wake()),
    takeLine: () => raised.shift() ?? -1,
    isLineDeliverable: () => raised.length,
  };
}

let module;

/** The simulated board with a UART alone; `sent` is what went out. */
export function simulatedBoard() {
  module ??= buildBoard();
  const sent = [];
  const nothing = () => assert.fail("there is no such device");
  const board = createBoard(
    module,
    () => ({
      receive: () => -1,
      can_transmit: () => true,
      transmit: (byte) => sent.push(byte),
      wake() {},
      block_read: nothing,
      block_write: nothing,
      block_flush: nothing,
      folder_status: nothing,
      folder_request: nothing,
    }),
    { archive: null, folders: 0, disk: 0n },
  );
  return { ...board, sent };
}

function buildBoard() {
  execFileSync(process.execPath, [join(root, "host/cli/rumpk.mjs"), "build", "--system", "hello"], {
    cwd: root,
    stdio: "pipe",
  });
  return readFileSync(join(root, "build/board/index.wasm"));
}

/** A machine with one cell. `enter(budget)` is cell_enter. */
export function oneCell(cellImage, calls = {}, interrupt = undefined, board = plainLines()) {
  const kernel = fakeKernel(calls, interrupt);
  const clock = startClock();
  const log = [];
  const report = (cell) => log.push(cell.fault.where);
  const fibers = { clock, board, support: createSupport(), kernel: () => kernel, report, turn: null };
  const cell = newCell(3, cellImage);
  return {
    cell,
    board,
    log,
    enter: (budget = NEVER) => enterCell(fibers, cell, budget),
    enterNobody: () => enterCell(fibers, undefined, NEVER),
    arm: (deadline) => armTimer(fibers, deadline),
  };
}
