/*
 * `rumpk bench [--on MACHINE] [--json]`: measures what docs/performance.md describes, one machine after the other, and
 * prints the figures with the budgets of DESIGN section 9 beside them. A figure that misses its budget is no error: the
 * status is 1 only when something did not run or C and AssemblyScript disagree about a result.
 */
import { parseArgs } from "node:util";
import { ISAS, measureIsa } from "./lib/metal.mjs";
import { measureNode } from "./lib/node.mjs";
import { table } from "./lib/table.mjs";

const { values } = parseArgs({ options: { json: { type: "boolean" }, on: { type: "string" } } });
const machines = values.on ? [values.on] : ["node", ...ISAS];

try {
  const results = {};
  for (const machine of machines) results[machine] = machine === "node" ? await measureNode() : await measureIsa(machine);
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : table(results));
} catch (error) {
  process.stderr.write(`rumpk: bench: ${error.message}\n`);
  process.exitCode = 1;
}
