/*
 * `rumpk abi`: writes the generated forms of assembly/abi, or checks them.
 */
import { generateAbi } from "../pipeline/abi/generate.js";
import { Verb } from "./verb.js";

export const abi: Verb = {
  summary: "generate the TypeScript constants and the tables from assembly/abi",
  flags: { check: { help: "write nothing; fail when a generated file differs" } },
  async run({ flags }) {
    for (const path of generateAbi("check" in flags)) process.stdout.write(`${path}\n`);
    return 0;
  },
};
