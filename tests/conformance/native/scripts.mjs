/*
 * Turns scripts of the WebAssembly test suite into groups of modules with steps, and a list of what does not apply. A
 * group lives in one cell: modules that import from each other. Its steps, in the script's order:
 *
 *   { kind: "module", module, causes }                       the module is instantiated; a fault is its start's
 *   { kind: "call", module, name, args, results, causes }    causes [0] when it returns
 *   { kind: "get", module, name, results }
 *
 * Every assertion of a script ends up as a step or in `refused`, by its reason.
 */
import { STATIC_OFFSET_MAX, checkInstructions } from "../../../build/host/pipeline/wasm/check.js";
import { readModule } from "../../../build/host/pipeline/wasm/module.js";
import { eachInstruction, functionBodies } from "../../../build/host/pipeline/wasm/opcodes.js";
import { Reader, sectionsOf, unsignedBytes, withSections } from "../../../build/host/pipeline/wasm/reader.js";
import { FEATURES, causesOf } from "../driver.mjs";
import { readScript } from "../wast.mjs";

const SECTION_IMPORTS = 2;
const SECTION_CODE = 10;
const OP_ATOMIC = 0xfe;
const BACKSLASH = 0x5c;
/** The kinds of forms from readScript that assert something about code. */
const ASSERTS = new Set(["return", "trap", "exhaustion", "get", "trap-module"]);

/** Reads a script. `wabt` reads the text format. `nextName` gives modules names that are unique over all scripts. */
export function readGroups(wabt, original, nextName) {
  const text = adapted(original);
  const script = { modules: [], refused: [], steps: [], registered: new Map(), byId: new Map(), current: null };
  for (const one of readScript(text)) {
    if (one.kind === "module") addModule(wabt, script, one, [0], nextName, false);
    else if (one.kind === "trap-module") addModule(wabt, script, one, causesOf(one.message), nextName, true);
    else if (one.kind === "register") script.registered.set(one.as, one.id ? script.byId.get(one.id) : script.current);
    else if (one.name) addCall(script, one);
    else if (one.form?.startsWith("assert_")) script.refused.push({ reason: one.form, assertion: false });
  }
  readConstants(wabt, script.steps);
  return { groups: grouped(script), refused: script.refused };
}

/**
 * A script adapted to cells: a shared memory becomes private, so that its atomic instructions can be tested; a static
 * offset beyond the guard, which the build refuses, becomes the largest that it accepts; wait and notify, which wasm2c
 * does not translate, are removed.
 */
function adapted(text) {
  return text
    .replace(/\(memory (\d+ \d+) shared\)/g, "(memory $1)")
    .replaceAll("offset=4294967295", `offset=${STATIC_OFFSET_MAX}`)
    .replace(/\(func \(export "memory\.atomic\.\w+"\).*\n.*\(memory\.atomic\..*/g, "");
}

function addModule(wabt, script, { text, id, kind }, causes, nextName, trap) {
  const module = { name: nextName(), group: null, imports: [] };
  module.reason = refusal(wabt, script, module, text);
  if (!trap) {
    script.current = module;
    if (id) script.byId.set(id, module);
  }
  if (module.reason) {
    if (ASSERTS.has(kind)) script.refused.push({ reason: module.reason, assertion: true });
    return;
  }
  module.group = { modules: [module], steps: [] };
  for (const other of module.imports) join(other.group, module.group);
  script.modules.push(module);
  script.steps.push({ kind: "module", module, causes, assertion: trap ? "trap" : null });
}

/** Merges two groups. */
function join(a, b) {
  if (a === b) return;
  a.modules.push(...b.modules);
  for (const module of b.modules) module.group = a;
}

/** Why a module has no native code; null when it has. Fills in its bytes and imports. */
function refusal(wabt, script, module, text) {
  try {
    const parsed = wabt.parseWat("module.wat", Buffer.from(text).toString("latin1"), FEATURES);
    try {
      module.bytes = parsed.toBinary({}).buffer;
    } finally {
      parsed.destroy();
    }
  } catch {
    return "text that wabt does not read";
  }
  try {
    module.shape = readModule(module.bytes);
    checkInstructions("module", module.bytes);
    if (waits(module.bytes)) return "wait and notify, which wasm2c does not translate";
  } catch (error) {
    return error.message
      .replace(/^module: /, "")
      .replace(/ at byte \d+/, "")
      .replace(/0x\w+( \w+)?/, "0x..");
  }
  return memoryRefusal(module) ?? importRefusal(script, module);
}

/** memory.atomic.notify, wait32 and wait64. */
function waits(bytes) {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_CODE);
  let found = false;
  for (const body of section ? functionBodies(bytes, section) : [])
    eachInstruction(bytes, body, ({ opcode, sub }) => (found ||= opcode === OP_ATOMIC && sub < 3));
  return found;
}

function memoryRefusal({ shape }) {
  if (shape.memories.length > 1) return "a second memory";
  if (shape.memories.some(({ shared }) => shared)) return "a shared memory";
  return null;
}

function importRefusal(script, module) {
  const names = new Map();
  for (const { module: from, name, type } of module.shape.imports) {
    if (from === "spectest") {
      if (type === "memory" || type.startsWith("table")) return `an import of spectest's ${type.split(" ")[0]}`;
      continue;
    }
    const other = script.registered.get(from);
    if (!other) return "an import of nothing";
    if (other.reason) return `an import of a module with ${other.reason}`;
    if (!other.shape.exports.some((each) => each.name === name)) return "an import of nothing";
    names.set(from, other.name);
    if (!module.imports.includes(other)) module.imports.push(other);
  }
  module.bytes = renameImports(module.bytes, names);
  const together = new Set([module, ...module.imports.flatMap((other) => other.group.modules)]);
  return [...together].filter(({ shape }) => shape.memories.length).length > 1 ? "a second memory in one cell" : null;
}

function addCall(script, one) {
  const module = one.id ? script.byId.get(one.id) : script.current;
  const assertion = ASSERTS.has(one.kind);
  const refuse = (reason) => script.refused.push({ reason, assertion });
  if (!module) return refuse("a module that is not there");
  if (module.reason) return refuse(module.reason);
  const { args, results, message, kind } = one;
  const name = stringOf(one.name.slice(1, -1));
  if (!module.shape.exports.some((each) => each.name === name))
    return refuse("wait and notify, which wasm2c does not translate");
  const step = {
    kind: kind === "get" ? "get" : "call",
    module,
    name,
    args: args.map(constant),
    results: results.map(constant),
  };
  step.causes = kind === "trap" || kind === "exhaustion" ? causesOf(message) : [0];
  step.assertion = kind === "exhaustion" ? "exhaustion" : kind;
  script.steps.push(step);
}

const ESCAPES = { n: 10, t: 9, r: 13 };

/** The string for a literal of the text format without its quotes, or for wasm2c's comment: \\hh is a byte. */
export function stringOf(literal) {
  const bytes = Buffer.from(literal);
  const out = [];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== BACKSLASH) {
      out.push(bytes[at]);
      continue;
    }
    const rest = bytes.subarray(at + 1, at + 10).toString("latin1");
    const [, unicode, hex] = /^(?:u\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest) ?? [];
    if (unicode) out.push(...Buffer.from(String.fromCodePoint(parseInt(unicode, 16))));
    else out.push(hex ? parseInt(hex, 16) : (ESCAPES[rest[0]] ?? rest.charCodeAt(0)));
    at += unicode ? unicode.length + 3 : hex ? 2 : 1;
  }
  return Buffer.from(out).toString();
}

