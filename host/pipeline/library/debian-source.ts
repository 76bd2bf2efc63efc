/*
 * Sources that are not on npm: original tarballs of Debian source packages, fetched by apt's own client without root
 * and without touching the system (with separate state, cache and package lists), pinned by version and SHA-256, and
 * kept in the cache for ever.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../errors.js";
import { job } from "../jobs.js";
import { cacheDirectory } from "../paths.js";
import { run, runChecked } from "../process.js";

export interface DebianSource {
  name: string;
  /** Debian's version of the source package, and the suite that contains it. */
  version: string;
  suite: string;
  /** Name of the original tarball and its hash. */
  tarball: string;
  sha256: string;
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const MIRROR = "http://deb.debian.org/debian";

/** The folder that the tarball was unpacked to. Fetched once; a failed download or a wrong hash is a UserError. */
export async function debianSource(source: DebianSource): Promise<string> {
  const folder = join(cacheDirectory(), `${source.name}-${source.version}-${source.sha256.slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  return job(`fetching ${source.name}`, async () => {
    const tarball = await fetchTarball(source);
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await runChecked("tar", ["--extract", "--file", tarball, "--directory", partial, "--strip-components=1"]);
    renameSync(partial, folder);
    return folder;
  });
}

/** All downloads share one state of apt, so they run one after the other; after a failure nothing more is fetched. */
let downloads: Promise<void> = Promise.resolve();

/** The tarball in the cache, with its hash checked. */
async function fetchTarball(source: DebianSource): Promise<string> {
  const tarball = join(cacheDirectory(), source.tarball);
  if (!existsSync(tarball)) await (downloads = downloads.then(() => download(source)));
  if (!existsSync(tarball)) throw miss(source, "no tarball");
  const found = createHash("sha256").update(readFileSync(tarball)).digest("hex");
  if (found === source.sha256) return tarball;
  rmSync(tarball);
  throw miss(source, found);
}

function miss({ name, version, sha256 }: DebianSource, found: string): UserError {
  return new UserError(`Debian source ${name} ${version}: expected SHA-256 ${sha256}, found ${found}`);
}

async function download(source: DebianSource): Promise<void> {
  const apt = join(cacheDirectory(), "apt");
  for (const folder of ["state/lists/partial", "cache/archives/partial", "download"]) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  writeFileSync(join(apt, "sources.list"), `deb-src [signed-by=${KEYRING}] ${MIRROR} ${source.suite} main\n`);
  writeFileSync(join(apt, "state/status"), "");
  const options = [
    `Dir::Etc::SourceList=${join(apt, "sources.list")}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State=${join(apt, "state")}`,
    `Dir::State::status=${join(apt, "state/status")}`,
    `Dir::Cache=${join(apt, "cache")}`,
    "Debug::NoLocking=1",
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);
  const folder = join(apt, "download");
  const fetch = ["source", "--download-only", "--tar-only", `${source.name}=${source.version}`];
  for (const args of [["update"], fetch]) {
    const done = await run("apt-get", [...options, ...args], { cwd: folder });
    if (done.status === 0) continue;
    const reason = done.stderr.split("\n").find((line) => line.startsWith("E:")) ?? "apt-get failed";
    throw miss(source, `nothing (${reason})`);
  }
  for (const name of readdirSync(folder)) renameSync(join(folder, name), join(cacheDirectory(), name));
}
