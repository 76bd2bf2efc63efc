/*
 * Adds the source lines of a module to the C code that wasm2c wrote: `#line` before every line of a function, so that
 * the compiler's debug information names AssemblyScript.
 *
 * wasm2c writes an instruction as one line or none, in order, and leaves out unreachable ones. Instructions that can
 * trap, calls and loops are recognized on both sides. Only if both sequences agree do they get lines; else the whole
 * function has the line where it starts.
 *
 *   i32.load8_u        var_i0 = i32_load8_u_default32(...     #line 16 "cells/crash/main.ts"
 *   call $abort        w2c_cell__crash_abort(...              #line 114 "~lib/array.ts"
 */
import { PlacedFunction } from "../places/places.js";
import { Location } from "../places/source-map.js";
import { Instruction, eachInstruction, functionBodies } from "../wasm/opcodes.js";
import { sectionsOf } from "../wasm/reader.js";

const SECTION_CODE = 10;
const PROLOGUE = "  FUNC_PROLOGUE;";

/** In C, by the first pattern that matches a line. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bUNREACHABLE;/, "unreachable"],
  [/^\s*var_L\d+:/, "loop"],
  [/\bCALL_INDIRECT\(/, "call indirect"],
  [/\b[if](32|64)_load/, "load"],
  [/\b[if](32|64)_store/, "store"],
  [/\bmemory_(copy|fill|init)\(/, "memory"],
  [/\bwasm_rt_grow_memory\(/, "grow"],
  [/\b(I(32|64)_DIV_S|I(32|64)_REM_S|DIV_U|REM_U)\(/, "division"],
  [/\bI(32|64)_TRUNC_[SU]_F/, "conversion"],
  [/\bw2c_\w+\(/, "call"],
];

/** In WebAssembly, by ranges of opcodes. */
const OPCODES: readonly (readonly [first: number, last: number, kind: string])[] = [
  [0x00, 0x00, "unreachable"],
  [0x03, 0x03, "loop"],
  [0x10, 0x10, "call"],
  [0x11, 0x11, "call indirect"],
  [0x28, 0x35, "load"],
  [0x36, 0x3e, "store"],
  [0x40, 0x40, "grow"],
  [0x6d, 0x70, "division"],
  [0x7f, 0x82, "division"],
  [0xa8, 0xab, "conversion"],
  [0xae, 0xb1, "conversion"],
];
const OP_ELSE = 0x05;
const OP_END = 0x0b;
const OPENS = new Set([0x02, 0x03, 0x04]);
/** unreachable, br, br_table, return: the rest of the block is never reached. */
const LEAVES = new Set([0x00, 0x0c, 0x0e, 0x0f]);
const BULK = 0xfc;
const MEMORY_BULK = new Set([8, 10, 11]);

/** An instruction that both sides show. */
interface Anchor {
  kind: string;
  /** Offset in the code section's contents. */
  at: number;
}

/** The C text with the lines of the functions. `file` is the name of the C file. */
export function withSourceLines(text: string, file: string, wasm: Uint8Array, functions: PlacedFunction[]): string {
  const section = sectionsOf(wasm).find(({ id }) => id === SECTION_CODE);
  if (!section || !functions.some(({ first }) => first)) return text;
  const bodies = functionBodies(wasm, section);
  const lines = text.split("\n");
  const places = definitions(lines);
  if (places.length !== functions.length) return text;
  const out: string[] = [];
  let copied = 0;
  for (const [index, one] of functions.entries()) {
    const { start, end } = places[index]!;
    const anchors: Anchor[] = [];
    reachable(wasm, bodies[index]!, (kind, at) => anchors.push({ kind, at: at - section.body }));
    out.push(...lines.slice(copied, start), ...functionLines(lines.slice(start, end), one, anchors));
    copied = end;
    out.push(`#line ${out.length + 2} "${file}"`);
  }
  return [...out, ...lines.slice(copied)].join("\n");
}

/** The C names of a module's functions, in their order. */
export function functionSymbols(text: string): string[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#line "));
  return definitions(lines).map(({ start }) => /(\w+)\(/.exec(lines[start]!)![1]!);
}

/** The start of the definitions of the module's functions, and the lines after them. */
export function definitions(lines: string[]): { start: number; end: number }[] {
  return lines.flatMap((line, index) => {
    if (line !== PROLOGUE) return [];
    const start = definitionBefore(lines, index);
    return [{ start, end: lines.indexOf("}", start) + 1 }];
  });
}

/** Index of the first line of the function whose prologue is at `index`; many parameters take more than one line. */
function definitionBefore(lines: string[], index: number): number {
  let at = index;
  while (!lines[at]!.endsWith(") {")) at--;
  while (/^\s/.test(lines[at]!)) at--;
  return at;
}

/** Calls `visit` for each anchor that wasm2c does not leave out. */
export function reachable(
  wasm: Uint8Array,
  body: { code: number; end: number },
  visit: (kind: string, at: number) => void,
): void {
  let depth = 0;
  let dead = Infinity;
  eachInstruction(wasm, { ...body, start: 0, locals: 0 }, (one) => {
    if (one.opcode === OP_END || one.opcode === OP_ELSE) {
      if (depth <= dead) dead = Infinity;
      if (one.opcode === OP_END) depth--;
      return;
    }
    const kind = kindOf(one);
    if (dead === Infinity && kind) visit(kind, one.start);
    if (OPENS.has(one.opcode)) depth++;
    if (dead === Infinity && LEAVES.has(one.opcode)) dead = depth;
  });
}

function kindOf({ opcode, sub }: Instruction): string | undefined {
  if (opcode === BULK) return MEMORY_BULK.has(sub) ? "memory" : undefined;
  return OPCODES.find(([first, last]) => opcode >= first && opcode <= last)?.[2];
}

/** The lines of one function, each after its #line. */
function functionLines(lines: string[], one: PlacedFunction, anchors: Anchor[]): string[] {
  const { first, locations } = one;
  if (!first) return lines;
  const kinds = lines.map((line) => PATTERNS.find(([pattern]) => pattern.test(line))?.[1]);
  kinds[0] = undefined;
  const shown = kinds.filter((kind) => kind !== undefined);
  const agree = shown.length === anchors.length && shown.every((kind, index) => kind === anchors[index]!.kind);
  const places = agree ? anchors.map(({ at }) => locationAt(locations, at)) : [];
  let place = first;
  let next = 0;
  return lines.flatMap((line, index) => {
    if (agree && kinds[index]) {
      const found = places[next++];
      place = found && found.line > 0 ? found : first;
    }
    return [`#line ${place.line} "${place.file}"`, line];
  });
}

/** The last location that is not after `at`. */
function locationAt(locations: Location[], at: number): Location | undefined {
  let found: Location | undefined;
  for (const location of locations) {
    if (location.at > at) break;
    found = location;
  }
  return found;
}
