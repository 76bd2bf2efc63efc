/*
 * Paths. All are relative to this file (build/host/pipeline/paths.js), so that the command works from any directory.
 */
import { homedir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");
/** Everything built from the sources. */
export const BUILD = join(ROOT, "build");

/** A path in the repository. */
export function inRoot(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/** A path in build/. */
export function inBuild(...parts: string[]): string {
  return join(BUILD, ...parts);
}

/** Downloads from package registries at build time, kept for ever. */
export function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rumpk");
}

/** A path for messages: relative to the working directory if it is below it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short.split(sep).join("/");
}
