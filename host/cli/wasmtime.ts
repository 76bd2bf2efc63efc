/*
 * `rumpk wasmtime`: finds the wasmtime command, or installs the pinned release, and prints how long that took.
 */
import { installWasmtime } from "../pipeline/wasmtime/install.js";
import { Verb } from "./verb.js";

export const wasmtime: Verb = {
  summary: "find wasmtime, or install the pinned release with cargo",
  flags: {},
  async run() {
    const started = Date.now();
    const { wasmtime: found, installed } = await installWasmtime();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const how = installed ? "installed" : "found";
    process.stdout.write(`wasmtime ${found.version}: ${how} as ${found.program} in ${seconds} s\n`);
    return 0;
  },
};
