/*
 * Runs every test of the project, suite by suite, cheapest first, and adds up the results.
 *
 *   node tests/run.mjs                        all suites
 *   node tests/run.mjs unit sessions-node     these suites; suites.mjs says what their names are
 *   node tests/run.mjs sessions               this one on every machine
 *   node tests/run.mjs --quick                those that together take less than two minutes
 *   node tests/run.mjs --list                 their names
 *
 * As many suites run at once as there are processors, up to two: most are one thread that waits for QEMU, and each test
 * has its own files (builds lock build/). A suite's output appears as a whole when it is done. If wasmtime is missing,
 * it is installed meanwhile, which takes cargo twenty minutes; the suites that need it run when it is ready.
 *
 * Prints one line per suite with the numbers of passed, failed and skipped tests and the minutes it took; the last line
 * is `N passed, N failed, N skipped` in total. Exit status 1 when anything failed. With CI=true a skipped test counts
 * as failed.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { bin } from "./lib/rumpk.mjs";
import { chooseSuites, countsText, runNode, runSuite } from "./lib/suite.mjs";
import { suites } from "./suites.mjs";

/** Most suites at once. */
const WORKERS = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean" }, quick: { type: "boolean" } },
});
const chosen = values.quick ? suites.filter((suite) => suite.quick) : chooseSuites(suites, positionals);
const column = Math.max(...chosen.map((suite) => suite.name.length));
if (values.list) {
  for (const suite of chosen) process.stdout.write(`${suite.name.padEnd(column)} ${suite.what}\n`);
  process.exit(0);
}

const lines = new Map(chosen.map((suite) => [suite, ""]));
const total = { passed: 0, failed: 0, skipped: 0 };
const waiting = [...chosen];

let hasWasmtime = !chosen.some((suite) => suite.needsWasmtime);
/** Resolves when wasmtime is ready, or could not be installed; then the suites that need it say so. */
const wasmtime = hasWasmtime
  ? Promise.resolve()
  : runNode([bin, "wasmtime"]).then(({ text, status }) => {
      hasWasmtime = true;
      process.stdout.write(status === 0 ? text.slice(text.lastIndexOf("wasmtime")) : text);
    });

/** Takes the next suite that can run; undefined when none is left. */
async function nextSuite() {
  let index = waiting.findIndex((suite) => hasWasmtime || !suite.needsWasmtime);
  if (index < 0 && waiting.length) {
    await wasmtime;
    index = 0;
  }
  return waiting.splice(Math.max(index, 0), 1)[0];
}

/** Runs suites until none is waiting. */
async function work() {
  for (let suite = await nextSuite(); suite; suite = await nextSuite()) {
    process.stdout.write(`\n== ${suite.name} begins: ${suite.what}\n`);
    const result = await runSuite(suite);
    for (const key of Object.keys(total)) total[key] += result[key];
    const line = `${suite.name.padEnd(column)} ${countsText(result)}; ${result.minutes.toFixed(1)} minutes`;
    lines.set(suite, line);
    process.stdout.write(`${result.text.trimEnd()}\n== ${line}\n`);
  }
}

// Tests import what host/ is compiled to, which any rumpk command brings up to date.
const compiled = await runNode([bin, "--help"]);
if (compiled.status !== 0) {
  process.stdout.write(compiled.text);
  process.exit(1);
}
await Promise.all(Array.from({ length: Math.min(WORKERS, availableParallelism()) }, work));
process.stdout.write(`\n${[...lines.values()].join("\n")}\n\n${countsText(total)}\n`);
process.exitCode = total.failed ? 1 : 0;
