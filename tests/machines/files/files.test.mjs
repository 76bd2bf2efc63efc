/*
 * Files and authority as a program uses them, on one machine (RUMPK_MACHINE): runs runs
 * tests/machines/files/cells/filer, whose source says what it does, in the shell's system.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chosenMachine, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const flags = ["run", ...on(machine), "--with", join(root, "tests/machines/files/cells/filer")];
const motd = readFileSync(join(root, "rootfs/etc/motd"), "utf8");
/** 128 + CAUSE_PLEDGE (assembly/abi/cell.ts). */
const PLEDGE = 128 + 11;

/** The shell's output for some lines. */
async function shell(...lines) {
  const input = lines.map((line) => `${line}\n`).join("");
  const { stdout, status } = await rumpk(flags, { input, merged: true });
  assert.equal(status, 0, stdout);
  return stdout.split("\n").slice(0, -1);
}

test("files are made, changed, moved and removed", { skip }, async () => {
  assert.deepEqual(await shell("run filer change"), [
    "create: ok",
    "append: ok",
    "append to nothing: ok",
    "one two, new",
    "make: ok",
    "move: ok",
    "move to another file system: on another file system",
    "b d, c",
    "resize: ok",
    "size 1",
    "remove what is not empty: directory not empty",
    "remove: ok",
    "remove: ok",
    "write where nothing is written: read-only file system",
  ]);
});

test("what can be repeated goes on over restarts of every server, what cannot is told", { skip }, async () => {
  assert.deepEqual(await shell("run filer restarts"), [
    motd.slice(0, 12),
    "write to what was lost: the file server was restarted",
    "left: ",
    "write: ok",
    "x",
  ]);
});

test("authority shrinks, and what was given up kills", { skip }, async () => {
  // Its manifest allows three restarts.
  const instance = [
    "promises 7, matter true",
    "more: operation not permitted",
    "unveil: ok",
    "lock: ok",
    "unveil: operation not permitted",
    "letters: invalid argument",
    "sysro, etc, demo motd",
    "give up: ok",
    "promises 3",
    "pledge: ok",
  ];
  const lines = await shell("run filer shrink", "echo $?");
  const death = ["filer: used what it had not promised", `${PLEDGE}`];
  assert.deepEqual(lines, [...Array(4).fill(instance).flat(), ...death]);
});

test("a checkpoint is what the next instance finds", { skip }, async () => {
  assert.deepEqual(await shell("run filer again", "echo $?"), [
    "instance 1",
    "checkpoint: ok",
    "instance 2",
    "checkpoint: ok",
    "instance 3",
    "3",
  ]);
});
