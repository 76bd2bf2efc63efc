/*
 * Runs the table of sessions on one machine (RUMPK_MACHINE) and compares whole outputs: standard output and standard
 * error joined, in the order in which they were written. At the end it shows that they are separate when not joined.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { bin, rumpk } from "../../lib/rumpk.mjs";
import { sessions } from "./sessions.mjs";
import { fields } from "./values.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);

before(async () => {
  if (skip) return;
  const { status, stdout, stderr } = await rumpk(["build", ...on(machine)]);
  assert.equal(status, 0, stdout + stderr);
});

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const LF = Buffer.from("\n");

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

for (const { name, input, output, status, flags = [] } of sessions) {
  test(name, { skip }, async () => {
    const bytes = Buffer.isBuffer(input) ? input : Buffer.concat(input.flatMap((line) => [Buffer.from(line), LF]));
    const args = ["run", ...on(machine), ...flags];
    const result = await rumpk(args, { input: bytes, merged: true });
    if (Buffer.isBuffer(output)) assert.deepEqual(result.bytes, output);
    else {
      const { text, pattern } = patternOf(output);
      if (!pattern.test(result.stdout)) assert.equal(result.stdout, text);
    }
    assert.equal(result.status, status);
  });
}

/** A run with separate outputs. */
const apart = (input) => rumpk(["run", ...on(machine)], { input });

test("diagnostics are on standard error and nowhere else", { skip }, async () => {
  const { status, stdout, stderr } = await apart("echo one\nkill\necho $?\ncrash oob\nkill uart\nexit 1 2\necho two\n");
  assert.equal(stdout, "one\n2\ntwo\n");
  const [usage, crash, exit, ...rest] = stderr.split("\n");
  assert.equal(usage, "usage: kill cell (name or number, see ps)");
  assert.match(crash, /^crash: memory access out of bounds/);
  assert.equal(exit, "usage: exit [status from 0 to 255]");
  assert.deepEqual(rest, [""]);
  assert.equal(status, 0);
});

test("when nobody reads the output any more the run ends with an error", { skip }, async () => {
  const child = spawn(process.execPath, [bin, "run", ...on(machine)], { cwd: root, stdio: ["pipe", "pipe", "ignore"] });
  const status = new Promise((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => {});
  child.stdin.write("echo one\n");
  await once(child.stdout, "data");
  child.stdout.destroy();
  child.stdin.write("echo two\n".repeat(20) + "exit 0\n");
  assert.equal(await status, 141);
});

test("every byte reaches standard output, also between diagnostics", { skip }, async () => {
  const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at % 3 === 0 ? 0x10 : at & 0xff)));
  const input = Buffer.concat([Buffer.from("cat nosuch; cat; cat nosuch\n"), bytes]);
  const { bytes: output, stderr } = await apart(input);
  assert.deepEqual(output, bytes);
  assert.equal(stderr, "cat: nosuch: no such file or directory\n".repeat(2));
});
