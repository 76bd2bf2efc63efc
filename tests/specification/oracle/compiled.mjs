/*
 * Compiles the oracle and builds the kernel, for both tests and tests/specification/oracle/explore.mjs. The kernel is
 * the checked one, made from the same sources as on every machine, or one that the environment names: ORACLE_KERNEL.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { root } from "../../lib/paths.mjs";
import { bin } from "../../lib/rumpk.mjs";

/** Compiler flags from asconfig.json. */
const TRANSFORM = join(root, "tools/record-arrays/index.js");
const BUILT_KERNEL = join(root, "build/kernel/checked/kernel.wasm");

function must(program, args, what) {
  const done = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${what}:\n${done.stdout}${done.stderr}`);
}

/**
 * Compiles the TypeScript of this folder into build/oracle, with the layout of the kernel's tables; returns the
 * driver's modules.
 */
export async function compileOracle() {
  must(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", "tests/specification/oracle"],
    "tests/specification/oracle",
  );
  writeFileSync(join(root, "build/oracle/layout.json"), JSON.stringify(await layoutOfTables()));
  const load = (name) => import(pathToFileURL(join(root, "build/oracle/tests/specification/oracle/driver", name)).href);
  return { ...(await load("oracle.js")), ...(await load("laws.js")), ...(await load("economy.js")) };
}

/** Constants, as the compiler computes them, that locate state in the kernel's memory that no call reports. */
const LAYOUT = `
import { Cell } from "./assembly/rumpk/run/cell";
import { Energy } from "./assembly/rumpk/run/energy";
import { NO_CELL } from "./assembly/rumpk/base/limits";
import { Turn } from "./assembly/rumpk/run/ready";
import { CELLS_AT, CELL_STRIDE, ENERGY_IN, TURN_IN } from "./assembly/rumpk/base/tables";
export const cells: u32 = <u32>CELLS_AT;
export const stride: u32 = CELL_STRIDE;
export const nobody: u32 = NO_CELL;
export const state: u32 = <u32>offsetof<Cell>("state");
export const rank: u32 = <u32>(TURN_IN + offsetof<Turn>("rank"));
export const lender: u32 = <u32>(TURN_IN + offsetof<Turn>("lender"));
export const loanSteps: u32 = <u32>(TURN_IN + offsetof<Turn>("steps"));
export const energyLeft: u32 = <u32>(ENERGY_IN + offsetof<Energy>("left"));
export const energyLength: u32 = <u32>(ENERGY_IN + offsetof<Energy>("length"));
`;

/** Compiles the layout; returns its constants by name. */
async function layoutOfTables() {
  let bytes = null;
  const { error, stderr } = await asc.main(
    ["layout.ts", "--outFile", "layout.wasm", "--runtime", "stub", "--transform", TRANSFORM],
    {
      readFile: (name, base) => (name === "layout.ts" ? LAYOUT : readSource(join(root, base, name))),
      writeFile: (name, contents) => void (bytes = name.endsWith(".wasm") ? contents : bytes),
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort: () => {} } });
  return Object.fromEntries(
    Object.entries(exports).flatMap(([name, item]) =>
      item instanceof WebAssembly.Global ? [[name, item.value >>> 0]] : [],
    ),
  );
}

function readSource(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Builds the checked kernel, unless ORACLE_KERNEL names one; returns its path. */
export function kernelPath() {
  if (process.env.ORACLE_KERNEL) return process.env.ORACLE_KERNEL;
  must(process.execPath, [bin, "build", "--on", "node", "--system", "hello", "--checked"], "rumpk build");
  return BUILT_KERNEL;
}
