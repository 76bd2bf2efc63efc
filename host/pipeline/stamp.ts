/*
 * What is up to date. Every product has a stamp next to it: a hash over everything it was made from (texts, files, the
 * versions of the tools). A product is remade only when its hash differs; file times do not matter.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { inRoot } from "./paths.js";

/** The hash of some texts and bytes, in order. */
export function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/** The hash of some files' names and contents; a missing file counts as absent. */
export function hashFiles(paths: string[]): string {
  return hashOf(...paths.flatMap((path) => [path, existsSync(path) ? readFileSync(path) : "absent"]));
}

/** All files below a directory, sorted; hidden ones and node_modules are skipped. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const out: string[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) out.push(...filesBelow(path));
    else out.push(path);
  }
  return out.sort();
}

/** The version of an npm package that a product depends on. */
export function npmVersion(name: string): string {
  const text = readFileSync(inRoot("node_modules", name, "package.json"), "utf8");
  return `${name}@${(JSON.parse(text) as { version: string }).version}`;
}

/** Whether `outputs` exist and were made from what `key` hashes. The first output has the stamp. */
export function isUpToDate(outputs: string[], key: string): boolean {
  const stamp = `${outputs[0]}.stamp`;
  return outputs.every((path) => existsSync(path)) && existsSync(stamp) && readFileSync(stamp, "utf8") === key;
}

/** Calls `make` unless `outputs` are up to date; returns whether they were. */
export async function upToDate(outputs: string[], key: string, make: () => Promise<void>): Promise<boolean> {
  const stamp = `${outputs[0]}.stamp`;
  if (isUpToDate(outputs, key)) return true;
  mkdirSync(dirname(outputs[0]!), { recursive: true });
  rmSync(stamp, { force: true });
  await make();
  writeFileSync(stamp, key);
  return false;
}
