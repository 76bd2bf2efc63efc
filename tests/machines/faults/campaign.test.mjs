/*
 * The fault campaign (campaign.mjs) on one machine (RUMPK_MACHINE). The environment variables CAMPAIGN and SEED set the
 * number of faults and the seed.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { chosenMachine, missingTool } from "../../lib/machines.mjs";
import { buildCampaign, failureOf, figuresText, runCampaign } from "./campaign.mjs";

const machine = chosenMachine();
const skip = missingTool(machine);
const count = Number(process.env.CAMPAIGN ?? 60);
const seed = Number(process.env.SEED ?? Date.now() % 1e9);

before(async () => {
  if (!skip) assert.equal(await buildCampaign(machine), null);
});

async function campaign(t, noise) {
  const outcome = await runCampaign(machine, count, seed, noise);
  assert.equal(failureOf(outcome), null, outcome.output);
  t.diagnostic(figuresText(outcome.figures));
  assert.equal(outcome.figures.injected, count);
  assert.ok(outcome.figures.manifested > 0, "no fault showed: nothing was tried");
  return outcome;
}

test(`${count} faults, seed ${seed}`, { skip }, async (t) => void (await campaign(t, false)));

if (machine === "node")
  test(`${count} faults while rings are spoilt, seed ${seed}`, async (t) => {
    const { spoilt } = await campaign(t, true);
    t.diagnostic(`${spoilt} bits spoilt`);
    assert.ok(spoilt > 0);
  });
