/*
 * The kernel: one module, byte-identical on every machine. It imports its memory (fixed size) and its function table,
 * and uses atomics on unshared memory for the rings.
 */
import { readFileSync } from "node:fs";

import * as abi from "../abi.js";
import { compileAsc } from "./asc.js";
import { UserError } from "./errors.js";
import { inBuild } from "./paths.js";
import { checkInstructions } from "./wasm/check.js";
import { readModule } from "./wasm/module.js";

/**
 * Builds build/kernel/kernel.wasm, or the checked kernel (assembly/rumpk/base/checked.ts) in its own folder, and
 * returns its path.
 */
export async function buildKernel(checked: boolean): Promise<string> {
  const pages = String(abi.KERNEL_PAGES);
  const wasm = await compileAsc({
    label: checked ? "asc checked kernel" : "asc kernel",
    out: inBuild(checked ? "kernel/checked" : "kernel"),
    name: "kernel",
    target: checked ? "checked" : "kernel",
    args: ["assembly/rumpk/kernel.ts", "--initialMemory", pages, "--maximumMemory", pages],
    texts: {},
    folders: [],
  });
  checkKernel(readFileSync(wasm));
  return wasm;
}

function checkKernel(bytes: Uint8Array): void {
  for (const { module, name, type } of readModule(bytes).imports) {
    const known = module === "hal" || (module === "env" && (name === "memory" || name === "table"));
    if (!known) throw new UserError(`assembly/rumpk/kernel.ts: import ${module}.${name} ${type} is none of hal's`);
  }
  checkInstructions("assembly/rumpk/kernel.ts", bytes);
}
