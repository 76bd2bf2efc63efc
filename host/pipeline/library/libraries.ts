/*
 * The C libraries that a cell can name in its manifest (`library "NAME"`), compiled by clang for wasm32 without a C
 * library. Memory is copied and filled by WebAssembly's own instructions, libraries/include has the few headers that
 * the sources include, and library functions that need an operating system are never linked.
 *
 *   build/library/NAME/<O2|Os>/FILE.o
 */
import { join } from "node:path";

import { all } from "../jobs.js";
import { compile } from "../metal/compile.js";
import { inBuild, inRoot } from "../paths.js";
import { LIBRARY_NAMES, Library, glueOf, librarySource, readLibrary } from "./library.js";

/** The libraries for cells, by name. */
const forCells = new Map(
  LIBRARY_NAMES.map(readLibrary).flatMap((library) => (library.functions.length ? [[library.name, library]] : [])),
);

/** Names of the libraries that a cell can have. */
export const CELL_LIBRARIES = [...forCells.keys()];

/** Whether cells may use this function of a library. */
export function hasFunction(library: string, name: string): boolean {
  return forCells.get(library)!.functions.includes(name);
}

const FLAGS = [
  ...["--target=wasm32", "-mbulk-memory", "-std=c17", "-nostdlib", "-nostdlibinc"],
  ...["-ffunction-sections", "-fdata-sections", "-fno-ident", "-w"],
];

export type Level = "O2" | "Os";

/** Libraries that this process has started, so that two cells with the same library do not make it at the same time. */
const begun = new Map<string, Promise<unknown>>();

function once<T>(key: string, make: () => Promise<T>): Promise<T> {
  if (!begun.has(key)) begun.set(key, make());
  return begun.get(key) as Promise<T>;
}

/** Fetches a library and compiles it; returns its objects. */
export function libraryObjects(name: string, level: Level): Promise<string[]> {
  return once(`${name} ${level}`, () => compileLibrary(forCells.get(name)!, level));
}

async function compileLibrary(library: Library, level: Level): Promise<string[]> {
  const { name } = library;
  const folder = join(await once(name, () => librarySource(library)), library.folder);
  const flags = [
    ...[...FLAGS, `-${level}`, ...library.flags, `-ffile-prefix-map=${folder}=${name}`],
    ...[inRoot("libraries/include"), ...library.includes.map((path) => join(folder, path))].map((path) => `-I${path}`),
  ];
  const sources = [...library.sources.map((path) => join(folder, path)), ...glueOf(name)];
  return all(
    sources.map((source) => {
      const object = source.slice(source.lastIndexOf("/") + 1).replace(/\.c$/, ".o");
      return compile(source, inBuild("library", name, level, object), flags);
    }),
  );
}
