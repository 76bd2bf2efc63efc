/*
 * A file as the disk of a system, on the machines that are programs here: sectors are read and written in the file,
 * none beyond its end, and mistakes in --disk are one line.
 */
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as abi from "../../../build/host/abi.js";
import { missingTool } from "../../lib/machines.mjs";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { rumpk } from "../../lib/rumpk.mjs";

const system = join(root, "tests/machines/wasmtime/sectors.kdl");
const SECTORS = 40;

for (const machine of ["node", "wasmtime", "linux"]) {
  const skip = missingTool(machine);
  const flags = ["run", "--on", machine, "--system", system];

  test(`${machine}: sectors are those of the file`, { skip }, async (t) => {
    const file = join(scratchFolder(t), "disk.img");
    const bytes = Buffer.from(
      Array.from({ length: SECTORS * abi.BLOCK_SECTOR }, (_, index) => (index * 7 + (index >> 8)) & 255),
    );
    writeFileSync(file, bytes);
    const { stdout, stderr, status } = await rumpk([...flags, "--disk", file]);
    const refused = Array(5).fill(abi.EINVAL).join(" ");
    assert.deepEqual([stdout, stderr, status], [`${SECTORS} sectors: 0 0 0 ${refused}\n`, "", 0]);
    const last = (SECTORS - 1) * abi.BLOCK_SECTOR;
    bytes.set(bytes.subarray(0, abi.BLOCK_SECTOR).toReversed(), last);
    assert.equal(statSync(file).size, bytes.length);
    assert.ok(readFileSync(file).equals(bytes), "the file holds something else");
  });

  test(`${machine}: without a disk there is no such device`, { skip }, async () => {
    const { stdout, status } = await rumpk(flags);
    assert.deepEqual([stdout, status], ["no disk\n", 1]);
  });
}

for (const [on, value, words] of [
  ["wasmtime", "no-such-file", "--disk no-such-file: there is no such file"],
  ["wasmtime", "tests", "--disk tests: not a file"],
  ["riscv64", "README.md", "--disk is for machines that are programs here; add --on node, wasmtime or linux"],
])
  test(`--disk ${value} on ${on} is one line`, async () => {
    const { status, stderr } = await rumpk(["run", "--on", on, "--disk", value]);
    assert.deepEqual([status, stderr], [2, `rumpk: ${words}\n`]);
  });

test("--disk with a file of odd length is one line", async (t) => {
  const file = join(scratchFolder(t), "odd.img");
  writeFileSync(file, Buffer.alloc(abi.BLOCK_SECTOR + 1));
  const { status, stderr } = await rumpk(["run", "--on", "wasmtime", "--disk", file]);
  assert.deepEqual([status, stderr], [2, `rumpk: --disk ${file}: 513 bytes are not sectors of 512\n`]);
});
