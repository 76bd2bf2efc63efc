/*
 * The C libraries of one cell as one module: only the functions that the cell imports and what they need. The module
 * imports the cell's memory and uses its lower end; the AssemblyScript part starts above, on a page boundary.
 *
 *        0   stack of the C functions, growing down: an overflow leaves the memory, which is a fault
 *   STACK    data of the libraries
 *    base    static data of the AssemblyScript part, then its heap
 */
import { readFileSync, rmSync } from "node:fs";

import { UserError } from "../errors.js";
import { all, job } from "../jobs.js";
import { Goal, Manifest } from "../manifest/manifest.js";
import { shown } from "../paths.js";
import { run } from "../process.js";
import { hashFiles, hashOf, upToDate } from "../stamp.js";
import { readModule } from "../wasm/module.js";
import { Level, hasFunction, libraryObjects } from "./libraries.js";
import { WASM_PAGE } from "../../abi.js";

const LINKER = "wasm-ld-19";
/** Bytes of stack for C; the deepest use, checking an Ed25519 signature, takes 2,912. */
const STACK = 16384;
const LEVELS: Record<Goal, Level> = { speed: "O2", size: "Os" };
const TOO_SMALL = /initial memory too small, (\d+) bytes needed/;

/** A function that the cell imports from one of its libraries. */
export interface LibraryFunction {
  module: string;
  name: string;
  type: string;
}

/** The imports of a cell that belong to the libraries of its manifest, which must have these functions. */
export function libraryFunctions(manifest: Manifest, bytes: Uint8Array): LibraryFunction[] {
  const functions = readModule(bytes).imports.filter(({ module }) => manifest.libraries.includes(module));
  const unknown = functions.find(({ module, name }) => !hasFunction(module, name));
  if (!unknown) return functions;
  throw new UserError(`${shown(manifest.source)}: library "${unknown.module}" has no function ${unknown.name}`);
}

/** Links the functions to `out`; returns the pages that C needs: if they are more than `pages`, there is no output. */
export async function linkLibraries(
  manifest: Manifest,
  functions: LibraryFunction[],
  pages: number,
  out: string,
): Promise<number> {
  const level = LEVELS[manifest.optimize];
  const objects = (await all(manifest.libraries.map((name) => libraryObjects(name, level)))).flat();
  const args = [
    ...["--no-entry", "--import-memory", "--stack-first", "-z", `stack-size=${STACK}`],
    ...[`--initial-memory=${pages * WASM_PAGE}`, ...functions.map(({ name }) => `--export=${name}`)],
    ...objects,
  ];
  let needed = pages;
  await upToDate([out], hashOf(args.join("\0"), hashFiles(objects)), () =>
    job(`link libraries of ${manifest.name}`, async () => {
      rmSync(out, { force: true });
      const { status, stderr } = await run(LINKER, [...args, "-o", out]);
      if (status === 0) return;
      const bytes = TOO_SMALL.exec(stderr)?.[1];
      if (!bytes) throw new UserError(`${shown(manifest.path)}: ${stderr.trimEnd()}`);
      needed = Math.ceil(Number(bytes) / WASM_PAGE);
    }),
  );
  if (needed === pages) checkTypes(manifest, functions, out);
  return needed;
}

/** Checks that a declaration in the cell has the library's parameters and result. */
function checkTypes(manifest: Manifest, functions: LibraryFunction[], out: string): void {
  const types = new Map(readModule(readFileSync(out)).exports.map(({ name, type }) => [name, type]));
  for (const { module, name, type } of functions) {
    if (types.get(name) === type) continue;
    throw new UserError(
      `${shown(manifest.source)}: import ${module}.${name} expected ${types.get(name)}, found ${type}`,
    );
  }
}
