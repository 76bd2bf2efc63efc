/*
 * `rumpk bench`: runs bench/run.mjs, which measures and prints.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { inRoot } from "../pipeline/paths.js";
import { Verb, lastOf } from "./verb.js";

export const bench: Verb = {
  summary: "measure: cost of the core operations, the micro-suite against C and V8, time to the prompt",
  flags: {
    on: { value: "MACHINE", help: "one of node, riscv64, aarch64, x86_64, linux, hosted (default all)" },
    json: { help: "print JSON" },
  },
  async run(options) {
    const script = inRoot("bench/run.mjs");
    if (!existsSync(script)) throw new UserError("bench/run.mjs: no such file");
    const on = lastOf(options, "on");
    const args = ["json" in options.flags ? ["--json"] : [], on ? ["--on", on] : []].flat();
    return spawnSync(process.execPath, [script, ...args], { stdio: "inherit" }).status ?? 1;
  },
};
