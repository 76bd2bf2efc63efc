/*
 * Any number of operations: `node tests/specification/oracle/explore.mjs [COUNT] [SEED]`; `make oracle N=... SEED=...`
 * runs this. Ends with status 1 and the shortest sequence that fails when kernel and specification differ.
 */
import { compileOracle, kernelPath } from "./compiled.mjs";

const count = Number(process.argv[2] ?? 200000);
const seed = Number(process.argv[3] ?? Date.now() % 1e9);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write("tests/specification/oracle/explore.mjs: COUNT and SEED are whole numbers, COUNT at least 1\n");
  process.exit(2);
}
const { explore, loadKernel } = await compileOracle();
process.stdout.write(`seed ${seed}\n`);
const { made, failure } = explore(loadKernel(kernelPath()), count, seed);
process.stdout.write(`${made} operations: ${failure ?? "kernel and specification agree"}\n`);
process.exitCode = failure ? 1 : 0;
