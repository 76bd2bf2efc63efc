/*
 * The C text of a suite: the groups' steps as functions that call what wasm2c wrote, and the table of images. `header`
 * of a module has the names and types of its exports in C.
 */

/**
 * The exports of a module, in the same order as in its header: name, and the C function's name and result type.
 */
export function exportsOf(header, { exports }) {
  const found = [...header.matchAll(/\/\* export: '.*' \*\/\n(.+?) ?(\w+)\((?=w2c_)/g)];
  if (found.length !== exports.length) throw new Error(`${found.length} exports in C, not ${exports.length}`);
  return new Map(found.map(([, result, symbol], index) => [exports[index].name, { result, symbol }]));
}

export const PRELUDE = `#include "suite.h"
#include "kernel.h"
static inline f32 as_f32(u32 bits) { f32 value; __builtin_memcpy(&value, &bits, 4); return value; }
static inline f64 as_f64(u64 bits) { f64 value; __builtin_memcpy(&value, &bits, 8); return value; }
static inline u32 bits_f32(f32 value) { u32 bits; __builtin_memcpy(&bits, &value, 4); return bits; }
static inline u64 bits_f64(f64 value) { u64 bits; __builtin_memcpy(&bits, &value, 8); return bits; }
`;

/** A host reference is its number plus one, so that it is not null. */
function literal({ type, bits, what, value }) {
  if (type === "i32") return `${bits}u`;
  if (type === "i64") return `${bits}ull`;
  if (type === "f32") return `as_f32(${bits}u)`;
  if (type === "f64") return `as_f64(${bits}ull)`;
  if (type === "externref") return what === "ref.null" ? "NULL" : `(void *)${Number(value) + 1}`;
  return "wasm_rt_funcref_null_value";
}

/** Whether `found` differs from `expected`, in C. */
function differs(expected, found) {
  const { type, nan, bits, what, mask } = expected;
  if (mask) return `(${found} & ${mask}ull) != ${mask}ull`;
  if (nan === "canonical")
    return type === "f32"
      ? `(bits_f32(${found}) & 0x7fffffff) != 0x7fc00000`
      : `(bits_f64(${found}) & 0x7fffffffffffffff) != 0x7ff8000000000000`;
  if (nan)
    return type === "f32"
      ? `(bits_f32(${found}) & 0x7fc00000) != 0x7fc00000`
      : `(bits_f64(${found}) & 0x7ff8000000000000) != 0x7ff8000000000000`;
  if (type[0] === "f" && type !== "funcref") return `bits_${type}(${found}) != ${bits}${type === "f32" ? "u" : "ull"}`;
  if (type === "funcref") return what === "ref.null" ? `${found}.func != NULL` : `${found}.func == NULL`;
  return `${found} != ${literal(expected)}`;
}

/** The letter with which wasm2c names a type in a struct of results. */
const LETTER = { i32: "i", i64: "j", f32: "f", f64: "d", externref: "e", funcref: "r" };

function callText({ module, name, args, results }, exported) {
  const { symbol, result } = exported.get(name);
  const call = `${symbol}(&g->${module.name}${args.map((each) => `, ${literal(each)}`).join("")})`;
  if (!results.length) return `${call};`;
  const member = (at) => (results.length === 1 ? "r" : `r.${LETTER[results[at].type]}${at}`);
  const wrong = results.map((expected, at) => differs(expected, member(at))).join(" || ");
  return `${result} r = ${call}; if (${wrong}) suite_wrong();`;
}

function stepText(step, { exported, importOrder }) {
  const { module, kind } = step;
  if (kind === "call") return callText(step, exported);
  if (kind === "get")
    return `if (${differs(step.results[0], `*${exported.get(step.name).symbol}(&g->${module.name})`)}) suite_wrong();`;
  const imports = importOrder.map((name) => `, ${name === "spectest" ? "NULL" : `&g->${name}`}`);
  return `wasm2c_${module.name}_instantiate(&g->${module.name}${imports.join("")});`;
}

/** The C text of some groups; `generated` has the C of each module. Step numbers start at `first`. */
export function groupsText(groups, generated, first) {
  const out = [PRELUDE];
  let number = first;
  for (const { modules } of groups) for (const { name } of modules) out.push(`#include "${name}.h"`);
  for (const [index, { modules, steps, id }] of groups.entries()) {
    out.push(`struct group_${id} { ${modules.map(({ name }) => `w2c_${name} ${name};`).join(" ")} };`);
    const rows = steps.map((step, at) => {
      out.push(
        `static void s${index}_${at}(void *instances) { struct group_${id} *g = instances; ${stepText(step, generated.get(step.module))} }`,
      );
      step.number = number++;
      return `  {s${index}_${at}, ${step.number}, {${step.causes[0]}, ${step.causes.at(-1)}}},`;
    });
    out.push(`const struct suite_step steps_${id}[] = {`, ...rows, "};");
  }
  return { text: out.join("\n") + "\n", next: number };
}

/**
 * The tables of all groups, and kernel calls that must exist though nothing makes them. `kernelHeader` is the real
 * kernel's.
 */
export function tablesText(groups, kernelHeader) {
  const calls = [...kernelHeader.matchAll(/^(\w+ w2c_kernel_sys_\w+\(.*\));$/gm)].map(
    ([, head]) => `${head} {${head.startsWith("void") ? "" : " return 0; "}}`,
  );
  const ids = groups.map(({ id }) => id);
  return `#include "suite.h"
#include "kernel.h"
${calls.join("\n")}
${groups.map(({ id, steps }) => `extern const struct suite_step steps_${id}[${steps.length}];`).join("\n")}
const struct suite_group suite_groups[] = {
${groups.map(({ id, steps }) => `  {steps_${id}, ${steps.length}},`).join("\n")}
};
const uint32_t suite_groups_count = ${ids.length};
${groups.flatMap(({ modules }) => modules.map(({ name }) => `#include "${name}.h"`)).join("\n")}
const struct image images[] = {
${groups.map(({ modules }) => `  {(const uint8_t *)&suite_record, IMAGE_PORTS, sizeof(struct { ${modules.map(({ name }) => `w2c_${name} ${name};`).join(" ")} }), suite_instantiate, suite_run_steps, {{0}}},`).join("\n")}
};
const uint32_t images_count = ${ids.length};
`;
}
