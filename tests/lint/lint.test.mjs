/*
 * The architecture: which folder may import which, no cycles, short files that say what they are for. The arrows are
 * those of the map in README.md; each rule is a row in a table, so that a new folder is a new row.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { filesBelow, root } from "../lib/paths.mjs";
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

/** Folder, and what its files may import besides files of the same folder. */
const arrows = [
  ["assembly/abi/", /^$/],
  ["assembly/rumpk/", /^assembly\/abi\//],
  ["assembly/rumkv/", /^assembly\/abi\//],
  ["assembly/sdk/", /^assembly\/abi\//],
  ["cells/", /^(rumpk$|rumpk\/|assembly\/abi\/)/],
  ["host/node/", /^(node:|host\/abi\.ts$|assembly\/abi\/)/],
  ["host/wasmtime/", /^(node:|host\/abi\.ts$|assembly\/abi\/)/],
  ["host/pipeline/", /^(node:|host\/abi\.ts$|assembly\/abi\/|[@a-z])/],
  ["host/cli/", /^(node:|host\/|build\/host\/|[@a-z])/],
  ["tests/", /^(node:|tools\/|[@a-z])/],
];

test("every import goes along an arrow", () => {
  const wrong = [];
  for (const [folder, allowed] of arrows)
    for (const path of scripts.filter((each) => each.startsWith(folder)))
      for (const target of importsOf(path)) {
        const own = folder === "cells/" ? path.split("/", 2).join("/") + "/" : folder;
        if (!target.startsWith(own) && !allowed.test(target)) wrong.push(`${path} imports ${target}`);
      }
  assert.deepEqual(wrong, []);
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

test("only hal.ts imports the machine, and what cells import stands in assembly/abi alone", () => {
  const wrong = [];
  for (const path of scripts)
    for (const [, module] of read(path).matchAll(/@external\("(\w+)"/g)) {
      const test = /__tests__/.test(path);
      if (module === "hal" && path !== "assembly/rumpk/base/hal.ts") wrong.push(`${path} imports hal`);
      if (/^(rumpk|mmio)$/.test(module) && path !== `assembly/abi/${module}.ts`)
        wrong.push(`${path} imports ${module}`);
      if (module === "machine" && !test) wrong.push(`${path} imports the unit tests' machine`);
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
  const self = "tests/lint/lint.test.mjs";
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
