/*
 * `rumpk build`: rebuilds what has changed of a system for a machine, and names the result. One build at a time,
 * because all processes in this repository share build/.
 */
import { endCompilers } from "../pipeline/compilers.js";
import { UserError } from "../pipeline/errors.js";
import { progressEnd } from "../pipeline/jobs.js";
import { exclusively } from "../pipeline/lock.js";
import { buildMetalSystem, copyStripped } from "../pipeline/metal/metal-system.js";
import { buildNodeSystem } from "../pipeline/node-system.js";
import { signingOf } from "../pipeline/package/trust.js";
import { shown } from "../pipeline/paths.js";
import { logCommands } from "../pipeline/process.js";
import { buildWasmtimeSystem } from "../pipeline/wasmtime/wasmtime-system.js";
import { TARGET_FLAGS, Target, targetOf } from "./target.js";
import { Verb, lastOf } from "./verb.js";

export const build: Verb = {
  summary: "build a system for a machine; only what changed is made again",
  flags: {
    ...TARGET_FLAGS,
    output: { value: "FILE", short: "o", help: "copy the image, without its symbols, to FILE" },
  },
  async run(options) {
    if ("verbose" in options.flags) logCommands();
    const target = targetOf(options);
    const output = lastOf(options, "output");
    if (output && (target.machine === "node" || target.machine === "wasmtime"))
      throw new UserError(`--output: ${target.machine} has no image; name a metal machine or linux with --on`);
    const path = await buildTarget(target);
    if (output) await copyStripped(path, output);
    process.stdout.write(`${shown(output ?? path)}\n`);
    if (!target.system.sealed)
      process.stderr.write(`${target.system.name} is unsealed: its packages are not verified while it runs\n`);
    return 0;
  },
};

/** Builds a target; returns the path of its JSON file (Node, wasmtime) or its ELF image. */
export function buildTarget({ machine, system, fileName, sanitize, release, checked, key }: Target): Promise<string> {
  return exclusively(async () => {
    try {
      const signing = signingOf(system, key);
      if (machine === "node") return await buildNodeSystem(system, fileName, checked, signing);
      if (machine === "wasmtime") return await buildWasmtimeSystem(system, fileName, checked, signing);
      const platform = sanitize ? "linux-sanitized" : machine;
      return await buildMetalSystem(system, fileName, platform, release, checked, signing);
    } finally {
      progressEnd();
      endCompilers();
    }
  });
}
