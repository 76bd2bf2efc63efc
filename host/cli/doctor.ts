/*
 * `rumpk doctor`: what is installed and what is missing, with the command to install it.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { cacheDirectory, inRoot } from "../pipeline/paths.js";
import { TOOLS, Tool, isInstalled } from "../pipeline/tools.js";
import { Verb } from "./verb.js";

export const doctor: Verb = {
  summary: "say what is installed and what is missing",
  flags: {
    basic: { help: "only what every build needs, the one for Node too" },
    install: { help: "install missing Debian packages with apt-get, as root or by sudo" },
  },
  notes: "Exit status 1 when something is missing.",
  async run({ flags }) {
    const tools = TOOLS.filter(({ always }) => always || !("basic" in flags));
    if ("install" in flags) install(tools);
    else report(tools);
    return missingPackages(tools).length ? 1 : 0;
  },
};

function missingPackages(tools: readonly Tool[]): string[] {
  const missing = tools.filter(({ program }) => !isInstalled(program)).map(({ debianPackage }) => debianPackage);
  return [...new Set(missing)];
}

function report(tools: readonly Tool[]): void {
  const rows: [state: string, what: string, use: string][] = [
    ["ok", `Node ${process.versions.node}`, "everything"],
    [existsSync(inRoot("node_modules")) ? "ok" : "missing", "npm packages", "everything"],
    ...tools.map(({ program, use }): [string, string, string] => [
      isInstalled(program) ? "ok" : "missing",
      program,
      use,
    ]),
    ["-", `cache ${cacheDirectory()}`, "sources fetched at build time"],
  ];
  const width = Math.max(...rows.map(([, what]) => what.length));
  for (const [state, what, use] of rows) process.stdout.write(`${state.padEnd(7)}  ${what.padEnd(width)}  ${use}\n`);
  const missing = missingPackages(tools);
  if (missing.length) process.stdout.write(`install with: sudo ${installLine(missing)}\n`);
}

function installLine(packages: string[]): string {
  return `apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
}

/** Installs what is missing; if it cannot, prints the exact command and fails. */
function install(tools: readonly Tool[]): void {
  const missing = missingPackages(tools);
  if (!missing.length) return;
  const root = process.getuid?.() === 0;
  const rank = root ? [] : ["sudo"];
  const words = [...rank, ...installLine(missing).split(" ")];
  const canSudo = root || (isInstalled("sudo") && spawnSync("sudo", ["-n", "true"]).status === 0);
  if (!canSudo || !isInstalled("apt-get"))
    throw new UserError(`packages are missing; run: sudo ${installLine(missing)}`);
  process.stdout.write(`${words.join(" ")}\n`);
  const call = ([program, ...args]: string[]) => spawnSync(program!, args, { stdio: "inherit" });
  // A new machine has no package lists yet; if the update fails, so does the install.
  call([...rank, "apt-get", "update"]);
  const done = call(words);
  if (done.status !== 0) throw new UserError(`apt-get failed with status ${done.status}; run: ${words.join(" ")}`);
}
