/*
 * What an editor shows in this repository's own sources. Each dialect has a project: tsconfig.json at the root is for
 * AssemblyScript, those of host/ and tests/specification/oracle/ are for plain TypeScript. TypeScript has no errors. In
 * AssemblyScript, TypeScript objects to decorators of functions and to little else; the number of errors is recorded
 * here, and may only fall.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { filesBelow, root, scratchFolder } from "../../lib/paths.mjs";

/** Diagnostics of the AssemblyScript project. Lower it when there are fewer; never raise it. */
const ASSEMBLYSCRIPT_MAX = 296;
const ASSEMBLYSCRIPT = "tsconfig.json";
const TYPESCRIPT = ["host/tsconfig.json", "tests/specification/oracle/tsconfig.json"];

const compiler = join(root, "node_modules/typescript/bin/tsc");

function tsc(project, ...flags) {
  const args = [compiler, "--noEmit", "--incremental", "false", "--pretty", "false", ...flags, "-p", project];
  return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }).stdout.split("\n");
}

/** TypeScript's errors in a project, one per line. */
const diagnosticsOf = (project) => tsc(project).filter((line) => /error TS\d+/.test(line));

/** A project that is `base` plus one file. */
function withFile(t, base, text) {
  const folder = scratchFolder(t);
  const project = join(folder, "tsconfig.json");
  writeFileSync(join(folder, "planted.ts"), text);
  const types = { typeRoots: [join(root, "node_modules/@types"), join(root, "node_modules/assemblyscript/std/types")] };
  const files = [join(folder, "planted.ts"), ...tsc(base, "--listFilesOnly").filter((path) => path.endsWith(".d.ts"))];
  writeFileSync(project, JSON.stringify({ extends: join(root, base), compilerOptions: types, files, include: [] }));
  return project;
}

for (const project of TYPESCRIPT) {
  test(`nothing is wrong in the project ${project}`, () => {
    assert.deepEqual(diagnosticsOf(project), []);
  });
}

test(`TypeScript objects to at most ${ASSEMBLYSCRIPT_MAX} places in AssemblyScript`, (t) => {
  const found = diagnosticsOf(ASSEMBLYSCRIPT);
  const others = found.filter((line) => !line.includes("error TS1206"));
  t.diagnostic(`${found.length} places, ${others.length} of them no decorators`);
  assert.ok(found.length <= ASSEMBLYSCRIPT_MAX, `there are ${found.length}; among them:\n${others.join("\n")}`);
  assert.ok(found.length > 0, "the project was read");
});

test("a mistake in either dialect would be found", (t) => {
  for (const [base, text] of [
    [ASSEMBLYSCRIPT, 'export const count: i32 = "three";\n'],
    [ASSEMBLYSCRIPT, "@inline\nexport function one(): i32 {\n  return 1;\n}\n"],
    [ASSEMBLYSCRIPT, "export const nobody = nowhere;\n"],
    ...TYPESCRIPT.map((project) => [project, 'export const count: number = "three";\n']),
  ]) {
    const found = diagnosticsOf(withFile(t, base, text)).filter((line) => line.includes("planted.ts"));
    assert.equal(found.length, 1, `${base}: ${text}${found.join("\n")}`);
  }
});

test("every source belongs to one dialect", () => {
  const sources = (project) => tsc(project, "--listFilesOnly").map((path) => relative(root, path));
  const inAssemblyScript = new Set(sources(ASSEMBLYSCRIPT));
  const inTypeScript = new Set(TYPESCRIPT.flatMap(sources));
  const wrong = filesBelow(".", ".ts").filter((path) => inAssemblyScript.has(path) === inTypeScript.has(path));
  assert.deepEqual(wrong, []);
});
