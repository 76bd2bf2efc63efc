/*
 * `rumpk abi`: keeps the generated forms of assembly/abi in step with it. host/abi.ts and docs/abi.md are committed, so
 * that compilers and readers find them; `rumpk abi --check` fails when one differs from what would be generated. The C
 * header is made in build/ whenever C is compiled.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { UserError } from "../errors.js";
import { inBuild, inRoot } from "../paths.js";
import { emitHeader, emitTables, emitTypeScript } from "./emit.js";
import { AbiFile, AbiItem, isConstant, isFunction, numbersIn, parseAbi } from "./parse.js";

const SOURCES = "assembly/abi";
const HEADER = inBuild("abi", "rumpk-abi.h");

/** Reads and parses assembly/abi, in the order of the file names. */
export function readAbi(): AbiFile[] {
  const names = readdirSync(inRoot(SOURCES)).filter((name) => name.endsWith(".ts"));
  const texts = names.sort().map((name) => ({ name, text: readFileSync(inRoot(SOURCES, name), "utf8") }));
  const sizes = new Map(texts.flatMap(({ text }) => [...numbersIn(text)]));
  const files = texts.map(({ name, text }) => parseAbi(name.slice(0, -3), `${SOURCES}/${name}`, text, sizes));
  checkCalls(files.flatMap(({ items }) => items));
  return files;
}

/** The SysTable has an entry for each call. */
function checkCalls(items: AbiItem[]): void {
  const calls = items.filter((item) => isFunction(item) && item.module === "rumpk").length;
  const said = items.find((item) => isConstant(item) && item.name === "CALLS");
  if (!said || !isConstant(said) || Number(said.literal) !== calls)
    throw new UserError(`${SOURCES}/calls.ts: CALLS is not ${calls}, which is how many ${SOURCES}/rumpk.ts has`);
}

/** The flags with which C finds hal/include and rumpk-abi.h, which is made first. */
export function includeFlags(): string[] {
  writeIfStale(HEADER, emitHeader(readAbi()));
  return [`-I${inRoot("hal/include")}`, `-I${dirname(HEADER)}`];
}

/** Writes files that differ; returns their paths. With `check` nothing is written, and a difference is an error. */
export function generateAbi(check: boolean): string[] {
  const files = readAbi();
  const generated = [
    ["host/abi.ts", emitTypeScript(files)],
    ["docs/abi.md", emitTables(files)],
  ] as const;
  if (!check) return generated.filter(([path, text]) => writeIfStale(inRoot(path), text)).map(([path]) => path);
  const stale = generated.find(([path, text]) => readIfThere(inRoot(path)) !== text);
  if (stale) throw new UserError(`${stale[0]}: differs from assembly/abi; run "npx rumpk abi"`);
  return [];
}

function writeIfStale(path: string, text: string): boolean {
  if (readIfThere(path) === text) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return true;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
