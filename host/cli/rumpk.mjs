#!/usr/bin/env node
/*
 * The `rumpk` command as npm links it. It is the only JavaScript of the command, because npm never links a bin that
 * does not exist when the packages are installed. It compiles host/ if the compiler or the contents of a source there
 * have changed since the last compilation (file times do not matter), and then runs build/host/cli/main.js. Without
 * Node 20 or the npm packages it says so in one line, status 2.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const stamp = join(root, "build/host/compiled");

function refuse(message) {
  process.stderr.write(`rumpk: ${message}\n`);
  process.exit(2);
}

/** Everything that host/ is compiled from: the compiler, its settings, and the names and contents of the sources. */
function sourcesHash() {
  const host = join(root, "host");
  const names = readdirSync(host, { recursive: true }).filter((name) => /\.ts$|^tsconfig\.json$/.test(name));
  const hash = createHash("sha256").update(readFileSync(join(root, "node_modules/typescript/package.json")));
  for (const name of names.sort())
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(host, name)))
      .update("\0");
  return hash.digest("hex");
}

/** Compiles host/ if needed; returns whether it has no errors, and prints them unless `quiet`. */
function compile(quiet) {
  const key = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return true;
  const args = [compiler, "-p", join(root, "host"), "--pretty", "false"];
  const done = spawnSync(process.execPath, args, { encoding: "utf8", cwd: root });
  if (done.status !== 0) {
    if (!quiet) process.stderr.write(done.stdout + done.stderr);
    return false;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
  return true;
}

/** Generates host/abi.ts if host/ does not compile without it; the generator does not import it. */
async function renewAbi() {
  const { generateAbi } = await import(new URL("../../build/host/pipeline/abi/generate.js", import.meta.url).href);
  for (const path of generateAbi(false)) process.stdout.write(`${path}\n`);
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  refuse(`Node ${process.versions.node} is too old; install Node ${OLDEST_NODE} or later`);
}
if (!existsSync(compiler)) refuse('the npm packages are missing; run "npm ci"');
const renews = process.argv[2] === "abi" && process.argv.length === 3;
if (!compile(renews)) {
  if (renews) await renewAbi();
  if (!renews || !compile(false)) refuse("host/ does not compile; see above");
}
const { main } = await import(new URL("../../build/host/cli/main.js", import.meta.url).href);
await main(process.argv.slice(2));
