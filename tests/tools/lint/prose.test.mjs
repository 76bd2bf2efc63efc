/*
 * Comments and pages: what they name exists, and their lines are no longer than those of the code.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow, root } from "../../lib/paths.mjs";
import { foreign } from "./foreign.mjs";
import { WIDTH, deadNames, namesOf, stiltedLines, wideLines } from "./prose.mjs";

/** Files that we do not write, or that are not text; prose may still name their paths. */
const OTHERS = /^(?:package-lock\.json|LICENSE|rootfs\/.*)$|Cargo\.lock$/;
/** Files that are full of names that do not exist. */
const CHECKS = ["tests/tools/lint/foreign.mjs", "tests/tools/lint/prose.test.mjs"];

const read = (path) => readFileSync(join(root, path), "utf8");
const files = filesBelow(".").map((path) => [path, OTHERS.test(path) || CHECKS.includes(path) ? "" : read(path)]);
const names = namesOf(files);

test("nothing is named that is not there", () => {
  assert.deepEqual(
    files.flatMap(([path, text]) => deadNames(path, text, names, foreign)),
    [],
  );
});

test("a dead name would be found", () => {
  const dead = (path, text) => deadNames(path, text, names, foreign).length;
  for (const [path, text] of [
    ["cells/x.ts", "// Calls startVerifiedCells for it.\n"],
    ["cells/x.ts", "/*\n * META_SEAL_WORKING is first.\n */\n"],
    ["cells/x.ts", "/** Like frobnicate(), but once. */\n"],
    ["cells/x.ts", "cellStart(); // like cellStop\n"],
    ["hal/x.c", "/* wait_for_nobody sleeps. */\n"],
    ["hal/x.c", "/* Ports: hal/linux/ports.c. */\n"],
    ["docs/x.md", "`host/bench/metal.ts` reads them.\n"],
    ["docs/x.md", "It is in kernelish.ts.\n"],
    ["docs/x.md", "All of docs/no-such-*.md.\n"],
    ["docs/x.md", "The folder hal/arch/linux-x86_64 has it.\n"],
    ["Makefile", "# Runs tests/everything.\n"],
  ])
    assert.equal(dead(path, text), 1, `${path}: ${text}`);
  for (const [path, text] of [
    [
      "cells/x.ts",
      "/* cellStart, META_SEAL_..., CAUSE_*, ImageRecords, cell_enter(): docs/abi.md, scheduler.ts, hal/linux/. */\n",
    ],
    ["cells/x.ts", 'const text = "frobnicateAll";\n'],
    ["host/x.ts", "/** build/host/cli/main.js, build/cells/NAME/NAME.wasm, systems/NAME.kdl */\n"],
    ["docs/x.md", "machine.md, ../README.md, docs/walk-*.md\n"],
  ])
    assert.equal(dead(path, text), 0, `${path}: ${text}`);
});

test("every foreign name is used", () => {
  const used = new Set(
    files.flatMap(([path, text]) => deadNames(path, text, names).map((line) => line.split(": ")[1])),
  );
  assert.deepEqual(
    [...foreign].filter((name) => !used.has(name)),
    [],
  );
});

test("no comment and no page has words that only a translation has", () => {
  assert.deepEqual(
    files.flatMap(([path, text]) => stiltedLines(path, text)),
    [],
  );
});

test("such words would be found", () => {
  for (const word of ["Whoever", "anew", "goes off", "what is to be done"])
    assert.deepEqual(stiltedLines("cells/x.ts", `let a = 1;\n// Here ${word} asks.\n`), ["cells/x.ts:2"]);
  assert.deepEqual(stiltedLines("cells/x.ts", 'const anew = "whoever";\n'), []);
});

/** Generated files, whose width is not checked. */
const GENERATED = new Set(["host/abi.ts", "docs/abi.md"]);

test(`no comment is wider than ${WIDTH} columns, and no page outside its tables and examples`, () => {
  const checked = files.filter(([path]) => !GENERATED.has(path));
  assert.deepEqual(
    checked.flatMap(([path, text]) => wideLines(path, text)),
    [],
  );
});

test("a line that is too wide would be found", () => {
  const wide = (path, text) => wideLines(path, text.replace("~", "word ".repeat(25))).length;
  for (const [path, text] of [
    ["cells/x.ts", "/** ~ */\n"],
    ["cells/x.ts", "/*\n * short\n * ~\n */\n"],
    ["cells/x.ts", "// ~\n"],
    ["cells/x.ts", "let a = 1; // ~\n"],
    ["hal/x.S", "/*\n * ~\n */\n"],
    ["Makefile", "# ~\n"],
    ["docs/x.md", "~\n"],
  ])
    assert.equal(wide(path, text), 1, `${path}: ${text}`);
  for (const [path, text] of [
    ["cells/x.ts", 'const text = "~";\n'],
    ["docs/x.md", "| ~ |\n"],
    ["docs/x.md", "```\n~\n```\n"],
  ])
    assert.equal(wide(path, text), 0, `${path}: ${text}`);
});
