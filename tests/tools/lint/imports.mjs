/*
 * The graph of imports: every `import` of the TypeScript and JavaScript files and every `#include "..."` of the C
 * files, as paths relative to the repository; package names stay as written.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../../lib/paths.mjs";
import { findInclude } from "./hal.mjs";

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]+["<]([^">]+)[">]/gm;

/** The files that `path` imports or includes, as paths; a package keeps its name. */
export function importsOf(path) {
  const text = readFileSync(join(root, path), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const isC = /\.[chS]$/.test(path);
  const names = [...text.matchAll(isC ? INCLUDE : IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
  return names.map((name) => (isC ? (findInclude(path, name) ?? name) : findImport(path, name)));
}

function findImport(from, name) {
  if (!name.startsWith(".")) return name;
  const base = normalize(join(dirname(from), name));
  const candidates = [base, `${base}.ts`, base.replace(/\.m?js$/, ".ts"), `${base}/index.ts`];
  return candidates.find((path) => /\.\w+$/.test(path) && existsSync(join(root, path))) ?? base;
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
