/*
 * Refuses features that the engine of one machine may run but another machine cannot: wasm2c and our passes know
 * version 2 of WebAssembly without SIMD, and the atomic instructions of the threads proposal without those that wait.
 * Each refusal is one line with the cell, the function, the feature and the cure, and is the same whatever machine the
 * cell is built for.
 *
 * If this file cannot read a module, checkCell refuses it: it is not a module, or the engine describes its error
 * better.
 */
import { UserError, messageOf } from "../errors.js";
import { readModule } from "./module.js";
import { Instruction, OP_BLOCK, OP_IF, OP_LOOP, functionBodies, nextInstruction } from "./opcodes.js";
import { Reader, Section, sectionsOf } from "./reader.js";

interface Feature {
  name: string;
  cure: string;
}

const WAITS = { name: "waiting in memory", cure: "a cell has one thread, and waits with rumpk's wait" };
const SIMD = { name: "SIMD", cure: "compile without it (clang -mno-simd128, rustc -C target-feature=-simd128)" };
const EXCEPTIONS = { name: "exceptions", cure: "compile without them (clang -fno-exceptions, rustc -C panic=abort)" };
const TAIL_CALLS = { name: "tail calls", cure: "compile without them (clang -mno-tail-call)" };
const GC = { name: "typed references", cure: "a language whose memory is linear needs none (no garbage collection)" };
const MEMORY64 = { name: "64-bit addresses", cure: "compile for wasm32" };
const MEMORIES = { name: "a second memory", cure: "a cell has one (clang -mno-multimemory)" };
const PAGES = { name: "pages of another size", cure: "a page is 64 KiB" };
const SHARED = { name: "shared memory", cure: "a cell's memory is its own: link without --shared-memory" };
const CONSTANTS = {
  name: "extended constant expressions",
  cure: "write one constant, or set it in the start function",
};
const TABLES = { name: "a table with an initial value", cure: "fill it with an element segment" };

const WAIT_NAMES = ["memory.atomic.notify", "memory.atomic.wait32", "memory.atomic.wait64"];
/** Opcodes, or prefixes of opcodes, by feature. */
const OPCODES: [Feature, number[]][] = [
  [EXCEPTIONS, [0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f]],
  [TAIL_CALLS, [0x12, 0x13, 0x15]],
  [GC, [0x14, 0xd3, 0xd4, 0xd5, 0xd6, 0xfb]],
  [SIMD, [0xfd]],
];
const OP_ATOMIC = 0xfe;
const OP_TYPED_SELECT = 0x1c;
const OP_REF_NULL = 0xd0;
const OP_END = 0x0b;
const OP_GLOBAL_GET = 0x23;
/** In the alignment of a load or store: the index of a memory follows. */
const NAMES_MEMORY = 0x40;

const V128 = 0x7b;
const EXNREF = 0x69;
const FUNCTION_TYPE = 0x60;
/** i32, i64, f32, f64, funcref, externref. */
const VALUE_TYPES = [0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f];
const NO_RESULT = 0x40;
const TABLE_WITH_VALUE = 0x40;

/** Flags of a memory or table. */
const HAS_MAX = 1;
const IS_SHARED = 2;
const IS_64 = 4;
const HAS_PAGE_SIZE = 8;

/** Flags of an element segment. */
const NOT_ACTIVE = 1;
const NAMES_TABLE = 2;
const HAS_EXPRESSIONS = 4;

/** A feature that was found in a module. */
class Found extends Error {
  constructor(feature: Feature, at: number, name = feature.name) {
    super(`${name} at byte ${at}: ${feature.cure}`);
  }
}

/** Refuses a module with a feature that not every machine has; the message starts with `cell`. */
export function checkFeatures(cell: string, bytes: Uint8Array): void {
  let where = "";
  const within = (name: string) => (where = name);
  try {
    for (const section of sectionsOf(bytes)) checkSection(bytes, section, within);
  } catch (error) {
    if (error instanceof Found) throw new UserError(`${cell}, ${where}: ${messageOf(error)}`);
  }
}

function checkSection(bytes: Uint8Array, section: Section, within: (name: string) => void): void {
  const reader = new Reader(bytes, section.body, section.end);
  const checks: Record<number, [name: string, check: () => void]> = {
    1: ["types", () => each(reader, checkType)],
    4: ["tables", () => each(reader, checkTable)],
    5: ["memories", () => checkMemories(reader)],
    6: ["globals", () => each(reader, checkGlobal)],
    9: ["element segments", () => each(reader, checkElements)],
    10: ["functions", () => checkFunctions(bytes, section, within)],
    11: ["data segments", () => each(reader, checkData)],
    13: ["tags", () => fail(EXCEPTIONS, section.start)],
  };
  const [name, check] = checks[section.id] ?? ["", () => {}];
  within(name);
  check();
}

