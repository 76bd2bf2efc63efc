/*
 * V8 against native code: every numeric instruction, every load and store, every atomic one, with seeded operands. V8
 * runs the calls here, in order, and native code must return what V8 returns; a trap must become a fault with the
 * matching cause.
 *
 * Each instruction is tried with all operands as parameters, and with the last one a constant, because compilers treat
 * constants differently. Floats are passed as bits, because JavaScript numbers lose the payload of a NaN. Which NaN an
 * arithmetic instruction returns is open, but it must be quiet.
 */
import * as abi from "../../../build/host/abi.js";
import { readModule } from "../../../build/host/pipeline/wasm/module.js";
import { FEATURES } from "../driver.mjs";

/** Calls of each function. */
const CALLS = 6;
const PAGE = 65536;

const INTEGER_UNARY = ["clz", "ctz", "popcnt", "extend8_s", "extend16_s"];
const INTEGER_BINARY = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr".split(" ");
const INTEGER_COMPARED = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split(" ");
const FLOAT_UNARY = ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
const FLOAT_BINARY = ["add", "sub", "mul", "div", "min", "max", "copysign"];
const FLOAT_COMPARED = ["eq", "ne", "lt", "gt", "le", "ge"];
/** Results of these are exact to the bit, NaN or not. */
const EXACT = /\.(abs|neg|copysign|reinterpret)|load|store/;

/** Every instruction without a memory: name, types of operands, type of result. */
function* plainInstructions() {
  for (const t of ["i32", "i64"]) {
    for (const op of [...INTEGER_UNARY, ...(t === "i64" ? ["extend32_s"] : [])]) yield [`${t}.${op}`, [t], t];
    yield [`${t}.eqz`, [t], "i32"];
    for (const op of INTEGER_BINARY) yield [`${t}.${op}`, [t, t], t];
    for (const op of INTEGER_COMPARED) yield [`${t}.${op}`, [t, t], "i32"];
    for (const f of ["f32", "f64"])
      for (const sign of ["s", "u"]) {
        yield [`${t}.trunc_${f}_${sign}`, [f], t];
        yield [`${t}.trunc_sat_${f}_${sign}`, [f], t];
        yield [`${f}.convert_${t}_${sign}`, [t], f];
      }
  }
  for (const t of ["f32", "f64"]) {
    for (const op of FLOAT_UNARY) yield [`${t}.${op}`, [t], t];
    for (const op of FLOAT_BINARY) yield [`${t}.${op}`, [t, t], t];
    for (const op of FLOAT_COMPARED) yield [`${t}.${op}`, [t, t], "i32"];
    yield [`i${t.slice(1)}.reinterpret_${t}`, [t], `i${t.slice(1)}`];
    yield [`${t}.reinterpret_i${t.slice(1)}`, [`i${t.slice(1)}`], t];
  }
  yield ["i32.wrap_i64", ["i64"], "i32"];
  yield ["i64.extend_i32_s", ["i32"], "i64"];
  yield ["i64.extend_i32_u", ["i32"], "i64"];
  yield ["f32.demote_f64", ["f64"], "f32"];
  yield ["f64.promote_f32", ["f32"], "f64"];
}

/** Every instruction on the memory; the first operand is an address. */
function* memoryInstructions() {
  for (const t of ["i32", "i64", "f32", "f64"]) {
    yield [`${t}.load`, ["i32"], t];
    yield [`${t}.store`, ["i32", t], null];
  }
  for (const t of ["i32", "i64"]) {
    const narrow = t === "i32" ? [8, 16] : [8, 16, 32];
    for (const bits of narrow) {
      for (const sign of ["s", "u"]) yield [`${t}.load${bits}_${sign}`, ["i32"], t];
      yield [`${t}.store${bits}`, ["i32", t], null];
      yield [`${t}.atomic.load${bits}_u`, ["i32"], t];
      yield [`${t}.atomic.store${bits}`, ["i32", t], null];
    }
    yield [`${t}.atomic.load`, ["i32"], t];
    yield [`${t}.atomic.store`, ["i32", t], null];
    for (const op of ["add", "sub", "and", "or", "xor", "xchg"])
      for (const bits of ["", ...narrow]) yield [`${t}.atomic.rmw${bits}.${op}${bits && "_u"}`, ["i32", t], t];
    for (const bits of ["", ...narrow]) yield [`${t}.atomic.rmw${bits}.cmpxchg${bits && "_u"}`, ["i32", t, t], t];
  }
}

