/*
 * The machines that the tests run on. Adding one is adding one row: the tool that it needs, how much slower than the
 * Node machine it may be, and the command's flags where they are not `--on NAME`.
 */
import { spawnSync } from "node:child_process";

const table = {
  node: { tool: null, patience: 1 },
  wasmtime: { tool: "wasmtime", patience: 2 },
  riscv64: { tool: "qemu-system-riscv64", patience: 4 },
  aarch64: { tool: "qemu-system-aarch64", patience: 4 },
  x86_64: { tool: "qemu-system-x86_64", patience: 4 },
  linux: { tool: null, patience: 1 },
  "linux-sanitized": { tool: null, patience: 2, flags: ["--on", "linux", "--sanitize"] },
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

/** A time-out for something that takes `seconds` on the Node machine, in milliseconds. */
export function patience(name, seconds) {
  return seconds * 1000 * table[name].patience;
}