function fail(feature: Feature, at: number, name?: string): never {
  throw new Found(feature, at, name);
}

function each(reader: Reader, check: (reader: Reader) => void): void {
  for (let left = reader.unsigned(); left > 0; left--) check(reader);
}

function checkType(reader: Reader): void {
  if (reader.byte() !== FUNCTION_TYPE) fail(GC, reader.at - 1);
  each(reader, checkValueType);
  each(reader, checkValueType);
}

function checkValueType(reader: Reader): void {
  const type = reader.byte();
  if (VALUE_TYPES.includes(type)) return;
  fail(type === V128 ? SIMD : type === EXNREF ? EXCEPTIONS : GC, reader.at - 1);
}

function checkTable(reader: Reader): void {
  const valued = reader.bytes[reader.at] === TABLE_WITH_VALUE;
  if (valued) fail(TABLES, reader.at);
  checkValueType(reader);
  checkLimits(reader);
}

function checkMemories(reader: Reader): void {
  const count = reader.unsigned();
  if (count > 1) fail(MEMORIES, reader.at);
  if (count > 0) checkLimits(reader);
}

function checkLimits(reader: Reader): void {
  const at = reader.at;
  const flags = reader.byte();
  if ((flags & HAS_PAGE_SIZE) !== 0) fail(PAGES, at);
  if ((flags & IS_64) !== 0) fail(MEMORY64, at);
  if ((flags & IS_SHARED) !== 0) fail(SHARED, at);
  reader.skipNumber();
  if ((flags & HAS_MAX) !== 0) reader.skipNumber();
}

function checkGlobal(reader: Reader): void {
  checkValueType(reader);
  reader.byte();
  checkConstant(reader);
}

/** An expression of one constant: a cell imports no globals to read. */
function checkConstant(reader: Reader): void {
  const first = checkInstruction(reader);
  if (first.opcode === OP_GLOBAL_GET || reader.bytes[reader.at] !== OP_END) fail(CONSTANTS, first.start);
  reader.byte();
}

function checkElements(reader: Reader): void {
  const flags = reader.unsigned();
  if ((flags & NOT_ACTIVE) === 0) {
    if ((flags & NAMES_TABLE) !== 0) reader.skipNumber();
    checkConstant(reader);
  }
  if ((flags & HAS_EXPRESSIONS) === 0) {
    if ((flags & (NOT_ACTIVE | NAMES_TABLE)) !== 0) reader.byte();
    return each(reader, (one) => one.skipNumber());
  }
  if ((flags & (NOT_ACTIVE | NAMES_TABLE)) !== 0) checkValueType(reader);
  each(reader, checkConstant);
}

function checkData(reader: Reader): void {
  const flags = reader.unsigned();
  if (flags === 2) reader.skipNumber();
  if (flags !== 1) checkConstant(reader);
  const length = reader.unsigned();
  reader.at += length;
}

function checkFunctions(bytes: Uint8Array, section: Section, within: (name: string) => void): void {
  const { importedFunctions, functionNames } = readModule(bytes);
  functionBodies(bytes, section).forEach(({ locals, code, end }, index) => {
    const number = importedFunctions + index;
    within(`function ${functionNames.get(number) ?? number}`);
    each(new Reader(bytes, locals, code), (group) => {
      group.skipNumber();
      checkValueType(group);
    });
    const reader = new Reader(bytes, code, end);
    while (reader.at < end) checkInstruction(reader);
  });
}

function checkInstruction(reader: Reader): Instruction {
  const { bytes, at } = reader;
  const opcode = bytes[at]!;
  const next = bytes[at + 1]!;
  for (const [feature, opcodes] of OPCODES) if (opcodes.includes(opcode)) fail(feature, at);
  if (opcode === OP_ATOMIC && next < WAIT_NAMES.length) fail(WAITS, at, WAIT_NAMES[next]);
  if (opcode === OP_BLOCK || opcode === OP_LOOP || opcode === OP_IF) checkBlockType(bytes, at + 1);
  if (opcode === OP_TYPED_SELECT) each(new Reader(bytes, at + 1), checkValueType);
  if (opcode === OP_REF_NULL) checkValueType(new Reader(bytes, at + 1));
  const access = opcode >= 0x28 && opcode <= 0x3e ? next : opcode === OP_ATOMIC && next >= 0x10 ? bytes[at + 2]! : 0;
  if (access >= NAMES_MEMORY) fail(MEMORIES, at);
  return nextInstruction(reader);
}

/**
 * The type of a block is empty, one value, or the number of a signature, whose first byte is then below 0x40 or above
 * 0x7f.
 */
function checkBlockType(bytes: Uint8Array, at: number): void {
  const type = bytes[at]!;
  if (type > NO_RESULT && type < 0x80) checkValueType(new Reader(bytes, at));
}
