/*
 * The oracle must be able to fail: kernels with one seeded mistake each, built from a copy of the source, and each of them is
 * caught by the operations, by a law or by the economy. A mistake is a text of a source file and what stands there instead;
 * one that does not apply any more fails and has to be written anew.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, scratchFolder } from "../lib/paths.mjs";
import { compileOracle } from "./compiled.mjs";

const SEED = 1;
/** Operations after which a mistake must have shown. */
const COUNT = 60000;
const CASES = 150;

/** What is wrong, where, the text, and what stands there instead. */
const mistakes = [
  ["a grant may widen", "delegate.ts", "(rights & ~(<u32>capability.rights)) != 0", "false"],
  ["rights are not looked at", "capability.ts", "(capability.rights & rights) == rights ? 0", "rights != 0xffff ? 0"],
  [
    "a revoke takes nothing away",
    "slots.ts",
    "place = leafBelow(capability)) takeAway(place);",
    "place = NO_PLACE) {}",
  ],
  [
    "a revoke stops at the first",
    "slots.ts",
    "place = leafBelow(capability)) takeAway(place);",
    "place = NO_PLACE) takeAway(place);",
  ],
  ["a restart keeps every slot", "blink.ts", "if (!keep || !survives(index, slot))", "if (!keep)"],
  ["pledge can ask for more", "pledge.ts", "if (after != <u64>promises) return EPERM;", ""],
  ["promises are not looked at", "pledge.ts", "return needs == 0 ||", "return true ||"],
  ["/a unveils /ab", "unveil.ts", "return aboveLength == length || load<u8>(path", "return true || load<u8>(path"],
  ["unveil may widen", "unveil.ts", "if ((rights & ~base) != 0) return EPERM;", ""],
  ["send is free", "transfer.ts", "chargeCall(index, COST_SEND);", ""],
  ["no window is ever empty", "energy.ts", "return cell.energyLeft <= 0;", "return false;"],
  ["a second strike does not demote", "strike.ts", "if (cell.strikes == STRIKE_DEMOTE) demote(index, cell);", ""],
];

const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
const oracle = await compileOracle();

/** Builds the kernel of a source folder without optimisation beyond what makes it fast to build. */
function build(folder) {
  const { KERNEL_PAGES: pages } = oracle;
  const args = [compiler, "assembly/rumpk/kernel.ts", "--outFile", "kernel.wasm", "--runtime", "stub", "-O1"];
  const memory = ["--importMemory", "--initialMemory", String(pages), "--maximumMemory", String(pages)];
  const rest = [
    "--importTable",
    "--tableBase",
    "1",
    "--enable",
    "threads",
    "--use",
    "abort=",
    "--use",
    "CHECKED_KERNEL=1",
  ];
  const done = spawnSync(process.execPath, [...args, ...memory, ...rest], { cwd: folder, encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return oracle.loadKernel(join(folder, "kernel.wasm"));
}

/** What the oracle says of a kernel; null when it finds nothing. */
function verdict(kernel) {
  for (const law of [...Object.values(oracle.laws), ...Object.values(oracle.economy)]) {
    const found = oracle.tryLaw(law(kernel), CASES, SEED, false);
    if (found) return found;
  }
  return oracle.explore(kernel, COUNT, SEED, false).failure;
}

for (const [what, file, text, instead] of mistakes)
  test(`caught: ${what}`, (t) => {
    const folder = scratchFolder(t);
    cpSync(join(root, "assembly"), join(folder, "assembly"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const path = join(folder, "assembly/rumpk", file);
    const source = readFileSync(path, "utf8");
    assert.equal(source.split(text).length, 2, `${file} has not exactly one "${text}"`);
    writeFileSync(path, source.replace(text, instead));
    const found = verdict(build(folder));
    assert.notEqual(found, null, "not caught");
    t.diagnostic(found.split("\n", 1)[0]);
  });
