/*
 * The source lines of a cell's module, with readable file names: relative to the repository, or to the cell's own
 * folder if that is elsewhere.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { Manifest } from "../manifest/manifest.js";
import { inRoot } from "../paths.js";
import { functionBodies } from "../wasm/opcodes.js";
import { sectionsOf } from "../wasm/reader.js";
import { Location, readSourceMap } from "./source-map.js";

/** The generated entry source of a cell in AssemblyScript. */
export const ENTRY = "entry.ts";

const SECTION_CODE = 10;

/** The cell's folder in the compiler's tree. */
export function treeFolder(manifest: Manifest): string {
  return `cells/${manifest.name}`;
}

/** The compiler's locations for a module in AssemblyScript. */
export function compiledLocations(manifest: Manifest, bytes: Uint8Array, sourceMap: string): Location[] {
  const own = `${treeFolder(manifest)}/`;
  return readSourceMap(sourceMap, bytes, (file) => {
    if (file === ENTRY) return "";
    if (file.startsWith(own)) return sourceName(manifest, file.slice(own.length));
    return file.replace("~lib/rumpk/", "assembly/sdk/").replace("~lib/abi/", "assembly/abi/");
  });
}

/** For WebAssembly text: the line of each function; nothing if the text is too unusual to find them. */
export function textLocations(manifest: Manifest, bytes: Uint8Array): Location[] {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  if (!section) return [];
  const file = sourceName(manifest, relative(dirname(manifest.source), manifest.source));
  const lines: number[] = [];
  for (const [index, text] of readFileSync(manifest.source, "utf8").split("\n").entries()) {
    if (/^\s*\(func\b/.test(text) && !/\(import\b/.test(text)) lines.push(index + 1);
  }
  const bodies = functionBodies(bytes, section);
  if (bodies.length !== lines.length) return [];
  return bodies.flatMap(({ start, code }, index) =>
    [start, code].map((at) => ({ at: at - section.body, file, line: lines[index]! })),
  );
}

function sourceName(manifest: Manifest, file: string): string {
  const inRepository = relative(inRoot(), join(dirname(manifest.source), file));
  return inRepository.startsWith("..") ? file : inRepository;
}
