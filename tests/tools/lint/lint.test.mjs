/*
 * The architecture: which folder may import which, no cycles, short files that say what they are for. The arrows are
 * those of the map in README.md; each rule is a row in a table, so that a new folder is a new row.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { filesBelow, root } from "../../lib/paths.mjs";
import { findCircle, importsOf } from "./imports.mjs";

const LINES_MAX = 500;
/** Shorter than this is a label, not an essay. */
const ESSAY_MIN = 30;

const read = (path) => readFileSync(join(root, path), "utf8");
const isGenerated = (path) => /Generated from assembly\/abi/.test(read(path).slice(0, 200));
const all = filesBelow(".");
const scripts = all.filter((path) => /\.(ts|js|mjs)$/.test(path));
const cFiles = all.filter((path) => /\.[chS]$/.test(path) && /^(hal|boot)\//.test(path));
const sources = all.filter((path) => /\.(ts|js|mjs|c|h|S|ld|pml|wat|kdl)$/.test(path) || basename(path) === "Makefile");

/** Folder, and what its files may import besides files of the same folder. The longest folder's row counts. */
const arrows = [
  ["assembly/abi/", /^$/],
  ["assembly/rumpk/", /^assembly\/abi\//],
  ["assembly/rumkv/", /^assembly\/abi\//],
  ["assembly/sdk/", /^assembly\/abi\//],
  ["assembly/board/", /^assembly\/abi\//],
  ["assembly/board/__tests__/", /^assembly\/(abi|board|rumpk)\//],
  ["cells/", /^(rumpk$|rumpk\/|assembly\/abi\/)/],
  ["host/node/", /^host\/abi\.ts$/],
  ["host/node/rim/", /^(node:|host\/abi\.ts$|host\/node\/)/],
  ["host/wasmtime/", /^assembly\/(abi|board)\//],
  ["host/pipeline/", /^(node:|host\/abi\.ts$|assembly\/abi\/|[@a-z])/],
  ["host/cli/", /^(node:|host\/|build\/host\/|[@a-z])/],
  ["tests/", /^(node:|tools\/|[@a-z])/],
];

/** Imports of a file that go along no arrow. */
function strays(path, targets) {
  const rows = arrows.filter(([folder]) => path.startsWith(folder));
  if (rows.length === 0) return [];
  const [folder, allowed] = rows.reduce((one, other) => (other[0].length > one[0].length ? other : one));
  const own = folder === "cells/" ? path.split("/", 2).join("/") + "/" : folder;
  return targets
    .filter((target) => !target.startsWith(own) && !allowed.test(target))
    .map((target) => `${path} imports ${target}`);
}

test("every import goes along an arrow", () => {
  assert.deepEqual(
    scripts.flatMap((path) => strays(path, importsOf(path))),
    [],
  );
});

test("an import along no arrow would be found", () => {
  const finds = (path, target) => strays(path, [target]).length;
  for (const [path, target] of [
    ["assembly/board/uart16550.ts", "assembly/rumpk/kernel.ts"],
    ["assembly/board/uart16550.ts", "host/wasmtime/host.ts"],
    ["assembly/rumpk/run/cell.ts", "assembly/board/lines.ts"],
    ["host/node/loop.ts", "node:worker_threads"],
    ["host/node/loop.ts", "host/pipeline/board.ts"],
    ["host/node/rim/disk.ts", "host/pipeline/board.ts"],
    ["host/wasmtime/mmio.ts", "assembly/rumpk/kernel.ts"],
    ["cells/vfs/main.ts", "cells/hostfs/main.ts"],
  ])
    assert.equal(finds(path, target), 1, `${path} imports ${target}`);
  assert.equal(finds("host/node/rim/disk.ts", "node:fs"), 0);
  assert.equal(finds("host/wasmtime/mmio.ts", "assembly/board/window.ts"), 0);
  assert.equal(finds("assembly/board/__tests__/board.spec.ts", "assembly/rumpk/object/fdt.ts"), 0);
});

/** What the Node machine uses of Node without an import, line by line; its rim alone may. */
function nodeWords(path, text) {
  if (!/^host\/node\/(?!rim\/)/.test(path)) return [];
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"/g, "");
  const words = code.match(/\b(?:process|Buffer|NodeJS|(?:set|clear)(?:Immediate|Timeout)|require)\b/g) ?? [];
  return words.map((word) => `${path} uses ${word}`);
}

test("the Node machine touches Node in its rim alone, so that it can run elsewhere", () => {
  assert.deepEqual(
    scripts.flatMap((path) => nodeWords(path, read(path))),
    [],
  );
  assert.equal(nodeWords("host/node/loop.ts", "const now = process.hrtime();").length, 1);
  assert.equal(nodeWords("host/node/loop.ts", "setImmediate(slice); Buffer.alloc(1);").length, 2);
  assert.equal(nodeWords("host/node/loop.ts", "// process.exit").length, 0);
  assert.equal(nodeWords("host/node/rim/sleep.ts", "setImmediate(slice);").length, 0);
});

/**
 * The kernel's rooms, lowest first: a file knows its own room and those below. Checks and tests know all rooms.
 */
const rooms = ["base", "run", "object", "keep", "authority", "life", "calls"];
const KERNEL = "assembly/rumpk/";

/** The room of a kernel file: its index in `rooms`, or -1 for files above them all. */
const roomOf = (path) => rooms.indexOf(path.slice(KERNEL.length).split("/", 1)[0]);

/** Imports of a kernel file that go upwards. */
function upward(path, targets) {
  const room = roomOf(path);
  if (room < 0 || path.includes("/__tests__/")) return [];
  const above = (target) => target.startsWith(KERNEL) && (roomOf(target) < 0 || roomOf(target) > room);
  return targets.filter(above).map((target) => `${path} imports ${target}`);
}

test("no room of the kernel knows one above it", () => {
  const kernel = scripts.filter((path) => path.startsWith(KERNEL));
  const top = kernel.filter((path) => !/^[a-z]+\//.test(path.slice(KERNEL.length)) && !path.includes("__tests__"));
  assert.deepEqual(top, [`${KERNEL}kernel.ts`], "every file but the kernel's entry has a room");
  assert.deepEqual(
    kernel.flatMap((path) => upward(path, importsOf(path))),
    [],
  );
});

test("an arrow upward in the kernel would be found", () => {
  const finds = (from, to) => upward(KERNEL + from, [KERNEL + to]).length;
  assert.equal(finds("base/tables.ts", "run/cell.ts"), 1);
  assert.equal(finds("life/blink.ts", "kernel.ts"), 1);
  assert.equal(finds("object/lend.ts", "invariants/all.ts"), 1);
  assert.equal(finds("life/blink.ts", "run/cell.ts"), 0);
  assert.equal(finds("base/__tests__/tables.spec.ts", "run/cell.ts"), 0);
});

test("only hal.ts imports the machine, host.ts the board's rim, and what cells import stands in assembly/abi", () => {
  const wrong = [];
  for (const path of scripts)
    for (const [, module] of read(path).matchAll(/@external\("(\w+)"/g)) {
      const test = /__tests__/.test(path);
      if (module === "hal" && path !== "assembly/rumpk/base/hal.ts") wrong.push(`${path} imports hal`);
      if (/^(rumpk|mmio)$/.test(module) && path !== `assembly/abi/${module}.ts`)
        wrong.push(`${path} imports ${module}`);
      if (module === "host" && path !== "assembly/board/host.ts") wrong.push(`${path} imports the board's rim`);
      if (/^(machine|rim)$/.test(module) && !test) wrong.push(`${path} imports the unit tests' machine`);
    }
  assert.deepEqual(wrong, []);
});

test("imports form no circle", () => {
  const graph = new Map([...scripts, ...cFiles].map((path) => [path, importsOf(path)]));
  assert.equal(findCircle(graph)?.join(" -> ") ?? "none", "none");
});

test("a circle would be found", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
  ]);
  assert.deepEqual(findCircle(graph), ["b", "c", "b"]);
});

test(`no file is longer than ${LINES_MAX} lines`, () => {
  const long = sources.filter((path) => !isGenerated(path) && read(path).split("\n").length - 1 > LINES_MAX);
  assert.deepEqual(long, []);
});

/** The comment at the start of a file, without its marks; empty when there is none. */
function essay(text) {
  const body = text.replace(/^#!.*\n/, "").trimStart();
  const block = body.match(/^(?:\/\*|\(;)([\s\S]*?)(?:\*\/|;\))/);
  if (block)
    return block[1]
      .replace(/^\s*\*/gm, " ")
      .replace(/\s+/g, " ")
      .trim();
  const lines = body.match(/^(?:(?:\/\/|#|;;)(?!include|pragma|define|if).*\n)+/);
  return lines
    ? lines[0]
        .replace(/^(?:\/\/|#|;;)/gm, " ")
        .replace(/\s+/g, " ")
        .trim()
    : "";
}

test("every file begins by saying what it is for", () => {
  const silent = sources.filter((path) => !isGenerated(path) && essay(read(path)).length < ESSAY_MIN);
  assert.deepEqual(silent, []);
});

/** Cells that cannot be loaded into a unit test: its module traps as it starts, which the sessions look at. */
const UNLOADABLE = ["crash-start"];

test("every cell, and the SDK, has unit tests beside it", () => {
  const places = all.filter((path) => /^cells\/[^/]+\/cell\.kdl$/.test(path)).map((path) => path.split("/")[1]);
  const tested = (folder) => all.some((path) => path.startsWith(`${folder}/__tests__/`) && path.endsWith(".spec.ts"));
  assert.deepEqual(
    places.filter((name) => !tested(`cells/${name}`)),
    UNLOADABLE,
  );
  assert.ok(places.length > 10 && tested("assembly/sdk") && !tested("cells/no-such-cell"));
});

test("nothing unfinished, nothing bound to one computer", () => {
  const self = "tests/tools/lint/lint.test.mjs";
  const forbidden =
    /\b(TODO|FIXME|XXX|HACK|placeholder|lorem ipsum)\b|["'\s(](\/work|\/home|\/root|\/Users)\/|\.\.\/shared\b/;
  const wrong = [];
  for (const path of all.filter((each) => each !== self && !/^(package-lock\.json|LICENSE|rootfs\/)/.test(each)))
    for (const [index, line] of read(path).split("\n").entries())
      if (forbidden.test(line)) wrong.push(`${path}:${index + 1}: ${line.trim().slice(0, 80)}`);
  assert.deepEqual(wrong, []);
});

test("package-lock.json names no download addresses", () => {
  assert.doesNotMatch(read("package-lock.json"), /"resolved": "(https?|git)/);
});
