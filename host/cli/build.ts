/*
 * `rumpk build`: makes what has changed.
 */
import { progressEnd } from "../build/jobs.js";
import { exclusively } from "../build/lock.js";
import { buildMetalSystem } from "../build/metal/metal-system.js";
import { buildNodeSystem } from "../build/node-system.js";
import { shown } from "../build/paths.js";
import { logCommands } from "../build/process.js";
import { TARGET_FLAGS, Target, targetOf } from "./target.js";
import { Verb } from "./verb.js";

export const build: Verb = {
  summary: "build a system for a machine; only what changed is made again",
  flags: TARGET_FLAGS,
  async run(options) {
    if ("verbose" in options.flags) logCommands();
    const path = await buildTarget(targetOf(options));
    process.stdout.write(`${shown(path)}\n`);
    return 0;
  },
};

/** Builds a target; answers the path of its JSON file (Node) or its ELF image (metal). */
export function buildTarget({ machine, system, fileName }: Target): Promise<string> {
  return exclusively(async () => {
    try {
      if (machine === "node") return await buildNodeSystem(system, fileName);
      return await buildMetalSystem(system, fileName, machine);
    } finally {
      progressEnd();
    }
  });
}