const outside = (type) => (type[0] === "f" ? `i${type.slice(1)}` : type);
const into = (type, text) => (type[0] === "f" ? `(${type}.reinterpret_${outside(type)} ${text})` : text);
const out = (type, text) => (type?.[0] === "f" ? `(${outside(type)}.reinterpret_${type} ${text})` : text);

/** A function of one instruction; the last operand is the constant `fixed` unless that is undefined. */
function functionText(name, [op, operands, result], fixed) {
  const free = fixed === undefined ? operands : operands.slice(0, -1);
  const given = free.map((type, at) => into(type, `(local.get ${at})`));
  const last = operands.at(-1);
  if (fixed !== undefined)
    given.push(
      into(last, `(${outside(last)}.const ${fixed})`).replace(...(last[0] === "f" ? foldable(last, fixed) : [/$/, ""])),
    );
  const parameters = free.map((type) => outside(type)).join(" ");
  const results = result ? `(result ${outside(result)})` : "";
  return `(func (export "${name}") (param ${parameters}) ${results} ${out(result, `(${op} ${given.join(" ")})`)})`;
}

/** A float as a genuine constant; only then do compilers treat it as one. */
function foldable(type, bits) {
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") view.setUint32(0, Number(bits));
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(bits)));
  const value = type === "f32" ? view.getFloat32(0) : view.getFloat64(0);
  if (Number.isNaN(value)) return [/$/, ""];
  const text = Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf");
  return [/.*/s, `(${type}.const ${text})`];
}

const INTERESTING = {
  i32: [0n, 1n, 2n, 7n, 31n, 32n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0x7fffffffn, 0x80000000n, 0xffffffffn],
  i64: [
    0n,
    1n,
    3n,
    63n,
    64n,
    0x80n,
    0x8000n,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
    (1n << 63n) - 1n,
    1n << 63n,
    (1n << 64n) - 1n,
  ],
  f32: [
    0n,
    0x80000000n,
    0x3f800000n,
    0xbf800000n,
    0x40000000n,
    0x3f000000n,
    0x7f800000n,
    0xff800000n,
    0x7fc00000n,
    0x7fa00000n,
    0xffa00001n,
    1n,
    0x00800000n,
    0x4f000000n,
    0xcf000000n,
    0xcf000001n,
    0x4f800000n,
    0x5f000000n,
    0xdf000000n,
    0x5f800000n,
    0x4b000001n,
  ],
  f64: [
    0n,
    1n << 63n,
    0x3ff0000000000000n,
    0xbff0000000000000n,
    0x4000000000000000n,
    0x3fe0000000000000n,
    0x7ff0000000000000n,
    0xfff0000000000000n,
    0x7ff8000000000000n,
    0x7ff4000000000000n,
    0xfff4000000000001n,
    1n,
    0x0010000000000000n,
    0x41dfffffffc00000n,
    0xc1e0000000000000n,
    0xc1e00000001ccccdn,
    0xc1e0000000200000n,
    0x41efffffffe00000n,
    0x41f0000000000000n,
    0x43e0000000000000n,
    0xc3e0000000000000n,
    0xc3e0000000000001n,
    0x43f0000000000000n,
    0x4330000000000001n,
  ],
};

/** Operands from a seed (Marsaglia's xorshift). */
function operandsOf(seed) {
  let state = BigInt(seed) * 2654435761n + 1n;
  const next = () => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state = BigInt.asUintN(64, state ^ (state << 17n));
    return state >> 11n;
  };
  const below = (limit) => Number(next() % BigInt(limit));
  const any = (type) => {
    if (below(3)) return INTERESTING[type][below(INTERESTING[type].length)];
    return BigInt.asUintN(Number(type.slice(1)), (next() << 30n) ^ next());
  };
  /** Mostly a word that the calls share, sometimes an odd address, and the end of the memory. */
  const address = () =>
    BigInt([8 * below(4), 8 * below(4), below(32), PAGE - 8 + below(12), 0x7ffffff0][below(10) % 5]);
  return { any, address };
}

