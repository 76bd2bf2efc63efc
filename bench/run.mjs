/*
 * `rumpk bench [--on MACHINE] [--json]`: measures what docs/performance.md describes, one machine after the other, and
 * prints the figures next to their budgets. A run of all machines also writes docs/figures.md. A figure over its budget
 * is not an error: the status is 1 when something did not run or C and AssemblyScript disagree on a result, and 2 when
 * a tool is missing.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../build/host/pipeline/errors.js";
import { measureBlink } from "./lib/blink.mjs";
import { hasWasmtime, measureHosted } from "./lib/hosted.mjs";
import { hasLinux, measureLinux } from "./lib/linux.mjs";
import { measureIsa, ISAS } from "./lib/metal.mjs";
import { measureNode } from "./lib/node.mjs";
import { PAGE, measureSizes, measuredHere, pageOf } from "./lib/page.mjs";
import { table } from "./lib/table.mjs";

const { values } = parseArgs({ options: { json: { type: "boolean" }, on: { type: "string" } } });
const onLinux = hasLinux ? ["linux", ...(hasWasmtime() ? ["hosted"] : [])] : [];
const everywhere = ["node", ...ISAS, ...onLinux];

/** The machine, or an error that names the machines that can be measured. */
function known(machine) {
  if (everywhere.includes(machine)) return machine;
  throw new UserError(`--on ${machine}: not measured here; known: ${everywhere.join(", ")}`);
}

/** All figures of one machine. */
function measure(machine) {
  if (machine === "node") return measureNode();
  if (machine === "hosted") return measureHosted();
  return machine === "linux" ? measureLinux() : measureIsa(machine);
}

try {
  const results = {};
  const machines = values.on ? [known(values.on)] : everywhere;
  for (const machine of machines) {
    results[machine] = await measure(machine);
    if (machine !== "hosted") results[machine].blink = await measureBlink(machine);
  }
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : table(results));
  if (!values.on) {
    const sizes = measureSizes();
    writeFileSync(PAGE, pageOf({ measured: measuredHere(), figures: table(results), sizes }));
  }
} catch (error) {
  process.stderr.write(`rumpk: bench: ${error.message}\n`);
  process.exitCode = error instanceof UserError ? 2 : 1;
}
