/*
 * Where as-pect finds the unit tests, and the machine that they run on. The compiler's options are in
 * as-pect.asconfig.json: the kernel's memory comes first, so the tests' own data starts behind it (memoryBase is
 * KERNEL_PAGES * 64 KiB).
 */
import { unitMachine } from "./tests/unit/machine.js";

export default {
  entries: ["assembly/**/__tests__/**/*.spec.ts", "cells/**/__tests__/**/*.spec.ts"],
  include: [],
  disclude: [/node_modules/],
  outputBinary: false,
  async instantiate(memory, createImports, instantiate, binary) {
    const machine = unitMachine();
    const instance = await instantiate(binary, createImports({ env: { memory }, ...machine.imports }));
    machine.attach(instance);
    return instance;
  },
};
