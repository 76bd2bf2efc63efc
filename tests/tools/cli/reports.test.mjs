/*
 * What the command reports: sizes, benchmark figures, licences, installed tools, and the log of a build. The tests
 * check that sizes and figures are complete and consistent, not that they are small: docs/performance.md judges that.
 */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { metal, missingTool } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { pathWith } from "../../lib/programs.mjs";
import { rumpk } from "../../lib/rumpk.mjs";
import { TOOLS } from "../../../build/host/pipeline/tools.js";

const KINDS = ["text", "rodata", "data", "bss"];

/** The JSON that a command prints; it must succeed. */
async function reported(args) {
  const { status, stdout, stderr } = await rumpk(args);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** The cells that systems/shell.kdl names. */
function shellCells() {
  const text = readFileSync(join(root, "systems/shell.kdl"), "utf8");
  return [...text.matchAll(/^ +cell "([^"]+)"/gm)].map(([, name]) => name);
}

test("size --json names every image and every part", async () => {
  const report = await reported(["size", "--json"]);
  assert.deepEqual(Object.keys(report), [...metal, "linux"]);
  const cells = shellCells();
  assert.ok(cells.includes("nipbox"), "systems/shell.kdl is not read well");
  for (const [machine, parts] of Object.entries(report)) {
    for (const part of ["kernel", "hal", "libfdt", "rootfs", ...cells.map((name) => `cell ${name}`)]) {
      const sizes = parts[part];
      assert.ok(sizes, `${machine} has no part "${part}"`);
      for (const kind of KINDS) assert.ok(Number.isInteger(sizes[kind]) && sizes[kind] >= 0, `${machine} ${part}`);
      assert.ok(sizes.text + sizes.rodata > 0, `${machine} ${part} is empty`);
      if (part === "kernel" || part.startsWith("cell ")) assert.ok(sizes.stack > 0, `${machine} ${part} has no stack`);
    }
  }
});

test("size: the totals of the table are the sums of the parts", async () => {
  const parts = Object.values((await reported(["size", "--json", "--on", "riscv64"])).riscv64);
  const { stdout } = await rumpk(["size", "--on", "riscv64"]);
  const total = stdout
    .match(/^total +(.*)$/m)[1]
    .trim()
    .split(/ +/)
    .map(Number);
  const sums = KINDS.map((kind) => parts.reduce((sum, part) => sum + part[kind], 0));
  assert.deepEqual(total, [...sums, sums[0] + sums[1] + sums[2]]);
});

test("bench --json has a figure for everything", { skip: missingTool("riscv64") }, async () => {
  const report = await reported(["bench", "--json", "--on", "riscv64"]);
  assert.deepEqual(Object.keys(report), ["riscv64"]);
  const { calls, c, micro, microCollected, boot, idleTimerInterrupts } = report.riscv64;
  const positive = (figures, ...names) => {
    for (const name of names) assert.ok(figures[name] > 0 && Number.isFinite(figures[name]), `no figure for ${name}`);
  };
  positive(calls, "enter", "send", "recv", "transfer", "spawn", "fault", "preempt");
  const programs = ["crc32", "copy", "matmul", "sieve", "list", "array", "fib"];
  for (const figures of [c, micro.each, microCollected.each]) positive(figures, ...programs);
  positive(micro, "mean");
  positive(boot.median, "stub", "prompt");
  assert.ok(boot.fastest.prompt > boot.fastest.stub, "a prompt cannot be there before the stub's line");
  assert.equal(idleTimerInterrupts, 0);
});

test("bench does not know every machine", async () => {
  const { status, stdout, stderr } = await rumpk(["bench", "--on", "mars"]);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^rumpk: .*mars.*riscv64.*\n$/);
});

test("NOTICE is what the installed packages say", async () => {
  const { status, stdout, stderr } = await rumpk(["notice", "--check"]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "");
});

test("doctor has a line for each tool, and the command that installs what is missing", async (t) => {
  const there = ["tar", "xz"];
  const { status, stdout } = await rumpk(["doctor"], { env: { PATH: pathWith(t, "node", ...there) } });
  assert.equal(status, 1);
  const states = new Map([...stdout.matchAll(/^(ok|missing) +(\S+)/gm)].map(([, state, name]) => [name, state]));
  const install = stdout.match(/^install with: sudo apt-get install (.*)$/m)[1].split(" ");
  for (const { program, debianPackage } of TOOLS.filter(({ program }) => !program.startsWith("/"))) {
    const expected = there.includes(program) ? "ok" : "missing";
    assert.equal(states.get(program), expected, program);
    assert.equal(install.includes(debianPackage), expected === "missing", debianPackage);
  }
});

test("--verbose writes commands and their output to build/log; without it the log stays", async (t) => {
  const folder = join(scratchFolder(t), "logged");
  const log = join(root, "build/log");
  assert.equal((await rumpk(["new", folder])).status, 0);
  const { status, stderr } = await rumpk(["build", "--verbose", "--with", folder]);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  assert.match(readFileSync(log, "utf8"), /^\$ .*asc-main\.js.*logged/m);
  const { mtimeMs } = statSync(log);
  assert.equal((await rumpk(["build", "--with", folder])).status, 0);
  assert.equal(statSync(log).mtimeMs, mtimeMs);
});
