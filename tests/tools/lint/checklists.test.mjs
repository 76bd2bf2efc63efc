/*
 * The checklists of docs/contributing.md against the tree: for each cell, command, call, meta operation, board and
 * instruction set in the tree, the files in which it appears are those that its checklist names.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow, root } from "../../lib/paths.mjs";
import { checklistsIn, wrongWith } from "./checklists.mjs";
import { linesOf } from "./prose.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const checklists = checklistsIn(read("docs/contributing.md"));

/** Generated, or about everything. */
const SKIPPED =
  /^(?:host\/abi\.ts|package-lock\.json|LICENSE|rootfs\/.*|docs\/abi\.md|tools\/.*|tests\/(?!specification\/).*|bench\/.*)$/;
const paths = filesBelow(".").filter((path) => !SKIPPED.test(path));
const codeOf = (path) =>
  linesOf(path, read(path))
    .map(({ code }) => code)
    .join("\n");
/** The code of every file that is not a test, without its comments. */
const code = new Map(paths.filter((path) => !/__tests__|\.md$/.test(path)).map((path) => [path, codeOf(path)]));

/** The files below `places` whose code has the words. */
const filesWith = (words, places) =>
  [...code].filter(([path, text]) => places.test(path) && words.test(text)).map(([path]) => path);
const filesIn = (folder) => paths.filter((path) => path.startsWith(folder));
const foldersOf = (folder) => [
  ...new Set(filesIn(`${folder}/`).map((path) => path.split("/")[folder.split("/").length])),
];
const namesIn = (path, words) => [...codeOf(path).matchAll(words)].map(([, name]) => name);
const upper = (name) => name.toUpperCase().replaceAll("-", "_");

/** The file in which the kernel implements a call: that of the function that the export sys_NAME calls. */
function workOf(name) {
  const kernel = code.get("assembly/rumpk/kernel.ts");
  const module = kernel.match(new RegExp(`function sys_${name}\\([^{]*\\{[^}]*?\\b(\\w+)\\.\\w+\\(cell,`))?.[1];
  const file = module && kernel.match(new RegExp(`import \\* as ${module} from "\\./([^"]+)"`))?.[1];
  return file ? [`assembly/rumpk/${file}.ts`] : [];
}

/** Title of a checklist: { names: the things of this kind, filesOf: the files in which one of them appears }. */
const kinds = {
  "A cell": {
    names: foldersOf("cells").filter((name) => name !== "crash-start"),
    filesOf: (name) => [
      ...filesIn(`cells/${name}/`).filter((path) => /\/(?:cell\.kdl|main\.ts)$|\.spec\.ts$/.test(path)),
      ...filesWith(new RegExp(`"${name}"|\\bcells/${name}\\b`), new RegExp(`^(?!cells/${name}/|tests/)`)),
    ],
  },
  "A shell command": {
    names: namesIn("cells/nipbox/cell.kdl", /worker "([^"]+)".*cell="tools"/g),
    filesOf: (name) => [
      ...filesWith(new RegExp(`"${name}"|\\bexport function ${name}\\(`), /^cells\/(?:nipbox|tools)\//),
      ...(new RegExp(`^\\|.*\`${name}[ \`]`, "m").test(read("docs/shell.md")) ? ["docs/shell.md"] : []),
    ],
  },
  "A call": {
    names: namesIn("assembly/abi/rumpk.ts", /declare function (\w+)/g),
    filesOf: (name) => [
      ...filesWith(new RegExp(`\\bCALL_${upper(name)}\\b|\\bsys_${name}\\b`), /^(?!hal\/)/),
      ...filesWith(new RegExp(`\\bfunction ${name}\\(`), /^assembly\/abi\//),
      ...workOf(name),
    ],
  },
  "A meta operation": {
    names: namesIn("assembly/rumpk/calls/meta.ts", /case (META_\w+):/g),
    filesOf: (name) =>
      filesWith(new RegExp(`\\b${name}\\b`), /^assembly\/(?:abi|rumpk)\/|^tests\/specification\/oracle\//),
  },
  "A simulated device": {
    names: namesIn("assembly/board/bus.ts", /const DEVICE_(?!NONE)(\w+)/g).map((name) => name.toLowerCase()),
    filesOf: (name) => [
      ...filesWith(new RegExp(`\\b${name}(?:Load|Store)\\b|\\b${upper(name)}_BASE\\b`), /^assembly\/board\//),
      ...filesWith(new RegExp(`\\brumpk,${name}\\b|\\b${upper(name)}_SIZE\\b`), /^assembly\/(?:abi|board)\//),
    ],
  },
  "A board": {
    names: foldersOf("hal/board"),
    filesOf: (name) => [...filesIn(`hal/board/${name}/`), ...filesWith(new RegExp(`\\b${name}\\b`), /./)],
  },
  "An instruction set": {
    names: foldersOf("hal/arch"),
    filesOf: (name) => [
      ...filesIn(`hal/arch/${name}/`),
      ...filesIn(`boot/${name}/`),
      ...filesIn("hal/board/").filter((path) => path.split("/")[2].endsWith(`-${name}`)),
      ...filesWith(new RegExp(`(?<![\\w-])${name}(?![\\w-])|\\bARCH_${upper(name)}\\b`), /./),
    ],
  },
};

for (const [title, { names, filesOf }] of Object.entries(kinds)) {
  test(`${title}: the checklist names the files in which each one is`, () => {
    assert.ok(names.length > 1, "there are some");
    assert.deepEqual(
      names.flatMap((name) => wrongWith(checklists.get(title), name, filesOf(name))),
      [],
    );
  });
}

test("every checklist is followed", () => {
  assert.deepEqual([...checklists.keys()], Object.keys(kinds));
});

test("a file that no row names, and a row for nothing, would be found", () => {
  const rows = checklistsIn(
    "## Checklists\n### A thing\n| `a/NAME.ts` | it |\n| `b/FILE.ts` | more |\n| `c.ts` | if so |\n",
  ).get("A thing");
  assert.deepEqual(wrongWith(rows, "one", ["a/one.ts", "b/x.ts"]), []);
  assert.deepEqual(wrongWith(rows, "one", ["a/one.ts", "b/x.ts", "c.ts"]), []);
  assert.deepEqual(wrongWith(rows, "one", ["a/one.ts", "b/x.ts", "d.ts"]), ["one: d.ts is on no row"]);
  assert.deepEqual(wrongWith(rows, "one", ["a/one.ts"]), ["one: nothing is at b/FILE.ts"]);
  const { names, filesOf } = kinds["A board"];
  assert.equal(wrongWith(checklists.get("A board"), names[0], [...filesOf(names[0]), "host/cli/qemu.ts"]).length, 1);
});
