/*
 * Turns a script of the test suite into modules that check themselves: each module of the script goes through
 * containment (host/pipeline/passes/contain), and one more module, the driver, makes the script's calls and compares
 * the results.
 *
 *   m0, m1, ...   the contained modules        check   fail(step)        spectest, watchdog   what they may import
 *   driver        s0, s1, ...: one step each; _start: all of them
 *
 * A step clears the module's fault, calls, and compares the fault with the cause that the assertion implies, and for
 * assert_return the results bit for bit. If the engine traps, the test fails. Once a call cannot be made (it passes a
 * host reference), or a module is linked to another, the state of those modules is unknown and they are skipped.
 */
import * as abi from "../../build/host/abi.js";
import { contain } from "../../build/host/pipeline/passes/contain/contain.js";
import { checkInstructions } from "../../build/host/pipeline/wasm/check.js";
import { readModule } from "../../build/host/pipeline/wasm/module.js";
import { readScript } from "./wast.mjs";

export const FEATURES = {
  bulk_memory: true,
  reference_types: true,
  sign_extension: true,
  sat_float_to_int: true,
  multi_value: true,
  mutable_globals: true,
  threads: true,
};
const PAGES_MAX = 65535;
/** These trap on a memory that is not shared, and a cell's memory is private. */
const WAITS = /^"memory\.atomic\.wait/;

/** The cause for a trap's message. A conversion has its own cause, but the same message as a division. */
const CAUSES = [
  [/^out of bounds memory access|^out of bounds table access/, [abi.CAUSE_MEMORY]],
  [/^integer divide by zero/, [abi.CAUSE_DIVISION]],
  [/^integer overflow/, [abi.CAUSE_OVERFLOW, abi.CAUSE_CONVERSION]],
  [/^invalid conversion to integer/, [abi.CAUSE_CONVERSION]],
  [/^undefined|^uninitialized|^indirect call/, [abi.CAUSE_INDIRECT]],
  [/^unreachable/, [abi.CAUSE_UNREACHABLE]],
  [/^call stack exhausted/, [abi.CAUSE_STACK]],
  [/^unaligned atomic/, [abi.CAUSE_UNALIGNED]],
  [/^expected shared memory/, [abi.CAUSE_UNREACHABLE]],
];

/** Functions that the suite's modules import. */
export const SPECTEST = `(module (func (export "print")) (func (export "print_i32") (param i32))
  (func (export "print_i64") (param i64)) (func (export "print_f32") (param f32)) (func (export "print_f64") (param f64))
  (func (export "print_i32_f32") (param i32 f32)) (func (export "print_f64_f64") (param f64 f64)))`;

/** Runs the modules of a script through containment and writes the driver. `wabt` reads the text format. */
export function prepare(wabt, text) {
  const script = { modules: [], steps: [], refused: [], driver: null };
  const byId = new Map();
  let current = null;
  for (const one of readScript(text)) {
    if (one.kind === "module") {
      current = addModule(wabt, script, one.text);
      if (one.id) byId.set(one.id, current);
      if (current) addStart(script, current, [0], "start");
    } else if (one.kind === "trap-module") {
      const made = addModule(wabt, script, one.text);
      if (made) addStart(script, made, causesOf(one.message), "trap");
    } else if (one.name && one.kind !== "get") {
      const module = one.id ? byId.get(one.id) : current;
      if (module) addCall(script, module, one);
    }
  }
  if (script.steps.length) script.driver = assemble(wabt, driverText(script));
  return script;
}

