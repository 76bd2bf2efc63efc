/*
 * The figures for human readers: a table for each kind, machines side by side; lines with a budget end with the budget
 * and whether it is met.
 */
import { geometricMean } from "./lines.mjs";
import { ISAS } from "./metal.mjs";

const WIDTH = { name: 54, value: 12 };
const INDENT = "  ";

/** The title of each line of the calls, and its budget in instructions. */
const CALLS = {
  clock: ["call + return (a look at the clock)"],
  enter: ["leave + enter a cell, with its scheduling"],
  send: ["send 64 bytes, nobody waits"],
  recv: ["recv 64 bytes, nobody waits"],
  transfer: ["send + recv of 64 bytes between two cells", 100],
  echo: ["round trip of 64 bytes: two of each, two switches"],
  spawn: ["spawn + join of a cell that does nothing"],
  fault: ["fault to the new instance's first instruction", 2000],
  preempt: ["preempt + resume"],
};
/** The titles of the lines of bench/queues. */
const QUEUES = {
  queue_turns: "rtrb by turns in one thread, 256 at a time",
  queue_threads: "rtrb between two threads",
  pipe_turns: "a pipe by turns in one thread, 256 at a time",
  pipe_threads: "a pipe between two threads",
};
/** Columns of the machines that are programs on this computer. */
const HOSTED = { c: "C -O2", linux: "linux", node: "node", wasmtime: "wasmtime" };
const LINUX_BUDGETS = { transfer: 12 };
const MEAN_BUDGET = 1.1;
const V8_BUDGET = 1;
/** Milliseconds, on x86_64. */
const BOOT_BUDGET = 20;
const BOOT_MACHINE = "x86_64";
const IDLE_BUDGET = 0;

/** All tables. */
export function table(results) {
  const metal = Object.keys(results).filter((machine) => ISAS.includes(machine));
  const of = (read) => metal.map((machine) => read(results[machine]));
  const parts = [];
  if (metal.length) parts.push(...callTable(metal, of), ...microTable(metal, of, results), ...otherTable(metal, of));
  if (results.linux) parts.push(...linuxTable(results.linux));
  if (results.hosted) parts.push(...hostedTable(results.hosted));
  if (results.node) parts.push(...nodeTable(results.node));
  parts.push(...blinkTable(results));
  return `${parts.join("\n")}\n`;
}

function callTable(metal, of) {
  const rows = Object.entries(CALLS).map(([name, [text, budget]]) =>
    line(
      text,
      of(({ calls }) => calls[name]),
      whole,
      budget,
    ),
  );
  return [head("instructions", metal), ...rows, ""];
}

function microTable(metal, of, results) {
  const names = Object.keys(results[metal[0]].micro.each);
  const section = (title, key) => [
    head(title, metal),
    ...names.map((name) =>
      line(
        name,
        of((result) => result[key].each[name]),
        ratio,
      ),
    ),
    line(
      "geometric mean",
      of((result) => result[key].mean),
      ratio,
      key === "micro" ? MEAN_BUDGET : undefined,
    ),
    "",
  ];
  return [
    ...section("cells against C -O2, instructions", "micro"),
    ...section("the same with the garbage collector", "microCollected"),
  ];
}

function otherTable(metal, of) {
  const over = (which) => of(({ boot }) => boot[which].prompt - boot[which].stub);
  return [
    head("milliseconds from starting QEMU, median", metal),
    line(
      "to the line of a stub (the floor)",
      of(({ boot }) => boot.median.stub),
      whole,
    ),
    line(
      "to the shell's prompt",
      of(({ boot }) => boot.median.prompt),
      whole,
    ),
    line("more than the floor", over("median"), whole) + bootVerdict(metal, over("median")),
    line("more than the floor, fastest of each", over("fastest"), whole),
    "",
    head("timer interrupts", metal),
    line(
      "in an idle minute",
      of(({ idleTimerInterrupts }) => idleTimerInterrupts),
      whole,
      IDLE_BUDGET,
    ),
    "",
  ];
}

function bootVerdict(metal, over) {
  const value = over[metal.indexOf(BOOT_MACHINE)];
  return value === undefined ? "" : `   budget ${BOOT_BUDGET} on ${BOOT_MACHINE}: ${verdicts([value], BOOT_BUDGET)}`;
}

