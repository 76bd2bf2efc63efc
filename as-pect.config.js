/*
 * Where as-pect finds the unit tests, and the machine and the rim that they run on. The compiler's options are in
 * as-pect.asconfig.json: the kernel's memory comes first, so the tests' own data starts behind it (memoryBase is
 * KERNEL_PAGES * 64 KiB), and what a cell imports as "rumpk" is found in build/unit, by links that are made here.
 */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { unitCell } from "./tests/parts/unit/cell.js";
import { unitMachine } from "./tests/parts/unit/machine.js";
import { unitRim } from "./tests/parts/unit/rim.js";

/** The SDK under the name by which cells import it, beside the numbers that it imports itself. */
const links = { rumpk: "sdk", abi: "abi" };
mkdirSync("build/unit", { recursive: true });
for (const [name, folder] of Object.entries(links)) {
  rmSync(`build/unit/${name}`, { force: true });
  symlinkSync(`../../assembly/${folder}`, `build/unit/${name}`);
}

export default {
  entries: ["assembly/**/__tests__/**/*.spec.ts", "cells/**/__tests__/**/*.spec.ts"],
  include: [],
  disclude: [/node_modules/],
  outputBinary: false,
  async instantiate(memory, createImports, instantiate, binary) {
    const [machine, rim] = [unitMachine(), unitRim()];
    const cell = unitCell(() => new Uint8Array(instance.exports.memory.buffer));
    const controls = { ...machine.imports.machine, ...cell.machine };
    const imports = { env: { memory }, ...machine.imports, ...rim.imports, ...cell, machine: controls };
    const instance = await instantiate(binary, createImports(imports));
    machine.attach(instance);
    rim.attach(instance);
    return instance;
  },
};