export function assemble(wabt, text) {
  const module = wabt.parseWat("driver.wat", text, FEATURES);
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** The contained module, or null after adding the reason to `refused`. */
function addModule(wabt, script, text) {
  let bytes;
  try {
    bytes = assemble(wabt, text);
  } catch {
    script.refused.push("text that wabt does not read");
    return null;
  }
  const shape = readModule(bytes);
  const foreign = shape.imports.find(({ module, type }) => module !== "spectest" || !type.startsWith("("));
  if (foreign) {
    if (foreign.module !== "spectest") for (const module of script.modules) module.unknown = true;
    script.refused.push("imports, as no cell has them");
    return null;
  }
  const { min, max } = shape.memories[0] ?? { min: 0, max: 0 };
  try {
    checkInstructions("module", bytes);
    const most = Math.min(max ?? PAGES_MAX, PAGES_MAX);
    const contained = contain(bytes, [], min, Math.max(most, min), () => true).bytes;
    const types = new Map(shape.exports.map(({ name, type }) => [name, type]));
    return script.modules[script.modules.push({ contained, types }) - 1];
  } catch (error) {
    script.refused.push(
      error.message
        .replace(/^module: /, "")
        .replace(/ at byte \d+/, "")
        .replace(/0x\w+( \w+)?/, "0x.."),
    );
    return null;
  }
}

export function causesOf(message) {
  const found = CAUSES.find(([words]) => words.test(message));
  if (!found) throw new Error(`no cause is known for the trap "${message}"`);
  return found[1];
}

function addStart(script, module, causes, kind) {
  script.steps.push({
    kind,
    module: script.modules.indexOf(module),
    name: '"rumpk_start"',
    type: "()",
    args: [],
    results: [],
    causes,
  });
}

function addCall(script, module, { kind, name, args, results, message }) {
  const type = module.types.get(name.slice(1, -1));
  const isPlain = (constant) => /^\((?:[if]\d\d\.const|ref\.null)\b/.test(constant);
  if (module.unknown || !type?.startsWith("(")) return;
  if (!args.every(isPlain)) {
    module.unknown = true;
    return;
  }
  const step = { kind, module: script.modules.indexOf(module), name, type, args, results, causes: [0] };
  if (kind === "trap" || kind === "exhaustion") step.causes = causesOf(message);
  if (kind === "return" && WAITS.test(name))
    Object.assign(step, { results: [], causes: causesOf("expected shared memory") });
  script.steps.push(step);
}

function wat(type) {
  const [parameters, result] = type.split(" -> ");
  const types = parameters.slice(1, -1).replaceAll(",", "");
  return `${types ? `(param ${types})` : ""} ${result ? `(result ${result.replaceAll(",", "")})` : ""}`;
}

function driverText({ modules, steps }) {
  const globals = modules.map((_, index) => `(import "m${index}" "rumpk_fault" (global $fault${index} (mut i32)))`);
  const imports = steps.map(
    ({ module, name, type }, index) => `(import "m${module}" ${name} (func $f${index} ${wat(type)}))`,
  );
  return `(module
${[...globals, ...imports].join("\n")}
(import "check" "fail" (func $fail (param i32)))
(memory (export "memory") 1)
${steps.map(stepText).join("\n")}
(func (export "_start") ${steps.map((_, index) => `(call $s${index})`).join(" ")}))`;
}

function stepText({ module, type, args, results, causes }, index) {
  const types = type.split(" -> ")[1]?.split(", ") ?? [];
  const locals = types.map((each, at) => `(local $r${at} ${each})`).join(" ");
  const keep = types.map((_, at) => `(local.set $r${types.length - 1 - at})`).join(" ");
  const fault = `(global.get $fault${module})`;
  const wrong = causes.map((cause) => `(i32.ne ${fault} (i32.const ${cause}))`).reduce((a, b) => `(i32.and ${a} ${b})`);
  const fail = `(then (call $fail (i32.const ${index})))`;
  const compared = results.map((expected, at) => comparison(expected, at)).filter(Boolean);
  return `(func $s${index} (export "s${index}") ${locals}
  (global.set $fault${module} (i32.const 0))
  ${args.join(" ")} (call $f${index}) ${keep}
  (if ${wrong} ${fail}) ${compared.map((differs) => `(if ${differs} ${fail})`).join(" ")})`;
}

/** Code that tests whether result `at` differs; null for a result that the suite leaves open. */
function comparison(expected, at) {
  const [, type] = /^\(([if]\d\d)\.const/.exec(expected) ?? [];
  if (!type || /nan:(canonical|arithmetic)/.test(expected)) return null;
  const found = `(local.get $r${at})`;
  if (type[0] === "i") return `(${type}.ne ${found} ${expected})`;
  const bits = `i${type.slice(1)}`;
  return `(${bits}.ne (${bits}.reinterpret_${type} ${found}) (${bits}.reinterpret_${type} ${expected}))`;
}
