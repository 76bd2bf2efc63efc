/*
 * Modules that break the import cycle. Preloaded modules are linked in order, but kernel and cells call the machine,
 * which calls them. So each module that they import from consists of gates: functions that jump through a table, into
 * which the last module puts the machine's functions.
 *
 *   env     the kernel's memory and table
 *   hal, rumpk, mmio, watchdog     gates: a function per row, in the order of its signatures; export "gates": the table
 *   calls   one function for all system calls, by number, which the machine imports
 *   link    fills the tables, gives each call of "rumpk" its number, and runs the machine
 */
import * as abi from "../../abi.js";

/** Signatures by name, as in docs/machine.md. */
export type Signatures = Readonly<Record<string, string>>;

const RUMPK: Signatures = abi.RUMPK_FUNCTIONS;
/** Arguments of a system call, at most. */
const WORDS = 4;

const HAL: Signatures = {
  time_now: "() -> i64",
  timer_arm: "(i64)",
  entropy: "(i32, i32) -> i32",
  cell_create: "(i32, i32) -> i32",
  cell_enter: "(i32, i64) -> i32",
  cell_fault: "(i32, i32) -> i32",
  cell_destroy: "(i32) -> i32",
  cell_read: "(i32, i32, i32, i32) -> i32",
  cell_write: "(i32, i32, i32, i32) -> i32",
  cell_copy: "(i32, i32, i32, i32, i32) -> i32",
  window_map: "(i32, i32, i64, i64, i32) -> i32",
  window_unmap: "(i32, i32) -> i32",
  irq_bind: "(i32, i32) -> i32",
  irq_unmask: "(i32) -> i32",
  quiesce: "(i32) -> i32",
  off: "(i32)",
  images: "(i32) -> i32",
  package_read: "(i32, i32, i32, i32) -> i32",
};

/** The modules of gates. */
export const GATES: Record<string, Signatures> = {
  hal: HAL,
  rumpk: RUMPK,
  mmio: abi.MMIO_FUNCTIONS,
  watchdog: { check: "()" },
};

/** "(i32, i64) -> i64" in the text format. */
export function wat(signature: string): string {
  const [parameters, result] = signature.split(" -> ");
  const types = parameters!.slice(1, -1).replaceAll(",", "");
  return `${types ? `(param ${types})` : ""}${result ? ` (result ${result})` : ""}`;
}

/** A module of gates. */
export function gatesText(signatures: Signatures): string {
  const names = Object.keys(signatures);
  const functions = names.map((name, index) => {
    const operands = parametersOf(signatures[name]!).map((_, at) => `(local.get ${at})`);
    const type = wat(signatures[name]!);
    return `(func (export "${name}") ${type} (call_indirect ${type} ${operands.join(" ")} (i32.const ${index})))`;
  });
  return `(module (table (export "gates") ${names.length} ${names.length} funcref)\n${functions.join("\n")})`;
}

/** The kernel's memory and table. */
export function environmentText(): string {
  const { KERNEL_PAGES: pages, KERNEL_TABLE: entries } = abi;
  return `(module (memory (export "memory") ${pages} ${pages}) (table (export "table") ${entries} ${entries} funcref))`;
}

/** The types of a signature's parameters. */
const parametersOf = (signature: string): string[] => signature.match(/[if]\d\d(?=[,)])/g) ?? [];

/** The module through which the machine makes system calls: call(cell, number, a, b, c, d) -> i64. */
export function callsText(): string {
  const names = Object.keys(RUMPK);
  const imports = names.map((name) => {
    const type = wat(RUMPK[name]!.replace("(", "(i32, ").replace(", )", ")"));
    return `(import "kernel" "sys_${name}" (func $${name} ${type}))`;
  });
  const cases = names.map((name, number) => {
    const signature = RUMPK[name]!;
    const operands = parametersOf(signature).map((type, at) => {
      const word = `(local.get ${2 + at})`;
      return type === "i64" ? word : `(i32.wrap_i64 ${word})`;
    });
    const call = `(call $${name} (local.get 0) ${operands.join(" ")})`;
    const answer = signature.includes("->") ? `(return ${call})` : `${call} (return (i64.const 0))`;
    return `(if (i32.eq (local.get 1) (i32.const ${number})) (then ${answer}))`;
  });
  return `(module
${imports.join("\n")}
(func (export "call") (param i32 i32 i64 i64 i64 i64) (result i64)
${cases.join("\n")}
(i64.const ${abi.ENOSYS})))`;
}

/** A function of the module "rumpk": passes its number and arguments to the machine, as 64-bit words. */
function callText(name: string, number: number): string {
  const signature = RUMPK[name]!;
  const words = parametersOf(signature).map((type, at) =>
    type === "i64" ? `(local.get ${at})` : `(i64.extend_i32_s (local.get ${at}))`,
  );
  while (words.length < WORDS) words.push("(i64.const 0)");
  const call = `(call $call (i32.const ${number}) ${words.join(" ")})`;
  const body = signature.includes("->") ? call : `(call $exit (local.get 0))`;
  return `(func $rumpk_${name} ${wat(signature)} ${body})`;
}

/** The main module. */
export function linkText(): string {
  const imports: string[] = [];
  const elements: string[] = [];
  for (const [module, signatures] of Object.entries(GATES)) {
    const names = Object.keys(signatures).map((name) => `$${module}_${name}`);
    imports.push(`(import "${module}" "gates" (table $${module} ${names.length} funcref))`);
    for (const [name, signature] of Object.entries(module === "rumpk" ? {} : signatures)) {
      imports.push(`(import "machine" "${module}_${name}" (func $${module}_${name} ${wat(signature)}))`);
    }
    elements.push(`(elem (table $${module}) (i32.const 0) func ${names.join(" ")})`);
  }
  const names = Object.keys(RUMPK);
  const entries = names.map((name) => {
    const type = wat(RUMPK[name]!.replace("(", "(i32, ").replace(", )", ")"));
    return `(import "kernel" "sys_${name}" (func $sys_${name} ${type}))`;
  });
  return `(module
${[...imports, ...entries].join("\n")}
(import "machine" "callFromCell" (func $call (param i32 i64 i64 i64 i64) (result i64)))
(import "machine" "exitFromCell" (func $exit (param i32)))
(import "env" "table" (table $table ${abi.KERNEL_TABLE} funcref))
(import "machine" "run" (func $run))
${names.map(callText).join("\n")}
${elements.join("\n")}
(elem (table $table) (i32.const ${abi.KERNEL_TABLE - abi.CALLS}) func ${names.map((name) => `$sys_${name}`).join(" ")})
(func (export "_start") (call $run)))`;
}
