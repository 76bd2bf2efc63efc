/* A stack frame that could jump over the guard below a stack is refused, going by the compiler's own figures. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { checkFrames, readStackGraph } from "../../../build/host/pipeline/metal/stack.js";

const folder = mkdtempSync(join(tmpdir(), "rumpk-frames-"));

/** The call graph of an object with one function that uses `bytes` of stack. */
async function graphOf(bytes) {
  const source = join(folder, "frame.c");
  writeFileSync(source, `void use(char *); void w2c_cell_f(void) { char frame[${bytes}]; use(frame); }`);
  const object = join(folder, "frame.o");
  const built = spawnSync("clang-19", ["-O2", "-fstack-usage", "-c", source, "-o", object], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  return readStackGraph(object, [join(folder, "frame.su")]);
}

test("a frame up to 1 MiB is built, a larger one is refused with its function", async () => {
  checkFrames(await graphOf(1000000));
  const graph = await graphOf(1100000);
  assert.throws(() => checkFrames(graph), /^UserError: w2c_cell_f takes 110\d+ bytes of stack in one step/);
});
