/*
 * Repairs four places where the C code of wasm2c 1.0.39, or what a C compiler makes of it, computes something other
 * than WebAssembly specifies. Each names the exact text that it replaces and fails the build when that text is missing.
 *
 * 1. Atomic instructions on a memory that is not shared are plain copies: they order nothing, a read-modify-write
 *     returns the new value, and a failed comparison returns the expected value. They become the compiler's
 *     sequentially consistent operations.
 * 2. A conversion of a float that fits no integer traps with the cause of a division overflow: it gets its own.
 * 3. The compiler simplifies x * 1, x / 1, x + -0 and x - 0 to x, but a signalling NaN must become quiet. These
 *     constants are hidden from it.
 * 4. The compiler removes a load whose result is dropped, and with it the fault that the specification requires.
 *     A load right before `drop` stays. Other useless loads, such as one into a local that is never read, may go:
 *     docs/security.md says so.
 */
import { UserError } from "../errors.js";
import { eachInstruction, functionBodies } from "../wasm/opcodes.js";
import { sectionsOf } from "../wasm/reader.js";
import { definitions, reachable } from "./lines.js";

const SECTION_CODE = 10;
const OP_DROP = 0x1a;

/** A macro's lines, which wasm2c ends with a backslash at some column. */
const lines = (...texts: string[]) =>
  new RegExp(texts.map((text) => `    ${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")} *\\\\\n`).join(""));

const AT = "MEM_ADDR(mem, addr, sizeof(t1))";
const ORDER = "__ATOMIC_SEQ_CST";
/** The body of a macro in wasm2c's output, and in ours. */
const ATOMICS: readonly (readonly [RegExp, string])[] = [
  [lines(`wasm_rt_memcpy(&result, ${AT}, sizeof(t1));`), `result = __atomic_load_n((t1*)${AT}, ${ORDER});`],
  [
    lines(
      "t1 ret;",
      `wasm_rt_memcpy(&ret, ${AT}, sizeof(t1));`,
      "ret = ret op wrapped;",
      `wasm_rt_memcpy(${AT}, &ret, sizeof(t1));`,
    ),
    `t1 ret = __atomic_##opname((t1*)${AT}, wrapped, ${ORDER});`,
  ],
  [
    lines("t1 ret;", `wasm_rt_memcpy(&ret, ${AT}, sizeof(t1));`, `wasm_rt_memcpy(${AT}, &wrapped, sizeof(t1));`),
    `t1 ret = __atomic_##opname##_n((t1*)${AT}, wrapped, ${ORDER});`,
  ],
  [lines(`wasm_rt_memcpy(${AT}, &wrapped, sizeof(t1));`), `__atomic_store_n((t1*)${AT}, wrapped, ${ORDER});`],
];

const PLAIN_EXCHANGE =
  / {4}t2 ret; *\\\n {4}wasm_rt_memcpy\(&ret, MEM_ADDR\(mem, addr, sizeof\(t2\)\), sizeof\(t2\)\); *\\\n(?:.*\\\n){3} {4}\} *\\\n/;
const EXCHANGE = `    t2* at = (t2*)MEM_ADDR(mem, addr, sizeof(t2)); \\
    __atomic_compare_exchange_n(at, &expected_wrapped, replacement_wrapped, 0, ${ORDER}, ${ORDER}); \\
`;

const TRUNC_MACROS = /#define TRUNC_[SU]\(.*\\\n(?:.*\\\n)*.*TRAP\(INT_OVERFLOW\)/g;

