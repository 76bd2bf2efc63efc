/*
 * Runs every test of the project, suite by suite, cheapest first, and adds the results up.
 *
 *   node tests/run.mjs              all suites
 *   node tests/run.mjs unit model   these suites
 *   node tests/run.mjs --list       their names
 *
 * As many suites run at once as there are processors, up to two: most are one thread that waits for QEMU, and each test
 * has files of its own (builds lock build/). A suite's output appears as a whole when it is done.
 *
 * Prints one line a suite with what passed, failed and was skipped and how many minutes it took; the last line is
 * `N passed, N failed, N skipped` over all of them. Exit status 1 when anything failed. With CI=true a skipped test is
 * a failed one. A suite that reports no test at all has failed: it did not run.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { suites } from "./suites.mjs";
import { root } from "./lib/paths.mjs";

/** Most suites at once. */
const WORKERS = 2;
const strict = process.env.CI === "true";

/** What tests see of the environment: not that a make runs them, because some of them run make themselves. */
const environment = { ...process.env };
for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"]) delete environment[name];

/** Runs a suite's command; returns { passed, failed, skipped, minutes, text }. */
async function runSuite(suite) {
  const started = Date.now();
  const output = await new Promise((resolve) => {
    let text = "";
    const child = spawn(process.execPath, suite.command, {
      cwd: root,
      env: { ...environment, ...suite.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (bytes) => (text += bytes));
    child.stderr.on("data", (bytes) => (text += bytes));
    child.on("error", (error) => resolve({ text: String(error), status: 1 }));
    child.on("close", (status) => resolve({ text, status }));
  });
  const counts = suite.count(output.text.replace(/\x1b\[[0-9;]*m/g, ""));
  if (output.status !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  if (strict) {
    counts.failed += counts.skipped;
    counts.skipped = 0;
  }
  return { ...counts, minutes: (Date.now() - started) / 60000, text: output.text };
}

const describe = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

const names = process.argv.slice(2);
if (names.includes("--list")) {
  for (const suite of suites) process.stdout.write(`${suite.name.padEnd(18)} ${suite.what}\n`);
  process.exit(0);
}
const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
if (unknown) {
  process.stderr.write(`tests/run.mjs: no suite "${unknown}"; --list names them\n`);
  process.exit(2);
}

const chosen = names.length ? suites.filter((suite) => names.includes(suite.name)) : suites;
const lines = new Map(chosen.map((suite) => [suite, ""]));
const total = { passed: 0, failed: 0, skipped: 0 };
const waiting = [...chosen];

/** Runs suites until none waits. */
async function work() {
  for (let suite = waiting.shift(); suite; suite = waiting.shift()) {
    process.stdout.write(`\n== ${suite.name} begins: ${suite.what}\n`);
    const result = await runSuite(suite);
    for (const key of Object.keys(total)) total[key] += result[key];
    const line = `${suite.name.padEnd(18)} ${describe(result)}; ${result.minutes.toFixed(1)} minutes`;
    lines.set(suite, line);
    process.stdout.write(`${result.text.trimEnd()}\n== ${line}\n`);
  }
}

await Promise.all(Array.from({ length: Math.min(WORKERS, availableParallelism()) }, work));
process.stdout.write(`\n${[...lines.values()].join("\n")}\n\n${describe(total)}\n`);
process.exitCode = total.failed ? 1 : 0;