function linuxTable({ calls, queues, times, toC, toV8 }) {
  const programs = Object.keys(times.c).map((name) =>
    line(name, [times.c[name], times.cell[name], times.v8[name]], microseconds),
  );
  return [
    head("Linux process, nanoseconds", ["linux"]),
    ...Object.keys(calls).map((name) => line(CALLS[name][0], [calls[name]], whole, LINUX_BUDGETS[name])),
    "",
    head("64 bytes sent and received, nanoseconds", ["linux"]),
    line("two cells by turns, a ring of 256 at a time", [calls.transfer], tenth),
    ...Object.entries(QUEUES).map(([name, text]) =>
      queues ? line(text, [queues[name]], tenth) : `${INDENT}${text}: no cargo`,
    ),
    "",
    head("microseconds of one run on this computer", ["C -O2", "linux", "V8"]),
    ...programs,
    line("geometric mean of cells against C", [toC], ratio, MEAN_BUDGET),
    line("geometric mean of cells against V8", [toV8], ratio, V8_BUDGET),
    "",
  ];
}

/** A driver that faults ten thousand times under load: how long its client waits, and what it sees. */
function blinkTable(results) {
  const machines = Object.keys(results).filter((machine) => results[machine].blink);
  if (machines.length === 0) return [];
  const row = (text, name) =>
    line(
      text,
      machines.map((machine) => results[machine].blink[name]),
      whole,
    );
  return [
    head("fault to the next good answer (metal: instructions, else ns)", machines),
    row("median of 10,000", "p50"),
    row("99 %", "p99"),
    row("99.9 %", "p999"),
    row("longest", "max"),
    row("calls that answered -EPIPE", "failures"),
    "",
  ];
}

function hostedTable({ times, shell }) {
  const programs = Object.keys(times.c);
  const columns = Object.keys(HOSTED);
  const over = (one, other) => (name) => times[one][name] / times[other][name];
  const mean = (one, other) => geometricMean(programs.map(over(one, other)));
  const guards = [over("wasmtime", "bare"), over("v8Guarded", "v8")];
  return [
    head("microseconds of one run, in one run of all", Object.values(HOSTED)),
    ...programs.map((name) =>
      line(
        name,
        columns.map((column) => times[column][name]),
        microseconds,
      ),
    ),
    line(
      "geometric mean against C",
      columns.map((column) => mean(column, "c")),
      ratio,
    ),
    "",
    head("contained against plain", ["wasmtime", "V8"]),
    ...programs.map((name) =>
      line(
        name,
        guards.map((guard) => guard(name)),
        ratio,
      ),
    ),
    line("geometric mean", [mean("wasmtime", "bare"), mean("v8Guarded", "v8")], ratio),
    "",
    head("the shell's own work, processor's microseconds", ["linux", "node", "wasmtime", "unguarded"]),
    line("echo with eight words", [shell.linux, shell.node, shell.wasmtime, shell.bare], tenth),
    line("wasmtime, contained against plain", [shell.wasmtime / shell.bare], ratio),
    "",
  ];
}

function nodeTable({ micro, microCollected }) {
  const rows = Object.keys(micro).map((name) => line(name, [micro[name], microCollected[name]], milliseconds));
  return [head("Node (V8), milliseconds of one run", ["plain", "collector"]), ...rows, ""];
}

function head(title, columns) {
  return title.padEnd(WIDTH.name) + columns.map((column) => column.padStart(WIDTH.value)).join("");
}

function line(text, values, show, budget) {
  const verdict = budget === undefined ? "" : `   budget ${budget}: ${verdicts(values, budget)}`;
  return (
    (INDENT + text).padEnd(WIDTH.name) + values.map((value) => show(value).padStart(WIDTH.value)).join("") + verdict
  );
}

function verdicts(values, budget) {
  return values.map((value) => (value <= budget ? "met" : "missed")).join(", ");
}

const whole = (value) => String(Math.round(value));
const tenth = (value) => value.toFixed(1);
const ratio = (value) => value.toFixed(2);
const microseconds = (value) => (value / 1000).toFixed(2);
const milliseconds = (value) => value.toFixed(3);
