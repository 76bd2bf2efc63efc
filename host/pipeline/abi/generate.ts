/*
 * `rumpk abi`: keeps the three generated forms of assembly/abi in step with it.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

import { UserError } from "../errors.js";
import { inRoot } from "../paths.js";
import { emitHeader, emitTables, emitTypeScript } from "./emit.js";
import { AbiFile, parseAbi } from "./parse.js";

const SOURCES = "assembly/abi";

/** Reads and parses assembly/abi, in the order of the file names. */
export function readAbi(): AbiFile[] {
  const names = readdirSync(inRoot(SOURCES)).filter((name) => name.endsWith(".ts"));
  return names.sort().map((name) => {
    const place = `${SOURCES}/${name}`;
    return parseAbi(name.slice(0, -3), place, readFileSync(inRoot(place), "utf8"));
  });
}

/** The generated files: path in the repository, and text. */
export function generatedFiles(): [path: string, text: string][] {
  const files = readAbi();
  return [
    ["hal/include/rumpk-abi.h", emitHeader(files)],
    ["host/abi.ts", emitTypeScript(files)],
    ["docs/abi.md", emitTables(files)],
  ];
}

/** Writes what differs; answers the paths that were written. With `check` nothing is written, a difference is an error. */
export function generateAbi(check: boolean): string[] {
  const stale = generatedFiles().filter(([path, text]) => readIfThere(path) !== text);
  if (check && stale.length) {
    throw new UserError(`${stale[0]![0]}: differs from assembly/abi; run "npx rumpk abi"`);
  }
  for (const [path, text] of stale) writeFileSync(inRoot(path), text);
  return stale.map(([path]) => path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(inRoot(path), "utf8");
  } catch {
    return undefined;
  }
}