/** The outcome of a call in V8: { bits } or { causes }. */
function answerOf(run, type) {
  try {
    const value = run();
    return { bits: type === null ? null : BigInt.asUintN(Number(type.slice(1)), BigInt(value)) };
  } catch (error) {
    const cause = CAUSES.find(([words]) => words.test(error.message));
    if (!cause) throw error;
    return { causes: cause[1] };
  }
}

const CAUSES = [
  [/divide by zero|remainder by zero/, [abi.CAUSE_DIVISION]],
  [/divide result unrepresentable/, [abi.CAUSE_OVERFLOW]],
  [/float unrepresentable/, [abi.CAUSE_CONVERSION]],
  [/out of bounds/, [abi.CAUSE_MEMORY, abi.CAUSE_UNALIGNED]],
  [/unaligned/, [abi.CAUSE_UNALIGNED, abi.CAUSE_MEMORY]],
];

/** A group of one module, for native.mjs, with V8's results. */
export function differentialGroup(wabt, seed, name) {
  const { any, address } = operandsOf(seed);
  const functions = [];
  for (const instruction of plainInstructions()) {
    functions.push({ instruction, fixed: undefined });
    const last = instruction[1].at(-1);
    for (const bits of INTERESTING[last].slice(0, 8))
      functions.push({ instruction, fixed: instruction[1].length > 1 ? bits : undefined });
  }
  for (const instruction of memoryInstructions()) functions.push({ instruction, fixed: undefined });
  const distinct = functions.filter(
    ({ fixed }, at) => fixed !== undefined || functions[at - 1]?.instruction !== functions[at].instruction,
  );
  const text = distinct.map(({ instruction, fixed }, at) => functionText(`f${at}`, instruction, fixed)).join("\n");
  const parsed = wabt.parseWat("differ.wat", `(module (memory (export "memory") 1 1)\n${text})`, FEATURES);
  const bytes = parsed.toBinary({}).buffer;
  parsed.destroy();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const module = { name, bytes, shape: readModule(bytes), imports: [] };
  const steps = [{ kind: "module", module, causes: [0] }];
  for (const [at, { instruction, fixed }] of distinct.entries()) {
    const [op, operands, result] = instruction;
    const free = fixed === undefined ? operands : operands.slice(0, -1);
    const inMemory = /load|store|rmw/.test(op);
    for (let call = 0; call < CALLS; call++) {
      const values = free.map((type, place) => (inMemory && place === 0 ? address() : any(type)));
      const given = values.map((value, place) =>
        outside(free[place]) === "i64" ? value : Number(BigInt.asIntN(32, value)),
      );
      const type = result && outside(result);
      const answer = answerOf(() => exports[`f${at}`](...given), type);
      steps.push({
        kind: "call",
        module,
        name: `f${at}`,
        op,
        assertion: "differential",
        args: values.map((bits, place) => ({ type: outside(free[place]), bits })),
        results: resultsOf(op, result, answer),
        causes: answer.causes ?? [0],
      });
    }
  }
  module.group = { modules: [module], steps, script: "V8" };
  return module.group;
}

function resultsOf(op, result, { bits }) {
  if (result === null || bits === undefined) return [];
  const type = outside(result);
  if (result[0] !== "f" || EXACT.test(op)) return [{ type, bits }];
  const quiet = result === "f32" ? 0x7fc00000n : 0x7ff8000000000000n;
  const infinite = result === "f32" ? 0x7f800000n : 0x7ff0000000000000n;
  const isNan =
    (bits & infinite) === infinite &&
    (bits & (infinite - 1n) & (result === "f32" ? 0x7fffffn : 0xfffffffffffffn)) !== 0n;
  return [isNan ? { type, mask: quiet } : { type, bits }];
}
