/*
 * Three cures for the C code that wasm2c 1.0.39 writes (the fourth, -U__GNUC__, is a compiler flag). Each names the exact
 * text that it replaces and fails the build when that text is missing, so that another wasm2c is noticed.
 *
 *  1. The base of a linear memory is loaded again after every store, because the compiler must assume that the store
 *     changed it. A guarded memory never moves, so the load is an asm without side effects: hoistable, and only done
 *     once. The same holds for the pointer to the kernel's imported memory.
 *  2. Such a load must not be hoisted over the call that makes the memory: data segments are copied through plain loads,
 *     and behind init_memories the instance is passed through a barrier before any other code uses it.
 *  3. wasm2c's own helpers have no debug information, so that an access belongs to the line of the module's source that
 *     makes it, not to a line of the helper.
 */
import { UserError } from "../errors.js";

const MEM_ADDR = "#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])\n";
const LOAD_DATA = "    load_data(MEM_ADDR(&m, o, s), i, s); \\\n";
const MEMORIES_MADE = "\n  init_memories(instance);\n";
const KERNEL_MEMORY = "instance->w2c_env_memory";

const HOISTABLE = `#if defined(__riscv)
#define RUMPK_POINTER_AT "ld %0, 0(%1)"
#elif defined(__aarch64__)
#define RUMPK_POINTER_AT "ldr %0, [%1]"
#else
#define RUMPK_POINTER_AT "movq (%1), %0"
#endif
static inline void *rumpk_pointer_at(const void *place) {
  void *pointer;
  __asm__(RUMPK_POINTER_AT : "=r"(pointer) : "r"(place));
  return pointer;
}
#define MEM_ADDR(mem, addr, n) ((u8 *)rumpk_pointer_at(&(mem)->data) + (addr))
`;

/** What follows on the helpers: the first line that names something of the module. */
const MODULE = /\n(?=\S.*\bw2c_\w+\(|FUNC_TYPE)/;
const HELPER = /\bstatic (?!const)/g;

/** Cures the C text of one module; `name` is for the message when wasm2c has changed. */
export function cure(name: string, text: string): string {
  let cured = replaceOnce(name, withoutHelperLines(name, text), MEM_ADDR, HOISTABLE);
  cured = replaceOnce(name, cured, LOAD_DATA, "    load_data(&(m).data[o], i, s);       \\\n");
  if (!text.includes(KERNEL_MEMORY)) {
    return replaceOnce(
      name,
      cured,
      MEMORIES_MADE,
      `${MEMORIES_MADE}  __asm__ volatile("" : "+r"(instance) : : "memory");\n`,
    );
  }
  return cureImportedMemory(name, cured);
}

function replaceOnce(name: string, text: string, pattern: string, replacement: string): string {
  const parts = text.split(pattern);
  if (parts.length === 2) return parts.join(replacement);
  throw new UserError(`wasm2c output of ${name}: expected once, found ${parts.length - 1} times: ${pattern.trim()}`);
}

function withoutHelperLines(name: string, text: string): string {
  const end = MODULE.exec(text)?.index ?? 0;
  const helpers = text.slice(0, end);
  if (!HELPER.test(helpers)) throw new UserError(`wasm2c output of ${name}: no helpers in front of the module`);
  return helpers.replaceAll(HELPER, "static __attribute__((nodebug)) ") + text.slice(end);
}

/** The kernel's memory is made before its instance, but the instance learns of it in init_instance_import. */
function cureImportedMemory(name: string, text: string): string {
  const barrier = `  __asm__ volatile("" : "+r"(instance) : : "memory");\n`;
  const assignment = `  ${KERNEL_MEMORY} = `;
  if (text.split(assignment).length !== 2)
    throw new UserError(`wasm2c output of ${name}: no single assignment of its memory`);
  const hoisted = text.replaceAll(`(${KERNEL_MEMORY}, `, `(rumpk_pointer_at(&${KERNEL_MEMORY}), `);
  return replaceOnce(name, hoisted, MEMORIES_MADE, `${barrier}${MEMORIES_MADE}${barrier}`);
}
