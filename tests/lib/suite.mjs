/*
 * Runs one suite of the table (suites.mjs) in a process of its own and counts what it reports. A suite that reports no
 * test at all has failed: it did not run. With CI=true a skipped test counts as failed.
 */
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

const strict = process.env.CI === "true";

/** The environment of the tests: without make's variables, because some tests run make themselves. */
const environment = { ...process.env };
for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"]) delete environment[name];

/** Runs node with `args`; resolves to { text, status }. */
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

/**
 * The suites that a word means. A word is the end of a suite's path with its machine (`sessions-node`,
 * `sessions/terminal-linux`), or without (`sessions`: on every machine), or a folder (`sessions/`, or just
 * `conformance` if no suite has that name); a leading `tests/` and the file's ending are optional.
 */
export function suitesOf(suites, word) {
  const path = word.replace(/^tests\//, "").replace(/\.test\.mjs$/, "");
  const place = path.replace(/(^|\/)([^/]+)\/\2(?=-|$)/, "$1$2");
  const endsSo = (whole) => `/${whole}`.endsWith(`/${place}`);
  const inFolder = (whole) => `/${whole}/`.includes(`/${path.replace(/\/$/, "")}/`);
  for (const means of [(each) => endsSo(each.name), (each) => endsSo(each.place), (each) => inFolder(each.path)]) {
    const found = suites.filter(means);
    if (found.length) return found;
  }
  return [];
}

/**
 * The suites that words mean, in the order of the table. Prints a line and exits with status 2 when a word means none.
 */
export function chooseSuites(suites, words) {
  const found = words.map((word) => suitesOf(suites, word));
  if (found.some((each) => !each.length)) {
    const unknown = words[found.findIndex((each) => !each.length)];
    process.stderr.write(`there is no suite "${unknown}"; node tests/run.mjs --list names them\n`);
    process.exit(2);
  }
  return words.length ? suites.filter((suite) => found.some((each) => each.includes(suite))) : suites;
}

export const countsText = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
