/*
 * The AssemblyScript compiler in its own process, so that two can run at once. It handles one AscRequest message after
 * the other and replies with the compiler's output: a compiler that has run before takes a sixth of the time of a new
 * one. Each request sees its own file tree: generated texts, and folders under the names that sources import them by.
 * Names in errors and debug information are therefore the same wherever the repository is. The files that were read are
 * written to `dependencies`, one per line.
 */
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { createMemoryStream, main } from "assemblyscript/asc";

import type { AscAnswer, AscRequest } from "./compilers.js";

/** The real path of a path in the tree of a request. */
function realPath({ folders, root }: AscRequest, path: string): string {
  for (const [prefix, directory] of folders) {
    if (path === prefix || path.startsWith(`${prefix}/`)) return join(directory, path.slice(prefix.length));
  }
  return join(root, path);
}

/** A path of the compiler, normalised. */
function treePath(name: string, base: string): string {
  return posix.normalize(posix.join(base, name));
}

async function compile(request: AscRequest): Promise<AscAnswer> {
  const read = new Set<string>();
  const stdout = createMemoryStream();
  const stderr = createMemoryStream();
  const { error } = await main(request.args, {
    stdout,
    stderr,
    readFile(name, base) {
      const path = treePath(name, base);
      const generated = request.texts[path];
      if (generated !== undefined) return generated;
      const real = realPath(request, path);
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
        const real = realPath(request, treePath(name, base));
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
  const more = error && !/parse error|compile error/i.test(error.message) ? `${error.message}\n` : "";
  return { status: error ? 1 : 0, stdout: stdout.toString(), stderr: stderr.toString() + more };
}

process.on("message", async (request: AscRequest) => process.send!(await compile(request)));
