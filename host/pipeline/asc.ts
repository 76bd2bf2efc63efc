/*
 * Compiles AssemblyScript, with the options of a target in asconfig.json. An output is remade when its arguments, the
 * compiler's version or one of the files that it was actually made from has changed; the compiler itself reports those
 * files.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AscRequest, runCompiler } from "./compilers.js";
import { UserError } from "./errors.js";
import { job } from "./jobs.js";
import { ROOT, inRoot, shown } from "./paths.js";
import { hashFiles, hashOf, npmVersion } from "./stamp.js";

/** What asconfig.json adds to the compiler. */
const TRANSFORM = "tools/record-arrays/index.js";

export interface AscJob {
  label: string;
  /** Directory and name of the output, without ".wasm". */
  out: string;
  name: string;
  /** Options: a target of asconfig.json. */
  target: "kernel" | "checked" | "speed" | "size" | "board" | "machine";
  /** The entry file, and options that differ between outputs of the target. */
  args: string[];
  texts: Record<string, string>;
  folders: [prefix: string, directory: string][];
}

/** Compiles to `out/name.wasm` and returns that path. Diagnostics of the compiler become a UserError. */
export async function compileAsc({ label, out, name, target, args, texts, folders }: AscJob): Promise<string> {
  const wasm = join(out, `${name}.wasm`);
  const dependencies = join(out, `${name}.dependencies`);
  const stamp = `${wasm}.stamp`;
  const key = () =>
    hashOf(
      ...[npmVersion("assemblyscript"), hashFiles([inRoot(TRANSFORM)])],
      ...[JSON.stringify([target, args, texts, folders]), filesKey(dependencies)],
    );
  if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, "utf8") === key()) return wasm;
  mkdirSync(out, { recursive: true });
  writeFileSync(stamp, "");
  const request: AscRequest = {
    args: [...args, "--config", "asconfig.json", "--target", target, "--outFile", `${name}.wasm`],
    texts,
    folders,
    root: ROOT,
    out,
    dependencies,
  };
  const done = await job(label, () => runCompiler(request));
  if (done.status !== 0) throw new UserError(realNames(done.stderr.trimEnd() || done.stdout, folders));
  writeFileSync(stamp, key());
  return wasm;
}

function filesKey(dependencies: string): string {
  return existsSync(dependencies) ? hashFiles(readFileSync(dependencies, "utf8").split("\n")) : "";
}

/** The compiler's messages with the real names of folders. */
function realNames(text: string, folders: [string, string][]): string {
  for (const [prefix, directory] of folders) text = text.replaceAll(` in ${prefix}/`, ` in ${shown(directory)}/`);
  return text.replace(/\s*FAILURE \d+ \w+ error\(s\)\s*$/, "");
}
