/*
 * Shared by the tests of the Node machine: cells from Wasm text in the form that the build gives them, and the parts of
 * a machine around a kernel that is a plain object.
 */
import wabtInit from "wabt";

import { ImageRecord, IMAGE_SIZE, NEVER } from "../../build/host/abi.js";
import { nodeForm } from "../../build/host/pipeline/passes/node-form.js";
import { newCell } from "../../build/host/node/cell.js";
import { startClock } from "../../build/host/node/clock.js";
import { armTimer, enterCell } from "../../build/host/node/fibers.js";
import { createLines } from "../../build/host/node/interrupts.js";
import { createSupport } from "../../build/host/node/support.js";

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

/** A machine with one cell. `enter(budget)` is cell_enter. */
export function oneCell(cellImage, calls = {}, interrupt = undefined) {
  const lines = createLines(8, () => {});
  const kernel = fakeKernel(calls, interrupt);
  const clock = startClock();
  const log = [];
  const report = (cell) => log.push(cell.fault.where);
  const fibers = { clock, lines, support: createSupport(), kernel: () => kernel, report, turn: null };
  const cell = newCell(3, cellImage);
  return {
    cell,
    lines,
    log,
    enter: (budget = NEVER) => enterCell(fibers, cell, budget),
    enterNobody: () => enterCell(fibers, undefined, NEVER),
    arm: (deadline) => armTimer(fibers, deadline),
  };
}
