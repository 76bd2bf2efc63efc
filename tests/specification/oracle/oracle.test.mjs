/*
 * The kernel against its specification: random operations, the laws of authority, and the economy of energy. The
 * environment variables ORACLE and SEED set the number of operations and the seed; a failure prints its seed and the
 * shortest sequence found.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileOracle, kernelPath } from "./compiled.mjs";

const count = Number(process.env.ORACLE ?? 200000);
/** The same in every run, so that a failure is caused by the change under test; `make oracle SEED=...` tries others. */
const seed = Number(process.env.SEED ?? 1);
/** Random cases of each law, and of the economy. */
const CASES = 300;
/** Seeds that once found a difference between the economy and the kernel. */
const FOUND = [241184673];

const oracle = await compileOracle();
const kernel = oracle.loadKernel(kernelPath());

test(`${count} operations, seed ${seed}`, (t) => {
  const { made, failure } = oracle.explore(kernel, count, seed);
  t.diagnostic(`${made} operations made`);
  assert.equal(failure, null);
  assert.ok(made >= count);
});

for (const [name, law] of Object.entries(oracle.laws))
  test(`${name}, seed ${seed}`, () => assert.equal(oracle.tryLaw(law(kernel), CASES, seed), null));

for (const [name, law] of Object.entries(oracle.economy))
  for (const each of [seed, ...FOUND])
    test(`${name}, seed ${each}`, () => assert.equal(oracle.tryLaw(law(kernel), CASES, each), null));
