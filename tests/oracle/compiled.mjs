/*
 * Compiles the oracle and builds the kernel; what both tests and tests/oracle/explore.mjs start from. The kernel is the
 * checked one, whose sources are those of every machine's, or another one that the environment names: ORACLE_KERNEL.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../lib/paths.mjs";
import { bin } from "../lib/rumpk.mjs";

const BUILT_KERNEL = join(root, "build/kernel/checked/kernel.wasm");

function must(program, args, what) {
  const done = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${what}:\n${done.stdout}${done.stderr}`);
}

/** Compiles the TypeScript of this folder into build/oracle; answers the modules of its driver. */
export async function compileOracle() {
  must(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tests/oracle"], "tests/oracle");
  const load = (name) => import(pathToFileURL(join(root, "build/oracle/tests/oracle/driver", name)).href);
  return { ...(await load("oracle.js")), ...(await load("laws.js")), ...(await load("economy.js")) };
}

/** Builds the checked kernel, unless ORACLE_KERNEL names one; answers its path. */
export function kernelPath() {
  if (process.env.ORACLE_KERNEL) return process.env.ORACLE_KERNEL;
  must(process.execPath, [bin, "build", "--on", "node", "--system", "hello", "--checked"], "rumpk build");
  return BUILT_KERNEL;
}
