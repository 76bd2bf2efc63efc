/*
 * Runs one suite of the table (suites.mjs) in a process of its own and counts what it reports. A suite that reports no
 * test at all has failed: it did not run. With CI=true a skipped test is a failed one.
 */
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

const strict = process.env.CI === "true";

/** What tests see of the environment: not that a make runs them, because some of them run make themselves. */
const environment = { ...process.env };
for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"]) delete environment[name];

/** Runs node with `args`; resolves to { text, status } of its end. */
export function runNode(args, env = {}) {
  return new Promise((resolve) => {
    let text = "";
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (bytes) => (text += bytes));
    child.stderr.on("data", (bytes) => (text += bytes));
    child.on("error", (error) => resolve({ text: String(error), status: 1 }));
    child.on("close", (status) => resolve({ text, status }));
  });
}

/** Runs a suite's command; resolves to { passed, failed, skipped, minutes, text }. */
export async function runSuite(suite) {
  const started = Date.now();
  const { text, status } = await runNode(suite.command, suite.env);
  const counts = suite.count(text.replace(/\x1b\[[0-9;]*m/g, ""));
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  if (strict) {
    counts.failed += counts.skipped;
    counts.skipped = 0;
  }
  return { ...counts, minutes: (Date.now() - started) / 60000, text };
}

/** The suites of these names, all without names. Exits with status 2, and a line, when there is none of a name. */
export function chooseSuites(suites, names) {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) {
    process.stderr.write(`there is no suite "${unknown}"; node tests/run.mjs --list names them\n`);
    process.exit(2);
  }
  return names.length ? suites.filter((suite) => names.includes(suite.name)) : suites;
}

export const countsText = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
