/*
 * Compiles one C or assembler file. An object is remade when its flags, the compiler or one of the files that the
 * compiler read has changed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { UserError } from "../errors.js";
import { job } from "../jobs.js";
import { ROOT, shown } from "../paths.js";
import { run, runChecked } from "../process.js";
import { hashFiles, hashOf } from "../stamp.js";

export const CLANG = "clang-19";

let version: Promise<string> | undefined;

/** The compiler's version. */
function compilerVersion(): Promise<string> {
  version ??= runChecked(CLANG, ["--version"]).then(({ stdout }) => stdout.split("\n")[0]!);
  return version;
}

/** Compiles `source` to `object`. The compiler's own message, which shows the line, is the error. */
export async function compile(source: string, object: string, flags: string[]): Promise<string> {
  const stamp = `${object}.stamp`;
  const depends = `${object}.d`;
  const compiler = await compilerVersion();
  const key = () => hashOf(compiler, flags.join("\0"), hashFiles([source, ...dependencies(depends)]));
  if (existsSync(object) && existsSync(stamp) && readFileSync(stamp, "utf8") === key()) return object;
  mkdirSync(dirname(object), { recursive: true });
  writeFileSync(stamp, "");
  await job(`clang ${shown(source)}`, () => compileNow(source, object, [...flags, "-MD", "-MF", depends]));
  writeFileSync(stamp, key());
  return object;
}

/** The same, unconditionally. */
export async function compileNow(source: string, object: string, flags: string[]): Promise<string> {
  const done = await run(CLANG, [...flags, "-c", source, "-o", object], { cwd: ROOT });
  if (done.status !== 0) throw new UserError(done.stderr.trimEnd());
  return object;
}

/** The files in a dependency file of clang. */
function dependencies(path: string): string[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8").replaceAll("\\\n", " ");
  return text
    .slice(text.indexOf(":") + 1)
    .split(/\s+/)
    .filter(Boolean);
}
