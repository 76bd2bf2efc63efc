/*
 * Injects mutants into running systems and counts the outcomes:
 *
 *   node tests/machines/faults/faults.mjs [COUNT] [SEED]
 *
 *   injected     mutants that ran
 *   manifested   ended differently from the original: by a fault, by the watchdog, with another status, or never
 *   recovered    after which the shell ran the next command
 *
 * A mutant of crash runs with an argument that makes the original end by itself. A mutant of tarfs serves the files
 * while the shell reads some; if it does not answer, the shell waits, and the process is killed from outside. The
 * process must never end by itself before the shell is done: then the seed is printed, status 1.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutate, randomNumbers } from "./mutate.mjs";
import { forNode, forWasmtime, imagesOf, original } from "./system.mjs";

/** Mutants of crash per process, and the share of mutants of tarfs, which get a process each. */
const PER_PROCESS = 50;
const KINDS = ["oob", "unreachable", "div0", "recursion", "stack", "indirect", "abort", "grow", "nosuch"];
const STATUS = {
  oob: 129,
  unreachable: 130,
  div0: 131,
  recursion: 135,
  stack: 135,
  indirect: 134,
  abort: 130,
  grow: 0,
  nosuch: 2,
};
const FILES = ["cat /sysro/etc/motd", "ls -l /sysro", "cat /sysro/etc/nothing", "ls /sysro/docs"];
/** Time between two checks of a process, in milliseconds. */
const LOOK_MS = 1000;
/** A process that sleeps through this many checks waits for a tarfs that does not answer. */
const IDLE_LOOKS = 20;
/** So does one that prints nothing while it uses this much processor time, in hundredths of a second. */
const BUSY_TICKS = 6000;
const nodeChild = fileURLToPath(new URL("./node-child.mjs", import.meta.url));

/** Whether all threads of a process sleep, and the processor time that it has used, in hundredths of a second. */
function usageOf(pid) {
  const fields = (path) =>
    readFileSync(path, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
  const threads = readdirSync(`/proc/${pid}/task`);
  const asleep = threads.every((thread) => fields(`/proc/${pid}/task/${thread}/stat`)[0] === "S");
  const [user, system] = fields(`/proc/${pid}/stat`).slice(11, 13).map(Number);
  return { asleep, ticks: user + system };
}

/**
 * Calls `silent` when the process has been silent for too long. Only its own time counts: a process that waits for a
 * processor is not asleep. Returns the functions to call at each output, and at the end.
 */
function watchSilence(pid, silent) {
  let [idle, ticks, since] = [0, 0, 0];
  const timer = setInterval(() => {
    try {
      const now = usageOf(pid);
      idle = now.asleep && now.ticks === ticks ? idle + 1 : 0;
      ticks = now.ticks;
    } catch {
      return; // It has just ended.
    }
    if (idle >= IDLE_LOOKS || ticks - since >= BUSY_TICKS) silent();
  }, LOOK_MS);
  return { heard: () => ([idle, since] = [0, ticks]), end: () => clearInterval(timer) };
}

/** Runs a command with `input` until it ends or has been silent for too long. */
function runProcess(program, args, input) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    const parts = { out: "", err: "" };
    let silent = false;
    const watch = watchSilence(child.pid, () => {
      silent = true;
      child.kill("SIGKILL");
    });
    child.stdout.on("data", (bytes) => {
      parts.out += bytes;
      watch.heard();
    });
    child.stderr.on("data", (bytes) => (parts.err += bytes));
    child.stdin.on("error", () => {});
    child.on("close", (status) => {
      watch.end();
      resolve({ ...parts, status, silent });
    });
    child.stdin.end(input);
  });
}

/** One process with a batch of mutants; adds to `figures` and returns an error, or null. */
async function runBatch(machine, { tarfs, mutants }, figures) {
  const folder = mkdtempSync(join(tmpdir(), "rumpk-faults-"));
  try {
    const images = imagesOf(
      tarfs.bytes,
      mutants.map(({ bytes }) => bytes),
    );
    const lines = mutants.flatMap(({ kind }, index) => [`run m${index} ${kind}`, `echo "=$? of m${index}="`]);
    const input = [...lines, "echo =crashes-done=", ...FILES, "echo =files-done=", "exit 0", ""].join("\n");
    const [program, args] =
      machine === "node"
        ? [process.execPath, [nodeChild, forNode(images, folder)]]
        : ["wasmtime", await forWasmtime(images, folder)];
    const done = await runProcess(program, args, input);
    for (const [index, { kind }] of mutants.entries()) {
      figures.injected++;
      const status = new RegExp(`=(\\d+) of m${index}=`).exec(done.out)?.[1];
      if (status !== undefined) figures.recovered++;
      if (Number(status) !== STATUS[kind]) figures.manifested++;
    }
    figures.injected++;
    const served = done.out.includes("=files-done=");
    if (served || done.silent) figures.recovered++;
    if (!done.out.includes("=crashes-done=")) return `the shell did not get through: ${tail(done)}`;
    if (!served || !/Welcome|Rumpk/i.test(done.out.split("=crashes-done=")[1])) figures.manifested++;
    return served || done.silent ? null : `the process ended by itself: ${tail(done)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tail = ({ status, out, err }) =>
  `status ${status}; ${JSON.stringify((out.slice(-200) + err.slice(-300)).toString())}`;

/** Runs `count` mutants, half of them on each machine; returns figures by machine, and errors. */
export async function injectFaults(count, seed) {
  const random = randomNumbers(seed);
  const [crash, tarfs] = [original("crash").wasm, original("tarfs").wasm];
  const result = { errors: [], figures: {} };
  for (const machine of ["wasmtime", "node"]) {
    const figures = (result.figures[machine] = { injected: 0, manifested: 0, recovered: 0 });
    while (figures.injected < count / 2) {
      const size = Math.min(PER_PROCESS, Math.ceil(count / 2) - figures.injected - 1);
      const mutants = Array.from({ length: Math.max(size, 0) }, () => ({
        ...mutate(crash, random),
        kind: KINDS[random() % KINDS.length],
      }));
      const batch = { tarfs: mutate(tarfs, random), mutants };
      const error = await runBatch(machine, batch, figures);
      if (error) result.errors.push(`${machine}, tarfs ${batch.tarfs.what}: ${error}`);
    }
  }
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = Number(process.argv[2] ?? 2000);
  const seed = Number(process.argv[3] ?? Date.now() % 1e9);
  const { errors, figures } = await injectFaults(count, seed);
  for (const [machine, { injected, manifested, recovered }] of Object.entries(figures))
    process.stdout.write(`${machine}: injected ${injected}, manifested ${manifested}, recovered ${recovered}\n`);
  for (const error of errors) process.stdout.write(`seed ${seed}: ${error}\n`);
  process.exitCode = errors.length ? 1 : 0;
}
