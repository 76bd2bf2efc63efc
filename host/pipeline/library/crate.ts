/*
 * C sources in a crate from crates.io, pinned by version and SHA-256 in the library's Cargo.lock. If cargo is
 * installed, it fetches them into its own cache; else they are downloaded from static.crates.io into ours. cargo
 * compiles none of them.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { UserError, messageOf } from "../errors.js";
import { job } from "../jobs.js";
import { cacheDirectory, shown } from "../paths.js";
import { runChecked } from "../process.js";
import { isInstalled } from "../tools.js";

export interface Crate {
  name: string;
  version: string;
}

/** The folder of a crate that `pins`/Cargo.toml names with this version. */
export function crateSource(crate: Crate, pins: string): Promise<string> {
  return job(`fetching ${crate.name}`, () => (isInstalled("cargo") ? byCargo(crate, pins) : byHttps(crate, pins)));
}

async function byCargo({ name, version }: Crate, pins: string): Promise<string> {
  const manifest = join(pins, "Cargo.toml");
  const args = ["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest];
  const { stdout } = await runChecked("cargo", args);
  const { packages } = JSON.parse(stdout) as { packages: (Crate & { manifest_path: string })[] };
  const found = packages.find((one) => one.name === name && one.version === version);
  if (!found) throw new UserError(`${shown(manifest)}: there is no crate "${name}" ${version}`);
  return dirname(found.manifest_path);
}

/** The SHA-256 of a crate in Cargo.lock. */
function pinnedHash({ name, version }: Crate, pins: string): string {
  const lock = join(pins, "Cargo.lock");
  const entry = new RegExp(`name = "${name}"\nversion = "${version}"\n[^\\[]*checksum = "([0-9a-f]{64})"`);
  const hash = entry.exec(readFileSync(lock, "utf8"))?.[1];
  if (!hash) throw new UserError(`${shown(lock)}: there is no crate "${name}" ${version}`);
  return hash;
}

async function byHttps(crate: Crate, pins: string): Promise<string> {
  const label = `${crate.name}-${crate.version}`;
  const hash = pinnedHash(crate, pins);
  const folder = join(cacheDirectory(), "crates", hash.slice(0, 16));
  if (existsSync(join(folder, label))) return join(folder, label);
  const url = `https://static.crates.io/crates/${crate.name}/${label}.crate`;
  const bytes = await download(url, label);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== hash) throw new UserError(`${url}: expected SHA-256 ${hash}, found ${found}`);
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const archive = join(making, "crate");
  writeFileSync(archive, bytes);
  await runChecked("tar", ["-xzf", archive, "-C", making]);
  rmSync(archive);
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return join(folder, label);
}

async function download(url: string, label: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    throw new UserError(`${label} cannot be fetched from ${url}: ${messageOf(error)}; try again, or install cargo`);
  }
}
