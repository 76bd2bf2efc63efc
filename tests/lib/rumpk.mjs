/*
 * Runs the `rumpk` command as a user would, and reports everything: both outputs, as bytes and as text, and how it
 * ended. node starts the command directly, because npx would add half a second to each of hundreds of runs.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { LIMIT } from "./limit.mjs";
import { root } from "./paths.mjs";

/** The committed bin of the workspace host/cli. */
export const bin = join(root, "host/cli/rumpk.mjs");

/**
 * Runs `rumpk ...args`. Options: input (string or Buffer for standard input, which is then closed), cwd, env (added to
 * the environment), limit in milliseconds, merged (both outputs in `stdout`, as with `2>&1`), after (the input is
 * written when this text appears in `stdout`, not at once). Resolves to { status, signal, stdout, stderr, bytes }; a
 * run that hung has signal SIGKILL and a note in `stderr`.
 */
export function rumpk(args, options = {}) {
  return run(process.execPath, [bin, ...args], options);
}

/** The same for any program. */
export function run(
  program,
  args,
  { input = "", cwd = root, env = {}, limit = LIMIT, merged = false, after = "" } = {},
) {
  return new Promise((resolve, reject) => {
    const words = merged ? ["sh", "-c", 'exec "$@" 2>&1', "sh", program, ...args] : [program, ...args];
    const child = spawn(words[0], words.slice(1), { cwd, env: { ...process.env, ...env }, stdio: "pipe" });
    const out = [];
    const err = [];
    child.stdout.on("data", (bytes) => {
      out.push(bytes);
      if (after !== "" && Buffer.concat(out).includes(after)) child.stdin.end(input);
    });
    child.stderr.on("data", (bytes) => err.push(bytes));
    const watch = setTimeout(() => {
      err.push(Buffer.from(`[ended by the test: no end after ${limit / 60_000} minutes]\n`));
      child.kill("SIGKILL");
    }, limit);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      clearTimeout(watch);
      const bytes = Buffer.concat(out);
      resolve({ status, signal, bytes, stdout: bytes.toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on("error", () => {});
    if (after === "") child.stdin.end(input);
  });
}
