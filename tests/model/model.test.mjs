/*
 * Runs the Spin model of the ION ring: it must hold as it is, and fail with each of its precautions taken away, which
 * shows that the model would see the bug.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { LIMIT } from "../lib/limit.mjs";
import { root, scratchFolder } from "../lib/paths.mjs";

const compiler = ["clang-19", "clang", "gcc"].find((name) => !spawnSync(name, ["--version"]).error);
const missing = spawnSync("spin", ["-V"]).error ? "spin is not installed" : !compiler && "there is no C compiler";

function step(program, args, cwd) {
  const result = spawnSync(program, args, { cwd, encoding: "utf8", timeout: LIMIT });
  assert.equal(result.status, 0, `${program} ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Searches every state of the model; returns how many errors Spin found and how many states it saw. */
function verify(t, definition) {
  const folder = scratchFolder(t);
  step("spin", [...definition, "-a", join(root, "tests/model/ring.pml")], folder);
  step(compiler, ["-O2", "-w", "-DSAFETY", "-o", "pan", "pan.c"], folder);
  const report = step(join(folder, "pan"), ["-m100000"], folder);
  assert.doesNotMatch(report, /max search depth too small/);
  return {
    errors: Number(report.match(/errors: (\d+)/)[1]),
    states: Number(report.match(/(\d+) states, stored/)[1]),
    report,
  };
}

test("the ring loses no wake-up and reads no slot before it is written", { skip: missing }, (t) => {
  const { errors, states, report } = verify(t, []);
  assert.equal(errors, 0, report);
  assert.ok(states > 1000, `only ${states} states: the model does not interleave`);
});

const precautions = [
  [1, "the slot is written before the head", /assertion violated/],
  [2, "a fence stands between index and waiting word", /invalid end state/],
  [3, "the waiting word is set before the last look", /invalid end state/],
  [4, "the slot is read before the tail is stored", /assertion violated/],
];
for (const [number, what, failure] of precautions) {
  test(`the model fails unless ${what}`, { skip: missing }, (t) => {
    const { errors, report } = verify(t, [`-DBROKEN=${number}`]);
    assert.ok(errors > 0, report);
    assert.match(report, failure);
  });
}
