/*
 * The C header, the host's constants and the tables in docs/ are generated from assembly/abi and committed: generating
 * them again must change nothing.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../lib/paths.mjs";
import { rumpk } from "../lib/rumpk.mjs";

test("generated and committed agree", async () => {
  const { status, stdout, stderr } = await rumpk(["abi", "--check"]);
  assert.equal(status, 0, stdout + stderr);
});

test("the generated header holds a number of each kind, as written in assembly/abi", () => {
  const header = readFileSync(join(root, "hal/include/rumpk-abi.h"), "utf8");
  const source = (name) => readFileSync(join(root, "assembly/abi", `${name}.ts`), "utf8");
  for (const [file, name] of [
    ["cell", "CAUSE_UNALIGNED"],
    ["systable", "KERNEL_PAGES"],
    ["calls", "META_KILL"],
    ["errno", "ETIMEDOUT"],
  ]) {
    const value = source(file).match(new RegExp(`${name}: [ui]32 = (-?\\w+);`))[1];
    assert.match(header, new RegExp(`#define ${name} \\(?${value}u?\\)?\\s`), name);
  }
});
