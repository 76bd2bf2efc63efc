/*
 * The machines that the tests run on. Adding one is adding one row: the tool that it needs, and the command's flags
 * where they are not `--on NAME`.
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
/** Those without an operating system below. */
export const metal = machines.filter((name) => table[name].tool?.startsWith("qemu"));

/** Those that are one process of Linux. */
export const linux = machines.filter((name) => name.startsWith("linux"));

/** The flags by which the command names a machine. */
export function on(name) {
  return table[name].flags ?? ["--on", name];
}

/** The machine that this suite is run for. */
export function chosenMachine() {
  const name = process.env.RUMPK_MACHINE ?? "node";
  if (!table[name]) throw new Error(`RUMPK_MACHINE=${name}: the machines are ${machines.join(", ")}`);
  return name;
}

/** Why tests on this machine are to be skipped, or false. */
export function missingTool(name) {
  const { tool } = table[name];
  if (!tool || !spawnSync(tool, ["--version"]).error) return false;
  return `${tool} is not installed`;
}
