/*
 * Modules that break the circle of imports. Preloaded modules are linked in their order, but kernel and cells call the
 * machine, which calls them. So each module that they import from consists of gates: functions that jump through a table,
 * into which the last module puts the machine's functions.
 *
 *   env     the kernel's memory and table
 *   hal, rumpk, mmio, watchdog     gates: one function a row, in the order of its signatures; export "gates": the table
 *   link    fills the tables, and runs the machine
 */
import * as abi from "../../abi.js";
import { MMIO_IMPORTS, RUMPK_IMPORTS } from "../wasm/check.js";

/** Signatures by name, as in docs/machine.md. */
export type Signatures = Record<string, string>;

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
  rumpk: RUMPK_IMPORTS,
  mmio: MMIO_IMPORTS,
  watchdog: { check: "()" },
};

/** "(i32, i64) -> i64" in the words of the text format. */
export function wat(signature: string): string {
  const [parameters, result] = signature.split(" -> ");
  const types = parameters!.slice(1, -1).replaceAll(",", "");
  return `${types ? `(param ${types})` : ""}${result ? ` (result ${result})` : ""}`;
}

/** A module of gates. */
export function gatesText(signatures: Signatures): string {
  const names = Object.keys(signatures);
  const functions = names.map((name, index) => {
    const count = signatures[name]!.match(/[if]\d\d(?=[,)])/g)?.length ?? 0;
    const operands = Array.from({ length: count }, (_, at) => `(local.get ${at})`).join(" ");
    const type = wat(signatures[name]!);
    return `(func (export "${name}") ${type} (call_indirect ${type} ${operands} (i32.const ${index})))`;
  });
  return `(module (table (export "gates") ${names.length} ${names.length} funcref)\n${functions.join("\n")})`;
}

/** The kernel's memory and table. */
export function environmentText(): string {
  const { KERNEL_PAGES: pages, KERNEL_TABLE: entries } = abi;
  return `(module (memory (export "memory") ${pages} ${pages}) (table (export "table") ${entries} ${entries} funcref))`;
}

/** The main module. */
export function linkText(): string {
  const imports: string[] = [];
  const elements: string[] = [];
  for (const [module, signatures] of Object.entries(GATES)) {
    const names = Object.keys(signatures).map((name) => `$${module}_${name}`);
    imports.push(`(import "${module}" "gates" (table $${module} ${names.length} funcref))`);
    for (const [name, signature] of Object.entries(signatures)) {
      imports.push(`(import "machine" "${module}_${name}" (func $${module}_${name} ${wat(signature)}))`);
    }
    elements.push(`(elem (table $${module}) (i32.const 0) func ${names.join(" ")})`);
  }
  const calls = Object.entries(RUMPK_IMPORTS).map(([name, signature]) => {
    const type = wat(signature.replace("(", "(i32, ").replace(", )", ")"));
    return `(import "kernel" "sys_${name}" (func $sys_${name} ${type}))`;
  });
  const entries = Object.keys(RUMPK_IMPORTS).map((name) => `$sys_${name}`);
  return `(module
${[...imports, ...calls].join("\n")}
(import "env" "table" (table $table ${abi.KERNEL_TABLE} funcref))
(import "machine" "run" (func $run))
${elements.join("\n")}
(elem (table $table) (i32.const ${abi.KERNEL_TABLE - abi.CALLS}) func ${entries.join(" ")})
(func (export "_start") (call $run)))`;
}
