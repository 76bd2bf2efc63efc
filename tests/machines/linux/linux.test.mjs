/*
 * What only a Linux process can show (RUMPK_MACHINE: plain or with sanitizers): the file that `build --output` makes is
 * a standalone program, which takes and returns the terminal by itself, blocks nobody, sleeps without waking up, and
 * stays within its memory.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { chosenMachine, on } from "../../lib/machines.mjs";
import { run, rumpk } from "../../lib/rumpk.mjs";
import { SAYS_PLACE, missingScript, openTerminal, placeOf, stopAndGoOn } from "../../lib/terminal.mjs";

const machine = chosenMachine();
const sanitized = machine !== "linux";
const folder = mkdtempSync(join(tmpdir(), "rumpk-linux-"));
const app = join(folder, "app");
const PROMPT = "nipbox$ ";
const LINES = 20000;

before(async () => {
  const { status, stdout, stderr } = await rumpk(["build", ...on(machine), "-o", app]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /app\n$/);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program in an empty environment, away from the repository. */
const start = (input, args = []) => run(app, args, { input, cwd: folder });

async function isSmallProgram() {
  const headers = spawnSync("llvm-readelf-19", ["--program-headers", "--section-headers", app], { encoding: "utf8" });
  assert.doesNotMatch(headers.stdout, /INTERP|DYNAMIC|\.symtab|\.debug/);
  assert.match(headers.stdout, /GNU_STACK .* RW /);
  assert.doesNotMatch(headers.stdout, /LOAD .* RWE /);
  assert.ok(statSync(app).size < 600 * 1024, `${statSync(app).size} bytes`);
  chmodSync(app, 0o755);
  const { status, stdout, stderr } = await start("echo $?\nexit 200\n");
  assert.deepEqual({ status, stdout, stderr }, { status: 200, stdout: "0\n", stderr: "" });
}

function isInstrumented() {
  const symbols = (object) => {
    const { stdout } = spawnSync("llvm-nm-19", ["--undefined-only", object], { encoding: "utf8" });
    return stdout;
  };
  const objects = "build/linux-sanitized/obj";
  for (const path of ["hal/common/cells.c.o", "hal/common/mmio.c.o", "hal/linux/folders.c.o"])
    assert.match(symbols(join(objects, path)), /__asan_report_(load|store)[\s\S]*__ubsan_handle/);
  for (const path of ["kernel.c.o", "devices.c.o"]) assert.doesNotMatch(symbols(join(objects, path)), /__asan|__ubsan/);
}

if (sanitized) test("code of hal/ is checked, code of cells is not", isInstrumented);
else test("the file is static, stripped and small, and needs nothing else", isSmallProgram);

/** Starts the program directly on a terminal. */
function session(t) {
  const command = `B=$(stty -g); sh -c '${SAYS_PLACE}; exec "$@"' - '${app}'; echo "STATUS=$?"; [ "$B" = "$(stty -g)" ] && echo RESTORED || echo CHANGED`;
  const terminal = openTerminal(command);
  t.after(() => terminal.close());
  return terminal;
}

async function ends(terminal, status) {
  await terminal.see(`STATUS=${status}\r\n`);
  assert.equal((await terminal.see(/RESTORED|CHANGED/)).found, "RESTORED");
}

test("by itself on a terminal: typing, exit, and the terminal is as before", { skip: missingScript }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type("echo o\x7fne; exit 9\r");
  await terminal.see("ne");
  await ends(terminal, 9);
});

test("by itself on a terminal: the escape", { skip: missingScript }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type("\x01x");
  await ends(terminal, 130);
});

for (const [signal, status] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
]) {
  test(
    `by itself on a terminal: ${signal}${signal === "SIGTERM" ? ", after SIGTSTP and SIGCONT" : ""}`,
    { skip: missingScript },
    async (t) => {
      const terminal = session(t);
      const place = await placeOf(terminal);
      await terminal.see(PROMPT);
      if (signal === "SIGTERM") await stopAndGoOn(place);
      process.kill(place.pid, signal);
      await ends(terminal, status);
    },
  );
}

test("Ctrl-C reaches the shell while a cell computes", { skip: missingScript }, async (t) => {
  const terminal = session(t);
  await terminal.see(PROMPT);
  terminal.type("crash spin\r");
  await terminal.see("\n");
  terminal.type("\x03");
  await terminal.see(PROMPT);
  terminal.type("exit 0\r");
  await ends(terminal, 0);
});

/** How often the process went to sleep or was preempted. */
function switches(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return [...status.matchAll(/ctxt_switches:\s+(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

test("an idle system does not wake", async (t) => {
  const child = spawn(app, { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  child.stdin.write("echo ready\n");
  await new Promise((resolve) => child.stdout.once("data", resolve));
  let settled = -1;
  for (let now = switches(child.pid); now !== settled; now = switches(child.pid)) {
    settled = now;
    await sleep(500);
  }
  await sleep(3000);
  assert.equal(switches(child.pid), settled);
});

test("a reader that is slow loses nothing", async () => {
  const script = `${`echo ${"x".repeat(40)}\n`.repeat(LINES)}exit 0\n`;
  const child = spawn(app, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  child.stdin.end(script);
  await sleep(1000);
  let size = 0;
  child.stdout.on("data", (bytes) => (size += bytes.length));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual({ status, size }, { status: 0, size: LINES * 41 });
});

test("when nobody reads the output any more the process ends as by SIGPIPE", async () => {
  const child = spawn(app, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  child.stdout.destroy();
  child.stdin.write("echo gone\n");
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 141);
});

test("memory= is what all cells have together", async () => {
  const total = async (word) => Number((await start("free\n", [word])).stdout.match(/\d+/)?.[0]);
  assert.ok((await total("memory=64")) < (await total("memory=256")));
  const { status, stdout, stderr } = await start("", ["memory=1"]);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^rumpk: memory= takes .*\n$/);
});
