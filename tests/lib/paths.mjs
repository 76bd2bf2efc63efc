/*
 * Paths, and the lists of files that the checks go through.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = resolve(fileURLToPath(import.meta.url), "../../..");

const ignored = new Set(["node_modules", "build", ".git"]);

/** The files below a folder of the repository with this ending, as sorted paths relative to the repository. */
export function filesBelow(folder, ...endings) {
  const found = [];
  const visit = (at) => {
    for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
      const path = at === "." ? entry.name : `${at}/${entry.name}`;
      if (ignored.has(entry.name)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && (!endings.length || endings.some((end) => path.endsWith(end)))) found.push(path);
    }
  };
  visit(folder);
  return found.sort();
}

/** A temporary folder outside the repository, removed when the test ends. */
export function scratchFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "rumpk-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
