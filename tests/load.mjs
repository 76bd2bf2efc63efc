/*
 * Runs suites again and again under load, and counts:
 *
 *   node tests/load.mjs [-n TIMES] [-b BUSY] SUITE...
 *
 * BUSY processes (2 without the flag) compute beside them all the time. One suite runs at a time, TIMES times (20
 * without the flag); a run that fails is written to build/load/SUITE-RUN.log. Prints one line per suite; exit status 1
 * when a run failed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/paths.mjs";
import { chooseSuites, countsText, runSuite } from "./lib/suite.mjs";
import { suites } from "./suites.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", short: "n", default: "20" }, busy: { type: "string", short: "b", default: "2" } },
});
const [times, busy] = [Number(values.times), Number(values.busy)];
if (!positionals.length || !(times > 0) || !(busy >= 0)) {
  process.stderr.write("usage: node tests/load.mjs [-n times] [-b busy processes] suite...\n");
  process.exit(2);
}
const chosen = chooseSuites(suites, positionals);
const folder = join(root, "build/load");
mkdirSync(folder, { recursive: true });

/** Computes until its standard input closes, which happens when this process ends, for whatever reason. */
const BUSY =
  'process.stdin.on("end", () => process.exit()).resume(); (function turn() { for (let i = 0; i < 1e8; i++); setImmediate(turn); })();';
const others = Array.from({ length: busy }, () =>
  spawn(process.execPath, ["-e", BUSY], { stdio: ["pipe", "ignore", "inherit"] }),
);

for (const suite of chosen) {
  const runs = [];
  for (let run = 1; run <= times; run++) {
    const result = await runSuite(suite);
    runs.push(result);
    if (result.failed) writeFileSync(join(folder, `${suite.name.replaceAll("/", "-")}-${run}.log`), result.text);
    process.stdout.write(
      `${suite.name} ${run} of ${times}: ${countsText(result)}; ${result.minutes.toFixed(1)} minutes\n`,
    );
  }
  const failed = runs.filter((run) => run.failed).length;
  if (failed) process.exitCode = 1;
  const minutes = runs.map((run) => run.minutes).sort((a, b) => a - b);
  const range = `${minutes[0].toFixed(1)} to ${minutes.at(-1).toFixed(1)} minutes`;
  process.stdout.write(
    `== ${suite.name}: ${times - failed} of ${times} runs passed beside ${busy} busy processes; ${range}\n`,
  );
}
for (const other of others) other.stdin.end();
