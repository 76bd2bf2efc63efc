/*
 * The fault campaign: `node tests/machines/faults/campaign.mjs [COUNT] [SEED] [MACHINE...]`. A system (campaign.kdl) in
 * which a service corrupts its own memory and messages, hangs, faults and exits on request, is killed at random
 * moments, and gets questions that were corrupted on the way; on Node its ring entries are also corrupted from outside.
 * Every answer is checked against the truth. A machine passes if it is still running at the end, recovered from every
 * fault, and got every answer from cells without a fault, and got it right.
 */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { LIMIT } from "../../lib/limit.mjs";
import { machines, missingTool, on } from "../../lib/machines.mjs";
import { root } from "../../lib/paths.mjs";
import { bin, run, rumpk } from "../../lib/rumpk.mjs";

const SYSTEM = ["--system", "tests/machines/faults/campaign.kdl", "--checked"];
const spoiler = pathToFileURL(join(root, "tests/machines/faults/spoil-rings.mjs")).href;
/** How much each fault adds to the limit of a run, in milliseconds: campaigns of thousands run for hours. */
const LIMIT_EACH = 10_000;

/** Builds the campaign's system for a machine; returns what went wrong, or null. */
export async function buildCampaign(machine) {
  const { status, stderr } = await rumpk(["build", ...on(machine), ...SYSTEM]);
  return status === 0 ? null : stderr;
}

/** Runs it. `noise` corrupts the rings from outside, on Node. Returns { figures, spoilt, output, status }. */
export async function runCampaign(machine, count, seed, noise = false) {
  const words = [`prober.count=${count}`, `prober.seed=${seed}`, ...(noise ? ["prober.noise=1"] : [])];
  const args = ["run", ...on(machine), ...SYSTEM, "--append", words.join(" ")];
  const node = noise ? ["--import", spoiler] : [];
  const options = {
    limit: LIMIT + count * LIMIT_EACH,
    env: { SPOIL_SEED: String(seed) },
  };
  const { status, stdout, stderr } = await run(process.execPath, [...node, bin, ...args], options);
  const found = stdout.match(/^injected (\d+), manifested (\d+), recovered (\d+), wrong (\d+)\r?$/m);
  const [injected, manifested, recovered, wrong] = (found ?? []).slice(1).map(Number);
  const spoilt = Number(stderr.match(/^spoilt (\d+) bits/m)?.[1] ?? 0);
  return { figures: found && { injected, manifested, recovered, wrong }, spoilt, status, output: stdout + stderr };
}

/** What is wrong with the outcome of a run, or null. */
export function failureOf({ figures, status, output }) {
  if (!figures) return `it did not come to its end:\n${output}`;
  if (figures.recovered !== figures.injected) return "not every fault was recovered from";
  if (figures.wrong !== 0) return "wrong answers";
  return status === 0 ? null : `status ${status}`;
}

export const figuresText = ({ injected, manifested, recovered, wrong }) =>
  `injected ${injected}, manifested ${manifested}, recovered ${recovered}, wrong ${wrong}`;

async function main([count = "200", seed = String(Date.now() % 1e9), ...names]) {
  let failed = false;
  for (const machine of names.length ? names : machines) {
    const missing = missingTool(machine);
    const refused = missing ? null : await buildCampaign(machine);
    for (const noise of machine === "node" ? [false, true] : [false]) {
      const name = noise ? `${machine}, rings spoilt` : machine;
      if (missing || refused) {
        process.stdout.write(`${name}: ${missing || refused}\n`);
        failed ||= Boolean(refused);
        continue;
      }
      const outcome = await runCampaign(machine, Number(count), Number(seed), noise);
      const failure = failureOf(outcome);
      const figures = outcome.figures ? figuresText(outcome.figures) : "";
      process.stdout.write(`${name}: ${figures}${failure ? ` FAILED with seed ${seed}: ${failure}` : ""}\n`);
      failed ||= failure !== null;
    }
  }
  process.exitCode = failed ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