const CONSTANT = /^( +var_([fd])\d+ = )(-?[01](?:\.0|\.f)?);$/gm;
const ZERO_LOCAL = /^( +f(32|64) var_l\d+ = )(0);$/gm;
const HIDDEN = `#if defined(__riscv)
#define RUMPK_IN_REGISTER "+f"
#elif defined(__aarch64__)
#define RUMPK_IN_REGISTER "+w"
#else
#define RUMPK_IN_REGISTER "+x"
#endif
static __attribute__((nodebug, always_inline)) inline f32 rumpk_hidden_f(f32 value) {
  __asm__("" : RUMPK_IN_REGISTER(value));
  return value;
}
static __attribute__((nodebug, always_inline)) inline f64 rumpk_hidden_d(f64 value) {
  __asm__("" : RUMPK_IN_REGISTER(value));
  return value;
}
/* The value was computed, whatever becomes of it. */
#define RUMPK_COMPUTED(value)                       \\
  do {                                              \\
    __typeof__(value) computed = value;             \\
    __asm__ volatile("" : : "m"(computed));         \\
  } while (0)
`;
const FIRST_FLOAT = "\nDEFINE_REINTERPRET(f32_reinterpret_i32, u32, f32)\n";

const LOAD = /^ +(var_\w+) = [if](?:32|64)_load/;

/** Repairs the cured C text of a module. */
export function repair(name: string, text: string, wasm: Uint8Array): string {
  const missing = (what: string) => new UserError(`wasm2c output of ${name}: ${what} is not where it was`);
  let repaired = repairAtomics(text, missing);
  if (repaired.match(TRUNC_MACROS)?.length !== 2) throw missing("the cause of a conversion");
  repaired = repaired.replace(TRUNC_MACROS, (macro) => macro.replace(/INT_OVERFLOW\)$/, "INVALID_CONVERSION)"));
  if (!repaired.includes(FIRST_FLOAT)) throw missing("the first function of floats");
  repaired = repaired
    .replace(FIRST_FLOAT, `\n${HIDDEN}${FIRST_FLOAT}`)
    .replace(CONSTANT, "$1rumpk_hidden_$2($3);")
    .replace(ZERO_LOCAL, (_, before, bits, zero) => `${before}rumpk_hidden_${bits === "32" ? "f" : "d"}(${zero});`);
  return keepDroppedLoads(name, repaired, wasm);
}

/** Without atomic instructions in the module, wasm2c writes none of their macros. */
function repairAtomics(text: string, missing: (what: string) => UserError): string {
  if (!text.includes("DEFINE_ATOMIC_")) return text;
  let repaired = text;
  for (const [plain, real] of ATOMICS) {
    if (!plain.test(repaired)) throw missing(`the text that becomes ${real}`);
    repaired = repaired.replace(plain, () => `    ${real} \\\n`);
  }
  if (!PLAIN_EXCHANGE.test(repaired)) throw missing("the comparison and exchange");
  return repaired.replace(PLAIN_EXCHANGE, EXCHANGE);
}

/** After each load whose result is dropped: marks the value as used. */
function keepDroppedLoads(name: string, text: string, wasm: Uint8Array): string {
  const section = sectionsOf(wasm).find(({ id }) => id === SECTION_CODE);
  if (!section) return text;
  const out = text.split("\n");
  const places = definitions(out);
  const bodies = functionBodies(wasm, section);
  if (places.length !== bodies.length) throw new UserError(`wasm2c output of ${name}: ${places.length} functions`);
  for (const [index, body] of bodies.entries()) {
    const loads: number[] = [];
    reachable(wasm, body, (kind, at) => kind === "load" && loads.push(at));
    const dropped = new Set<number>();
    let last = 0;
    eachInstruction(wasm, body, ({ opcode, start }) => {
      if (opcode === OP_DROP) dropped.add(last);
      last = start;
    });
    if (!loads.some((at) => dropped.has(at))) continue;
    const { start, end } = places[index]!;
    const shown = Array.from({ length: end - start }, (_, at) => start + at).filter((at) => LOAD.test(out[at]!));
    if (shown.length !== loads.length) throw new UserError(`wasm2c output of ${name}: loads of function ${index}`);
    for (const [number, at] of shown.entries())
      if (dropped.has(loads[number]!)) out[at] += ` RUMPK_COMPUTED(${LOAD.exec(out[at]!)![1]!});`;
  }
  return out.join("\n");
}