/** { type, text } of a constant; readConstants fills in its bits. */
function constant(text) {
  const nan = /^\((f\d\d)\.const\s+nan:(canonical|arithmetic)\)/.exec(text);
  if (nan) return { type: nan[1], nan: nan[2] };
  const number = /^\(([if]\d\d)\.const\b/.exec(text);
  if (number) return { type: number[1], text };
  const [, what, value] = /^\((ref\.\w+)\s*([^\s)]*)\)/.exec(text);
  return { type: what === "ref.func" || value === "func" ? "funcref" : "externref", what, value };
}

/** The bits of all constants of a script, from one module that wabt makes of them. */
function readConstants(wabt, steps) {
  const numbers = steps.flatMap(({ args = [], results = [] }) => [...args, ...results]).filter(({ text }) => text);
  if (!numbers.length) return;
  const parsed = wabt.parseWat(
    "constants.wat",
    `(module (func ${numbers.map(({ text }) => `(drop ${text})`).join(" ")}))`,
    FEATURES,
  );
  const bytes = parsed.toBinary({}).buffer;
  parsed.destroy();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [body] = functionBodies(
    bytes,
    sectionsOf(bytes).find(({ id }) => id === SECTION_CODE),
  );
  let next = 0;
  eachInstruction(bytes, body, ({ opcode, start, end }) => {
    if (opcode === 0x41 || opcode === 0x42)
      numbers[next++].bits = signed(bytes, start + 1, end, opcode === 0x41 ? 32 : 64);
    else if (opcode === 0x43) numbers[next++].bits = BigInt(view.getUint32(start + 1, true));
    else if (opcode === 0x44) numbers[next++].bits = view.getBigUint64(start + 1, true);
  });
}

/** A LEB128 number as an unsigned one of `width` bits. */
function signed(bytes, start, end, width) {
  let value = 0n;
  for (let at = start; at < end; at++) value |= BigInt(bytes[at] & 0x7f) << BigInt(7 * (at - start));
  return BigInt.asUintN(width, BigInt.asIntN(7 * (end - start), value));
}

/** Adds steps to their groups. */
function grouped({ modules, steps }) {
  for (const step of steps) step.module.group.steps.push(step);
  return [...new Set(modules.map(({ group }) => group))];
}

/** The module, importing from modules under other names. */
function renameImports(bytes, names) {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION_IMPORTS);
  if (!section || !names.size) return bytes;
  const reader = new Reader(bytes, section.body, section.end);
  const out = [...bytes.subarray(section.body, (reader.unsigned(), reader.at))];
  while (reader.at < section.end) {
    const from = reader.name();
    const rest = reader.at;
    reader.name();
    skipDescription(reader);
    const name = Buffer.from(names.get(from) ?? from);
    out.push(...unsignedBytes(name.length), ...name, ...bytes.subarray(rest, reader.at));
  }
  return withSections(bytes, new Map([[SECTION_IMPORTS, Uint8Array.from(out)]]));
}

/** function: type; table and memory: limits; global: type, mutable. */
function skipDescription(reader) {
  const kind = reader.byte();
  if (kind === 0) return void reader.unsigned();
  if (kind === 3) return void (reader.at += 2);
  if (kind === 1) reader.byte();
  const hasMaximum = reader.byte() & 1;
  reader.unsigned();
  if (hasMaximum) reader.unsigned();
}
