/*
 * Translates a module to C: wasm2c, then the cures and the repairs. The result is the same for every instruction set:
 * build/gen/MODULE/MODULE.c.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { UserError } from "../errors.js";
import { job } from "../jobs.js";
import { inBuild, inRoot, shown } from "../paths.js";
import { run } from "../process.js";
import { filesBelow, hashFiles, hashOf, npmVersion, upToDate } from "../stamp.js";
import { placedFunctions } from "../places/places.js";
import { Location } from "../places/source-map.js";
import { cure } from "./cure.js";
import { withSourceLines } from "./lines.js";
import { repair } from "./repairs.js";

const WASM2C = inRoot("node_modules/wabt/bin/wasm2c");

export interface GeneratedModule {
  /** The module's name in wasm2c's C: w2c_<mangled>. */
  mangled: string;
  /** The folder to include, and the C file there. */
  folder: string;
  c: string;
  header: string;
}

/**
 * Translates a module into build/gen/`place`; `locations` are the source lines of its code. `name` has letters, digits
 * and underscores.
 */
export async function generateC(
  name: string,
  wasm: string,
  locations: Location[],
  place = name,
): Promise<GeneratedModule> {
  const folder = inBuild("gen", place);
  const module = { mangled: name.replaceAll("_", "__"), folder, c: join(folder, `${name}.c`), header: `${name}.h` };
  const own = hashFiles(["metal", "places", "wasm"].flatMap((part) => filesBelow(inBuild("host/pipeline", part))));
  const bytes = readFileSync(wasm);
  const key = hashOf(npmVersion("wabt"), own, bytes, JSON.stringify(locations));
  await upToDate([module.c, join(folder, module.header)], key, () =>
    job(`wasm2c ${place}`, async () => {
      mkdirSync(folder, { recursive: true });
      await translate(name, wasm, module.c);
      const cured = repair(name, cure(name, readFileSync(module.c, "utf8")), bytes);
      const file = relative(inRoot(), module.c);
      writeFileSync(module.c, withSourceLines(cured, file, bytes, placedFunctions(bytes, locations)));
    }),
  );
  return module;
}

/** Runs wasm2c, whose own messages have colours and do not name the file. */
async function translate(name: string, wasm: string, c: string): Promise<void> {
  const done = await run(process.execPath, [WASM2C, "--enable-threads", wasm, "-n", name, "-o", c]);
  if (done.status !== 0)
    throw new UserError(`${shown(wasm)}: wasm2c: ${stripVTControlCharacters(done.stderr).trimEnd()}`);
}

/** The modules that wasm2c's instantiate function takes, in order: "mmio", "rumpk". */
export function importOrder(module: GeneratedModule): string[] {
  const text = readFileSync(join(module.folder, module.header), "utf8");
  const match = new RegExp(`void wasm2c_${module.mangled}_instantiate\\(w2c_${module.mangled}\\*(.*)\\);`).exec(text);
  if (!match) throw new UserError(`${module.header}: wasm2c wrote no instantiate function`);
  return [...match[1]!.matchAll(/struct w2c_(\w+)\*/g)].map(([, name]) => name!);
}
