/*
 * Runs the table of sessions on one machine (RUMPK_MACHINE) and compares whole outputs. Standard output holds what the
 * cells wrote, both their outputs in order, because there is one wire; standard error holds at most the machine's own
 * line for each fault.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, missingTool, on, patience } from "../lib/machines.mjs";
import { root } from "../lib/paths.mjs";
import { rumpk } from "../lib/rumpk.mjs";
import { fields, sessions } from "./sessions.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);

before(async () => {
  if (skip) return;
  const { status, stdout, stderr } = await rumpk(["build", ...on(machine)], { timeout: 300000 });
  assert.equal(status, 0, stdout + stderr);
});

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Lines with {{fields}} as one pattern for the whole output. */
function patternOf(lines) {
  const text = lines.map((line) => `${line}\n`).join("");
  const withFiles = text.replace(/\{\{file:([^}]+)\}\}\n/g, (_, path) =>
    readFileSync(join(root, "rootfs", path), "utf8"),
  );
  const pattern = withFiles.split(/(\{\{\w+\}\})/).map((part) => {
    const name = part.match(/^\{\{(\w+)\}\}$/)?.[1];
    return name ? `(?:${fields[name]})` : escape(part);
  });
  return { text: withFiles, pattern: new RegExp(`^${pattern.join("")}$`) };
}

/** What the machine may say of its own: one line a fault, naming the cell. */
function checkDiagnostics(stderr, faults) {
  const lines = stderr.split("\n").filter(Boolean);
  assert.ok(lines.length <= faults.length, `too much on standard error:\n${stderr}`);
  for (const line of lines)
    assert.ok(
      faults.some((cell) => line.startsWith(`${cell}: `)),
      `not a fault's line: ${line}`,
    );
}

for (const { name, input, output, status, flags = [], faults = [] } of sessions) {
  test(name, { skip }, async () => {
    const bytes = Buffer.isBuffer(input) ? input : input.map((line) => `${line}\n`).join("");
    const args = ["run", ...on(machine), ...flags];
    const result = await rumpk(args, { input: bytes, timeout: patience(machine, 20) });
    if (Buffer.isBuffer(output)) assert.deepEqual(result.bytes, output);
    else {
      const { text, pattern } = patternOf(output);
      if (!pattern.test(result.stdout)) assert.equal(result.stdout, text, `standard error:\n${result.stderr}`);
    }
    checkDiagnostics(result.stderr, faults);
    assert.equal(result.status, status);
  });
}
