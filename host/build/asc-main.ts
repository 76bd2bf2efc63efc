/*
 * The AssemblyScript compiler in a process of its own, so that two can run at once. It sees a file tree made for it:
 * generated texts, and folders under the names that a source imports them by. Names in errors and debug information
 * are therefore the same wherever the repository lies. argv[2] is an AscRequest; the files that were read are written
 * to `dependencies`, one a line.
 */
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { main } from "assemblyscript/asc";

import type { AscRequest } from "./asc.js";

const request = JSON.parse(process.argv[2]!) as AscRequest;
const read = new Set<string>();

/** The real path of a path in the compiler's tree. */
function realPath(path: string): string {
  for (const [prefix, directory] of request.folders) {
    if (path === prefix || path.startsWith(`${prefix}/`)) return join(directory, path.slice(prefix.length));
  }
  return join(request.root, path);
}

/** A path of the compiler, free of dots. */
function treePath(name: string, base: string): string {
  return posix.normalize(posix.join(base, name));
}

const result = await main(request.args, {
  stdout: process.stdout,
  stderr: process.stderr,
  readFile(name, base) {
    const path = treePath(name, base);
    const generated = request.texts[path];
    if (generated !== undefined) return generated;
    const real = realPath(path);
    try {
      const text = readFileSync(real, "utf8");
      read.add(real);
      return text;
    } catch {
      return null;
    }
  },
  listFiles(name, base) {
    try {
      const real = realPath(treePath(name, base));
      return readdirSync(real).filter((file) => file.endsWith(".ts") && statSync(join(real, file)).isFile());
    } catch {
      return null;
    }
  },
  writeFile(name, contents) {
    const path = join(request.out, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  },
});
writeFileSync(request.dependencies, [...read].sort().join("\n"));
if (result.error) {
  if (!/parse error|compile error/i.test(result.error.message)) process.stderr.write(`${result.error.message}\n`);
  process.exitCode = 1;
}
