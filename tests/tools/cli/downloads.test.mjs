/*
 * Downloads at build time: a wrong hash and an unavailable package are reported in one line with package, version,
 * expected and found, and a cached package is never fetched again. No network is used: the caches are folders of these
 * tests, and where apt's client runs, its proxy is a port that nothing listens on.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { librarySource, readLibrary } from "../../../build/host/pipeline/library/library.js";
import { cacheDirectory } from "../../../build/host/pipeline/paths.js";
import { root, scratchFolder } from "../../lib/paths.mjs";
import { pathWith } from "../../lib/programs.mjs";
import { rumpk, run } from "../../lib/rumpk.mjs";

const { name, version, tarball, sha256 } = readLibrary("libfdt").origin;

before(() => librarySource(readLibrary("libfdt")));

/** An empty cache: the value for XDG_CACHE_HOME, and our folder in it. */
function emptyCache(t) {
  const home = scratchFolder(t);
  const folder = join(home, "rumpk");
  mkdirSync(folder);
  return { home, folder };
}

/** Checks for the one line that says what was expected and what was found. */
function assertMissed({ status, stdout, stderr }, found) {
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^rumpk: [^\n]+\n$/);
  for (const part of [name, version, `expected SHA-256 ${sha256}`, `found ${found}`]) {
    assert.ok(stderr.includes(part), `"${part}" is not in: ${stderr}`);
  }
}

test("a wrong hash", async (t) => {
  const { home, folder } = emptyCache(t);
  writeFileSync(join(folder, tarball), "not what Debian has");
  const result = await rumpk(["build", "--on", "riscv64"], { env: { XDG_CACHE_HOME: home } });
  assertMissed(result, createHash("sha256").update("not what Debian has").digest("hex"));
  assert.ok(!readdirSync(folder).includes(tarball), "what has the wrong hash must not stay in the cache");
});

test("a package that cannot be had", async (t) => {
  const { home } = emptyCache(t);
  const env = { XDG_CACHE_HOME: home, http_proxy: "http://127.0.0.1:9" };
  assertMissed(await rumpk(["build", "--on", "riscv64"], { env }), "nothing (E: ");
});

/** Fetches the source in a process with this cache and these programs; resolves to the folder that it names. */
async function sourceWith(t, home, ...programs) {
  const module = join(root, "build/host/pipeline/library/library.js");
  const script = `import { librarySource, readLibrary } from ${JSON.stringify(module)};
    process.stdout.write(await librarySource(readLibrary("libfdt")));`;
  const env = { XDG_CACHE_HOME: home, PATH: pathWith(t, ...programs) };
  const { status, stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
  assert.equal(status, 0, stderr);
  return stdout;
}

test("what is in the cache is not fetched, and not unpacked twice", async (t) => {
  const { home, folder } = emptyCache(t);
  cpSync(join(cacheDirectory(), tarball), join(folder, tarball));
  const unpacked = await sourceWith(t, home, "tar", "xz");
  assert.ok(unpacked.startsWith(folder) && existsSync(join(unpacked, "libfdt/fdt.c")), unpacked);
  rmSync(join(folder, tarball));
  assert.equal(await sourceWith(t, home), unpacked);
});
