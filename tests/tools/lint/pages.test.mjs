/*
 * The pages: every one can be reached from README.md, every link leads somewhere, and the walks, the table of suites
 * and the figures are correct.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PAGE, pageOf } from "../../../bench/lib/page.mjs";
import { filesBelow, root } from "../../lib/paths.mjs";
import { suitesOf } from "../../lib/suite.mjs";
import { suites } from "../../suites.mjs";
import { brokenLinks, declares, fileRows, unreachable } from "./pages.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const exists = (path) => existsSync(join(root, path));
const pages = new Map(["README.md", ...filesBelow("docs", ".md")].map((path) => [path, read(path)]));

test("every link leads to a file, and to a heading", () => {
  assert.deepEqual(brokenLinks(pages, exists), []);
});

test("every page can be reached from README.md", () => {
  assert.deepEqual(unreachable(pages, "README.md"), []);
});

test("a broken link, a broken anchor and a lost page would be found", () => {
  const planted = new Map([
    [
      "README.md",
      "[a](docs/a.md#the-first) [b](docs/a.md#no-such) [c](docs/none.md) [d](Makefile)\n```\n[e](x.md)\n```\n",
    ],
    ["docs/a.md", "# `The` first!\n[back](../README.md)\n"],
    ["docs/lost.md", "[a](a.md)\n"],
  ]);
  assert.deepEqual(brokenLinks(planted, exists), ["README.md: docs/a.md#no-such", "README.md: docs/none.md"]);
  assert.deepEqual(unreachable(planted, "README.md"), ["docs/lost.md"]);
});

/** The wrong steps of a walk: no such file, or no such function in it. */
function wrongSteps(text) {
  return fileRows(text)
    .filter(({ file, names }) => !exists(file) || names.length !== 1 || !declares(read(file), names[0]))
    .map(({ file, names }) => `${file}: ${names}`);
}

test("the walks go through functions that are there", () => {
  const walks = [...pages].filter(([path]) => path.startsWith("docs/walk-"));
  assert.equal(walks.length, 3);
  for (const [path, text] of walks) {
    assert.ok(fileRows(text).length > 15, path);
    assert.deepEqual(wrongSteps(text), [], path);
  }
});

test("a wrong step of a walk would be found", () => {
  const step = (file, name) => wrongSteps(`| \`${file}\` | \`${name}\` | it goes on |\n`).length;
  assert.equal(step("assembly/rumpk/calls/transfer.ts", "send"), 0);
  assert.equal(step("cells/vfs/walk.ts", "begin"), 0);
  assert.equal(step("hal/common/calls.c", "call_begin"), 0);
  assert.equal(step("assembly/rumpk/calls/transfer.ts", "checkSlot"), 1, "it only calls it");
  assert.equal(step("cells/vfs/walk.ts", "beginning"), 1);
  assert.equal(step("cells/vfs/walks.ts", "begin"), 1);
});

test("the suites that security.md names are there", () => {
  const rows = [...pages.get("docs/security.md").matchAll(/^\| [^|]+ \| ((?:`[\w/-]+`(?:, )?)+)/gm)];
  const named = rows.flatMap(([, second]) => [...second.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  assert.ok(named.length >= 10);
  assert.deepEqual(
    named.filter((name) => !suitesOf(suites, name).length),
    [],
  );
});

test("docs/figures.md is what bench writes", () => {
  const text = readFileSync(PAGE, "utf8");
  const [figures, sizes] = [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, table]) => table);
  const measured = text.split("\n\n").find((paragraph) => /\d{4}-\d\d-\d\d/.test(paragraph));
  assert.equal(pageOf({ measured, figures, sizes }), text);
  assert.match(figures, /^instructions +riscv64 +aarch64 +x86_64$/m);
  assert.match(sizes, /^shell riscv64 +text/m);
});
