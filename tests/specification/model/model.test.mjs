/*
 * Runs the Spin model of the ION ring: it must hold as it is, and fail without each of its precautions, which shows
 * that the model would find the bug.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { LIMIT } from "../../lib/limit.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";

const compiler = ["clang-19", "clang", "gcc"].find((name) => !spawnSync(name, ["--version"]).error);
const missing = spawnSync("spin", ["-V"]).error ? "spin is not installed" : !compiler && "there is no C compiler";

function step(program, args, cwd) {
  const result = spawnSync(program, args, { cwd, encoding: "utf8", timeout: LIMIT });
  assert.equal(result.status, 0, `${program} ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Searches every state of the model; returns how many errors Spin found and how many states it saw. */
function verify(t, ...definitions) {
  const folder = scratchFolder(t);
  step("spin", [...definitions, "-a", join(root, "tests/specification/model/ring.pml")], folder);
  step(compiler, ["-O2", "-w", "-DSAFETY", "-o", "pan", "pan.c"], folder);
  const report = step(join(folder, "pan"), ["-m100000"], folder);
  assert.doesNotMatch(report, /max search depth too small/);
  return {
    errors: Number(report.match(/errors: (\d+)/)[1]),
    states: Number(report.match(/(\d+) states, stored/)[1]),
    report,
  };
}

for (const entries of [1, 2]) {
  test(`a ring of ${entries} loses no wake-up and reads no entry before it is written`, { skip: missing }, (t) => {
    const { errors, states, report } = verify(t, `-DENTRIES=${entries}`);
    assert.equal(errors, 0, report);
    assert.ok(states > 10000, `only ${states} states: the model does not interleave`);
  });
}

const WRONG = /assertion violated/;
const ASLEEP = /invalid end state/;
/** Each precaution, the failure that it prevents, and the entries of a ring that shows it. */
const precautions = [
  [1, "the head is stored behind the entry", WRONG, 2],
  [2, "the entry is read behind the head", WRONG, 2],
  [3, "the tail is stored behind the reads of the entry", WRONG, 2],
  [4, "the entry is written behind the look at the tail", WRONG, 2],
  [5, "a full fence stands between head and the consumer's waiting word", ASLEEP, 2],
  [6, "a full fence stands between tail and the producer's waiting word", ASLEEP, 1],
  [7, "a full fence stands between the consumer's waiting word and its last look", ASLEEP, 2],
  [8, "a full fence stands between the producer's waiting word and its last look", ASLEEP, 2],
  [9, "each side looks once more", ASLEEP, 2],
  [10, "the waiting word is cleared before the wake-up is sent", ASLEEP, 2],
];
for (const [number, what, failure, entries] of precautions) {
  test(`the model fails unless ${what}`, { skip: missing }, (t) => {
    const { errors, report } = verify(t, `-DWITHOUT=${number}`, `-DENTRIES=${entries}`);
    assert.ok(errors > 0, report);
    assert.match(report, failure);
  });
}
