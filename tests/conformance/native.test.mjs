/*
 * The WebAssembly specification's test suite, version 2 and the proposal for threads, as native code: every module goes
 * through wasm2c and our cures and repairs, and groups of modules are cells of one image, on Linux and in QEMU. Added
 * to the suite are calls of every numeric and memory instruction, with V8's results (native/differ.mjs).
 *
 * RUMPK_SPEC=all takes everything (`make spec`); otherwise SEED picks a tenth of the groups. Assertions that do not
 * apply are counted by reason, and those where native code differs are listed: both are fixed, so that nothing drops
 * out unnoticed.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import wabtInit from "wabt";
import { inBuild } from "../../build/host/pipeline/paths.js";
import { missingTool } from "../lib/machines.mjs";
import { differentialGroup } from "./native/differ.mjs";
import { buildSuite, runSuite, writeSuite } from "./native/native.mjs";
import { readGroups } from "./native/scripts.mjs";
import { FOLDERS, suiteFolder } from "./suite.mjs";

const PLATFORMS = ["linux", "riscv64"];
/** -O1: the compiler treats floats, loads and traps as it does at -O3, in a third of the time. */
const LEVEL = "-O1";
const folder = inBuild("tests/suite");
const whole = process.env.RUMPK_SPEC === "all";
const seed = Number(process.env.SEED ?? 1);
/** Without RUMPK_SPEC=all, one group out of this many. */
const SHARE = 10;

/** Where native code may differ: script, function, reason. */
const OTHERWISE = [
  [
    "call.wast",
    /^(mutual-)?runaway$/,
    "a tail call without an end becomes a loop: the watchdog ends it, not the stack",
  ],
  ["call_indirect.wast", /^(mutual-)?runaway$/, "the same"],
  ["fac.wast", /^fac-rec$/, "the same: an unending product that overflows, folded to a loop"],
  ["table_size.wast", /^size-t[012]$/, "of three tables only the one that was made last grows; a table may refuse"],
];

/** Assertions of the suite that are checked, and the reasons why others are not. */
const EXPECTED = {
  made: 24062,
  // None of these ever runs: the build refuses modules that do not validate.
  assert_malformed: 1322,
  assert_invalid: 1567,
  assert_unlinkable: 142,
  // A cell imports only functions of rumpk and mmio; here modules also import from each other, and spectest's functions
  // and globals.
  "an import of spectest's memory": 29,
  "an import of spectest's table": 25,
  "a second memory in one cell": 4,
  "wait and notify, which wasm2c does not translate": 3,
};

const wabt = await wabtInit();
const groups = [];
const counts = {};
let sources;

/** Whether this group is in the tenth: by a hash of its number and the seed (Knuth's multiplicative). */
const chosen = (index) => ((index * 2654435761 + seed * 40503) >>> 16) % SHARE === 0;

/** Counts one assertion of the suite by its outcome. */
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);

before(async () => {
  const suite = suiteFolder();
  let names = 0;
  const nextName = () => `m${names++}`;
  const all = [];
  for (const folder of FOLDERS) {
    const scripts = readdirSync(join(suite, folder)).filter(
      (name) => name.endsWith(".wast") && !name.startsWith("simd"),
    );
    for (const name of scripts) {
      const read = readGroups(wabt, readFileSync(join(suite, folder, name), "utf8"), nextName);
      all.push(...read.groups.map((group) => Object.assign(group, { script: name })));
      for (const { reason } of read.refused) count(reason);
    }
  }
  for (const { assertion } of all.flatMap(({ steps }) => steps)) if (assertion && assertion !== "invoke") count("made");
  groups.push(...all.filter((_, index) => whole || chosen(index)));
  groups.push(differentialGroup(wabt, seed, nextName()));
  groups.forEach((group, id) => Object.assign(group, { id }));
  sources = await writeSuite(groups, folder);
});

test("the same assertions as ever are made, and the same ones left out", () => assert.deepEqual(counts, EXPECTED));

for (const platform of PLATFORMS)
  test(`${platform}: native code does what the suite and V8 say`, { skip: missingTool(platform) }, async (t) => {
    const elf = await buildSuite(sources, folder, platform, LEVEL);
    const { steps, wrong, numbers } = runSuite(elf, platform);
    const all = groups.flatMap((group) => group.steps.map((step) => ({ ...step, script: group.script })));
    assert.equal(steps, all.length);
    assert.equal(numbers.length, wrong, "more wrong steps than are told");
    const found = numbers.map((number) => all.find((step) => step.number === number));
    const unexplained = found.filter(
      ({ script, name }) => !OTHERWISE.some(([file, names]) => file === script && names.test(name)),
    );
    assert.deepEqual(unexplained.map(described), []);
    t.diagnostic(`${steps} steps, ${wrong} otherwise as named; seed ${seed}`);
  });

/** A step in words. */
function described({ script, module, kind, name, op, args = [], results = [], causes }) {
  const values = (list) => list.map(({ type, bits, nan }) => `${type}:${nan ?? bits?.toString(16) ?? "ref"}`).join(" ");
  return `${script} ${module.name} ${kind} ${name ?? ""} ${op ?? ""} (${values(args)}) -> ${values(results)} cause ${causes}`;
}
