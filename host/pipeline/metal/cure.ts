/*
 * Six cures for the C code that wasm2c 1.0.39 writes (the seventh, -U__GNUC__, is a compiler flag). Each names the
 * exact text that it replaces and fails the build when that text is missing, so that a different wasm2c is noticed.
 *
 * 1. The base of a linear memory is loaded again after every store, because the compiler must assume that the store
 *     changed it. A guarded memory never moves, so the load is an asm without side effects: hoistable, and only done
 *     once. The same holds for the pointer to the kernel's imported memory.
 * 2. Such a load must not be hoisted over the call that makes the memory: data segments are copied through plain loads,
 *     and after init_memories the instance is passed through a barrier before any other code uses it.
 * 3. wasm2c's own helpers have no debug information, so that an access belongs to the line of the module's source that
 *     makes it, not to a line of the helper.
 * 4. The constant offset of a load or store is added last, where processors add it for free, and the offset of the
 *     memory's pointer in the instance is part of the load: this saves 5 % of the kernel's code.
 * 5. Data segments are copied by a function, not by a check and a copy for each.
 * 6. A function in a table is called by a wrapper. The compiler would inline a function without other callers into its
 *     wrapper, and a debugger would then skip a breakpoint on its first line like a prologue: the call is kept.
 */
import { UserError } from "../errors.js";

const MEM_ADDR = "#define MEM_ADDR(mem, addr, n) &((mem)->data[addr])\n";
const LOAD_DATA = `#define LOAD_DATA(m, o, i, s)            \\
  do {                                   \\
    RANGE_CHECK((&m), o, s);             \\
    load_data(MEM_ADDR(&m, o, s), i, s); \\
  } while (0)
`;
const MEMORIES_MADE = "\n  init_memories(instance);\n";
const KERNEL_MEMORY = "instance->w2c_env_memory";

const HOISTABLE = `#if defined(__riscv)
#define RUMPK_POINTER_AT "ld %0, %2(%1)"
#elif defined(__aarch64__)
#define RUMPK_POINTER_AT "ldr %0, [%1, %2]"
#else
#define RUMPK_POINTER_AT "movq %c2(%1), %0"
#endif
static __attribute__((nodebug, always_inline)) inline void *rumpk_pointer_in(const void *record, const size_t offset) {
  void *pointer;
  __asm__(RUMPK_POINTER_AT : "=r"(pointer) : "r"(record), "i"(offset));
  return pointer;
}
#define rumpk_pointer_at(place) rumpk_pointer_in(place, 0)
#define MEM_ADDR(mem, addr, n) ((u8 *)rumpk_pointer_at(&(mem)->data) + (addr))
`;

/** The end of the helpers: the first line that names something of the module. */
const MODULE = /\n(?=\S.*\bw2c_\w+\(|FUNC_TYPE)/;
const HELPER = /\bstatic (?!const)/g;

const LOAD_SEGMENT = `static __attribute__((noinline)) void rumpk_load_segment(const wasm_rt_memory_t *memory, u64 offset, const u8 *bytes,
                                                         u64 length) {
  RANGE_CHECK(memory, offset, length);
  load_data(memory->data + offset, bytes, length);
}
#define LOAD_DATA(m, o, i, s) rumpk_load_segment(&(m), o, i, s)
`;

/** Loads and stores of bytes at `address` + `offset` in the memory at `memory`. */
const WITH_OFFSET = `#define RUMPK_LOAD(name, in_memory, extended, result) \\
  static __attribute__((nodebug)) inline result name##_at(const u8 *memory, u64 address, u64 offset) { \\
    in_memory value; \\
    wasm_rt_memcpy(&value, memory + address + offset, sizeof value); \\
    return (result)(extended)value; \\
  }
#define RUMPK_STORE(name, in_memory, argument) \\
  static __attribute__((nodebug)) inline void name##_at(u8 *memory, u64 address, u64 offset, argument value) { \\
    in_memory wrapped = (in_memory)value; \\
    wasm_rt_memcpy(memory + address + offset, &wrapped, sizeof wrapped); \\
  }
`;
const DEFINE_LOAD = /^DEFINE_LOAD\((\w+, \w+, \w+, \w+), FORCE_READ_\w+\)$/gm;
const DEFINE_STORE = /^DEFINE_STORE\((\w+, \w+, \w+)\)$/gm;
const FIRST_LOAD = "\nDEFINE_LOAD(i32_load, ";
const ACCESS =
  /(?<!atomic)(_(?:load|store)\w*)_default32\((&instance->w2c_\w+|instance->w2c_env_memory), \(u64\)\((\w+)\)(?: \+ (\d+)u?)?/g;

/** The beginning of a wrapper, up to its call. */
const WRAPPER = /^static \w+ wrap_w2c_[^{;]*\{\n {2}/gm;
const WRAPPER_CALL = /^(?:return )?w2c_/;

/** Cures the C text of one module; `name` is for the message when wasm2c has changed. */
export function cure(name: string, text: string): string {
  let cured = cureWrappers(name, cureAccesses(name, withoutHelperLines(name, text)));
  cured = replaceOnce(name, cured, MEM_ADDR, HOISTABLE);
  cured = replaceOnce(name, cured, LOAD_DATA, LOAD_SEGMENT);
  if (!text.includes("static void init_memories(")) return cured;
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
  const end = MODULE.exec(text)?.index ?? text.length;
  const helpers = text.slice(0, end);
  if (!HELPER.test(helpers)) throw new UserError(`wasm2c output of ${name}: no helpers in front of the module`);
  return helpers.replaceAll(HELPER, "static __attribute__((nodebug)) ") + text.slice(end);
}

function cureWrappers(name: string, text: string): string {
  return text.replace(WRAPPER, (start, at: number) => {
    if (WRAPPER_CALL.test(text.slice(at + start.length))) return `${start}[[clang::noinline]] `;
    throw new UserError(`wasm2c output of ${name}: a wrapper without a call: ${start.trim()}`);
  });
}

/** The kernel's memory is made before its instance, but the instance gets it in init_instance_import. */
function cureImportedMemory(name: string, text: string): string {
  const barrier = `  __asm__ volatile("" : "+r"(instance) : : "memory");\n`;
  const assignment = `  ${KERNEL_MEMORY} = `;
  if (text.split(assignment).length !== 2)
    throw new UserError(`wasm2c output of ${name}: no single assignment of its memory`);
  const hoisted = text.replaceAll(`(${KERNEL_MEMORY}, `, `(rumpk_pointer_at(&${KERNEL_MEMORY}), `);
  return replaceOnce(name, hoisted, MEMORIES_MADE, `${barrier}${MEMORIES_MADE}${barrier}`);
}

/** Non-atomic loads and stores go through the functions of WITH_OFFSET. */
function cureAccesses(name: string, text: string): string {
  const record = `w2c_${name.replaceAll("_", "__")}`;
  const base = (memory: string) => {
    const member = memory.replace(/^&?instance->/, "");
    const pointer = `rumpk_pointer_in(instance, offsetof(${record}, ${member}))`;
    return memory.startsWith("&") ? pointer : `rumpk_pointer_at(${pointer})`;
  };
  return replaceOnce(name, text, FIRST_LOAD, `\n${WITH_OFFSET}${FIRST_LOAD}`)
    .replace(DEFINE_LOAD, "$&\nRUMPK_LOAD($1)")
    .replace(DEFINE_STORE, "$&\nRUMPK_STORE($1)")
    .replace(
      ACCESS,
      (_, access, memory, address, offset) => `${access}_at(${base(memory)}, (u64)(${address}), ${offset ?? 0}u`,
    );
}
