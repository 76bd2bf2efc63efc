/*
 * The machines that the tests run on. A new machine is one more row: the tool that it needs, and the command's flags if
 * they are not `--on NAME`.
 */
import { spawnSync } from "node:child_process";

const table = {
  node: { tool: null },
  wasmtime: { tool: "wasmtime" },
  riscv64: { tool: "qemu-system-riscv64" },
  aarch64: { tool: "qemu-system-aarch64" },
  x86_64: { tool: "qemu-system-x86_64" },
  linux: { tool: null },
  "linux-sanitized": { tool: null, flags: ["--on", "linux", "--sanitize"] },
};

/** All machines. */
export const machines = Object.keys(table);
/** Those without an operating system underneath. */
export const metal = machines.filter((name) => table[name].tool?.startsWith("qemu"));

/** Those that are a Linux process. */
export const linux = machines.filter((name) => name.startsWith("linux"));

/** The command's flags for a machine. */
export function on(name) {
  return table[name].flags ?? ["--on", name];
}

/** The machine that this suite runs on. */
export function chosenMachine() {
  const name = process.env.RUMPK_MACHINE ?? "node";
  if (!table[name]) throw new Error(`RUMPK_MACHINE=${name}: the machines are ${machines.join(", ")}`);
  return name;
}

/** Why tests on this machine must be skipped, or false. */
export function missingTool(name) {
  const { tool } = table[name];
  if (!tool || !spawnSync(tool, ["--version"]).error) return false;
  return `${tool} is not installed`;
}
