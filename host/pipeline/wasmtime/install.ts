/*
 * The wasmtime command: the one on the PATH if it is new enough, else one installed before, else the pinned release,
 * built by cargo into the user's cargo bin. cargo builds in a temporary folder.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "../errors.js";

/** The release that is installed and tested: the newest that Rust 1.95 can build. */
export const PINNED = "48.0.8";
/** The oldest accepted release: no older one has been tested. */
const OLDEST_MAJOR = 48;
const RUST_NEEDED = [1, 95] as const;
/** The options that the system needs, and the cache of compiled modules. */
const FEATURES = "run,cranelift,parallel-compilation,cache,threads,gc,gc-drc";
const ELSEWHERE = "or take a release from https://wasmtime.dev";

export interface Wasmtime {
  program: string;
  version: string;
}

/** The command to use. Throws a one-line UserError if it is missing or too old. */
export function findWasmtime(): Wasmtime {
  const found = candidates().find(({ version }) => isNewEnough(version));
  if (found) return found;
  const [old] = candidates();
  const what = old ? `wasmtime ${old.version} is too old (${OLDEST_MAJOR} or later is needed)` : "wasmtime is missing";
  throw new UserError(`${what}; install it with: make wasmtime (${ELSEWHERE})`);
}

/** The installed ones, that on the PATH first. */
function candidates(): Wasmtime[] {
  return ["wasmtime", join(cargoBin(), "wasmtime")].flatMap((program) => {
    const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
    const version = error ? undefined : /^wasmtime (?:\S+ )?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    return version === undefined ? [] : [{ program, version }];
  });
}

function isNewEnough(version: string): boolean {
  return Number(version.split(".")[0]) >= OLDEST_MAJOR;
}

function cargoBin(): string {
  const { CARGO_INSTALL_ROOT, CARGO_HOME } = process.env;
  return join(CARGO_INSTALL_ROOT || CARGO_HOME || join(homedir(), ".cargo"), "bin");
}

/** Finds the command, or installs it; returns it and whether it was just installed. */
export async function installWasmtime(): Promise<{ wasmtime: Wasmtime; installed: boolean }> {
  const found = candidates().find(({ version }) => isNewEnough(version));
  if (found) return { wasmtime: found, installed: false };
  checkRust();
  const target = mkdtempSync(join(tmpdir(), "rumpk-wasmtime-"));
  try {
    const status = await cargoInstall(target);
    if (status !== 0) throw new UserError(`cargo could not install wasmtime-cli ${PINNED}, as said above`);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
  return { wasmtime: findWasmtime(), installed: true };
}

/** Runs cargo with a target folder; returns its status, 1 when a signal ended it or this process. */
function cargoInstall(target: string): Promise<number> {
  const release = ["install", "--locked", "wasmtime-cli", "--version", PINNED];
  const child = spawn("cargo", [...release, "--no-default-features", "--features", FEATURES], {
    env: { ...process.env, CARGO_TARGET_DIR: target },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const signals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
  const stop = (): void => void child.kill();
  for (const name of signals) process.on(name, stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      for (const name of signals) process.off(name, stop);
      resolve(status ?? 1);
    });
  });
}

function checkRust(): void {
  const { stdout, error } = spawnSync("rustc", ["--version"], { encoding: "utf8" });
  const needed = `wasmtime is missing; to build it, install Rust ${RUST_NEEDED.join(".")} or later (${ELSEWHERE})`;
  if (error) throw new UserError(needed);
  const [major, minor] = (/rustc (\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  if ((major ?? 0) < RUST_NEEDED[0] || (major === RUST_NEEDED[0] && (minor ?? 0) < RUST_NEEDED[1]))
    throw new UserError(needed);
}
