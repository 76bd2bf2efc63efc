/*
 * The graph of who imports whom: every `import` of the TypeScript and JavaScript files and every `#include "..."` of
 * the C files, as paths relative to the repository; names of packages stay as they are written.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../lib/paths.mjs";

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]+["<]([^">]+)[">]/gm;
const isas = readdirSync(join(root, "hal/arch"));
const boards = readdirSync(join(root, "hal/board")).map((board) => `hal/board/${board}`);
const includeFolders = ["hal/include", "hal/core", "boot/include", ...boards];

/** The files that `path` imports or includes, found where they lie; a package keeps its name. */
export function importsOf(path) {
  const text = readFileSync(join(root, path), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const isC = /\.[chS]$/.test(path);
  const names = [...text.matchAll(isC ? INCLUDE : IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
  return names.map((name) => (isC ? findInclude(path, name) : findImport(path, name)));
}

function findImport(from, name) {
  if (!name.startsWith(".")) return name;
  const base = normalize(join(dirname(from), name));
  const candidates = [base, `${base}.ts`, base.replace(/\.m?js$/, ".ts"), `${base}/index.ts`];
  return candidates.find((path) => /\.\w+$/.test(path) && existsSync(join(root, path))) ?? base;
}

function findInclude(from, name) {
  const arch = from.match(/^hal\/arch\/\w+/)?.[0];
  const folders = [dirname(from), ...includeFolders, ...(arch ? [arch] : [])];
  const found = folders.map((folder) => normalize(join(folder, name))).find((path) => existsSync(join(root, path)));
  if (found) return found;
  const perIsa = isas.some((isa) => existsSync(join(root, "hal/arch", isa, name)));
  return perIsa ? `hal/arch/<isa>/${name}` : name;
}

/** The first circle in the graph (a map from path to the paths it imports) as a list of paths, or null. */
export function findCircle(graph) {
  const finished = new Set();
  const visit = (path, trail) => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...trail, path]);
      if (circle) return circle;
    }
    finished.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle) return circle;
  }
  return null;
}
