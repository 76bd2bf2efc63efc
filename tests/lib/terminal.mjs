/*
 * A person at a terminal: runs a shell command on a pseudo-terminal made by util-linux `script`, types into it, and
 * waits for what must appear. It types nothing before the text that it responds to has appeared, so no test depends on
 * speed.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LIMIT } from "./limit.mjs";
import { root } from "./paths.mjs";
import { bin } from "./rumpk.mjs";

export const missingScript = spawnSync("script", ["--version"]).error ? "util-linux script is not installed" : false;

/** The shell command for `rumpk ...args`, quoted. */
export const rumpkWords = (args) => [process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ");

/** Runs a shell command on a terminal. */
export function openTerminal(command) {
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd: root,
    env: { ...process.env, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  let seen = 0;
  let wake = () => {};
  let status = null;
  child.stdin.on("error", () => {});
  // A character may arrive in two pieces: the stream joins them.
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text) => {
    output += text;
    wake();
  });
  const ended = new Promise((resolve) =>
    child.on("close", (code) => {
      status = code;
      wake();
      resolve(code);
    }),
  );

  /** Waits until `pattern` (a string or a regular expression) matches the output since the last match. */
  async function see(pattern) {
    const limit = Date.now() + LIMIT;
    while (true) {
      const fresh = output.slice(seen);
      const at = typeof pattern === "string" ? fresh.indexOf(pattern) : fresh.search(pattern);
      if (at >= 0) {
        const found = typeof pattern === "string" ? pattern : fresh.match(pattern)[0];
        seen += at + found.length;
        return { found, before: fresh.slice(0, at) };
      }
      const left = limit - Date.now();
      if (status !== null || left <= 0) {
        throw new Error(
          `${status !== null ? "the terminal closed" : "waited in vain"} for ${pattern}; there was: ${JSON.stringify(fresh)}`,
        );
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 500));
        wake = () => (clearTimeout(timer), resolve());
      });
    }
  }

  return {
    see,
    type: (text) => child.stdin.write(text),
    ended,
    close: () => child.kill("SIGKILL"),
    get output() {
      return output;
    },
  };
}

/** A shell command that a session starts with: it prints the terminal's settings, its device and its process. */
export const SAYS_PLACE = "echo MODE=$(stty -g) TTY=$(tty) PID=$$";

/** The initial settings, the device and the process of a session, as printed by that command. */
export async function placeOf(terminal) {
  const { found } = await terminal.see(/MODE=\S+ TTY=\S+ PID=\d+/);
  const [, before, tty, pid] = found.match(/MODE=(\S+) TTY=(\S+) PID=(\d+)/);
  return { before, tty, pid: Number(pid) };
}

/** Stops the process of a session, which gives the terminal back, and continues it, which takes the terminal again. */
export async function stopAndGoOn({ before, tty, pid }) {
  const mode = () => spawnSync("stty", ["-F", tty, "-g"], { encoding: "utf8" }).stdout.trim();
  const state = () => readFileSync(`/proc/${pid}/stat`, "utf8").match(/\) (\w)/)[1];
  const raw = mode();
  assert.notEqual(raw, before);
  process.kill(pid, "SIGTSTP");
  while (state() !== "T") await sleep(50);
  assert.equal(mode(), before);
  process.kill(pid, "SIGCONT");
  while (mode() !== raw) await sleep(50);
}
