/*
 * Which part may know which below the kernel: hal/ and boot/, folder by folder. A bare platform consists of an
 * instruction set (a folder of hal/arch), the boards that it runs on, and how it boots; the Linux process is one
 * folder, hal/linux; hal/common and hal/include are shared by all platforms.
 *
 * A file knows another part if it includes its header, declares one of its names, or uses words that only one
 * instruction set has. Each function here returns the lines that break a rule, for files given as [path, text], so that
 * a test can show that they are found.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { root } from "../../lib/paths.mjs";

const foldersIn = (path) => readdirSync(join(root, path)).map((name) => `${path}/${name}`);
const arches = foldersIn("hal/arch");
const boards = foldersIn("hal/board");
const SHARED = ["hal/include", "hal/common"];
/** The Linux process is a platform in a single folder. */
const LINUX = "hal/linux";

/** The part of the house that a file belongs to: hal/common, hal/arch/riscv64, boot/x86_64 and so on. */
export const partOf = (path) => path.match(/^(?:hal\/(?:arch|board)\/[^/]+|hal\/[^/]+|boot\/[^/]+)(?=\/)/)?.[0];

/**
 * The instruction set of a part, or undefined for shared parts. A board's name ends with it; Linux counts as one.
 */
function isaOf(part) {
  const name = basename(part);
  if (part.startsWith("hal/board/"))
    return arches.map((arch) => basename(arch)).find((isa) => name.endsWith(`-${isa}`));
  return SHARED.includes(part) ? undefined : name;
}

/**
 * Parts named like an instruction set, with a dash in the name: a board's name ends with a dash and its instruction
 * set.
 */
export const dashedParts = (parts) => parts.filter((part) => /^(?:hal\/arch|boot)\/.*-/.test(part));

/** The parts that a part may know, itself first. */
function knownBy(part) {
  if (part === "hal/include") return [part];
  const isa = isaOf(part);
  const shared = [part, ...SHARED];
  if (isa === undefined || part === LINUX) return shared;
  const arch = `hal/arch/${isa}`;
  if (part === arch) return shared;
  if (part.startsWith("hal/board/")) return [...shared, arch];
  return [...shared, arch, ...boards.filter((board) => isaOf(board) === isa)];
}

/**
 * Headers of the compiler and of libfdt, and what the build makes: of the kernel and of the simulated board by wasm2c,
 * and of assembly/abi.
 */
const FOREIGN = /^(stdint|stddef|stdbool|stdarg|stdatomic|limits|float|libfdt|kernel|devices|rumpk-abi)\.h$/;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]+["<]([^">]+)[">]/gm;

/**
 * The file that an include finds: in the parts that the file may know, else in any other part; undefined if there is
 * none.
 */
export function findInclude(path, name) {
  const part = partOf(path);
  const others = [...SHARED, ...arches, ...boards, LINUX, ...foldersIn("boot")];
  const folders = [dirname(path), ...knownBy(part), ...others];
  return folders.map((folder) => normalize(join(folder, name))).find((file) => existsSync(join(root, file)));
}

/**
 * Includes of headers that a part must not know. Only hal/include/arch.h includes isa.h, that of the instruction set
 * compiled for.
 */
export function wrongIncludes(files) {
  const wrong = [];
  for (const [path, text] of files)
    for (const [, name] of text.matchAll(INCLUDE)) {
      if (path === "hal/include/arch.h" && name === "isa.h") continue;
      const target = findInclude(path, name);
      const known = target ? knownBy(partOf(path)).includes(partOf(target)) : FOREIGN.test(name);
      if (!known) wrong.push(`${path} includes ${target ?? name}`);
    }
  return wrong;
}

/** Without comments and strings. */
const bare = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"/g, " ");
/** A declaration in a C file: extern data or functions, and prototypes; static ones belong to the file itself. */
const DECLARATION =
  /^(?:extern\s[^;{}]*?(\w+(?:\[\w*\])*(?:\s*,\s*\w+(?:\[\w*\])*)*)|(?!static|typedef|return|else)[a-z]\w*[\s*][^;={}()]*?\b(\w+)\([^;{}]*\)(?:\s*__attribute__\(\([^;]*\)\))?)\s*;/gm;

/** The names that a C file declares and that must therefore be defined elsewhere, or further down. */
export function declaredIn(text) {
  const plain = bare(text).replace(/^(extern[^;{]*)\{[^{}]*\}/gm, "$1");
  const matches = [...plain.matchAll(DECLARATION)];
  return matches.flatMap(([, data, call]) => (call ? [call] : data.split(",").map((name) => name.match(/\w+/)[0])));
}

/** Whether a source defines a name: a function or data in C, a label in assembler, a symbol in a linker script. */
function defines(path, text, name) {
  if (path.endsWith(".h")) return false;
  if (path.endsWith(".ld")) return new RegExp(`\\b${name}\\b\\s*=`).test(text);
  if (path.endsWith(".S"))
    return new RegExp(`(?:^|\\s)${name}:|\\bFUNCTION\\(${name}\\)|\\.comm\\s+${name}\\b`, "m").test(text);
  return new RegExp(`^(?!extern)[\\w\\s*]*\\b${name}\\b(?:\\([^;]*?\\)\\s*\\{|\\[?[^;(]*?(?:=|;))`, "m").test(
    bare(text),
  );
}

/** Names that the compiler's sanitizers and the linker (--wrap) define. */
const MADE = /^__(?:asan|sanitizer|real|wrap)_/;

/**
 * Declarations in C files of names that none of the parts that the file may know defines; in hal/common also names that
 * not every linker script defines. `generated` are names that the build makes for every image.
 */
export function wrongDeclarations(files, generated = []) {
  const wrong = [];
  const scripts = files.filter(([path]) => path.endsWith(".ld"));
  for (const [path, text] of files) {
    if (!path.endsWith(".c")) continue;
    const part = partOf(path);
    const isa = isaOf(part);
    const known = [...knownBy(part), ...(isa ? [`boot/${isa}`] : [])];
    for (const name of declaredIn(text)) {
      const within = files.some(([other, body]) => known.includes(partOf(other)) && defines(other, body, name));
      const linked = scripts.length > 0 && scripts.every(([other, body]) => defines(other, body, name));
      if (within || linked || generated.includes(name) || (isa && MADE.test(name))) continue;
      wrong.push(`${path} declares ${name}`);
    }
  }
  return wrong;
}

/** Words of one instruction set, by the folder that may use them. */
const WORDS = {
  "hal/arch/riscv64": /__riscv\w*|\bARCH_RISCV64\b/,
  "hal/arch/aarch64": /__aarch64__|\bARCH_AARCH64\b/,
  "hal/arch/x86_64": /__x86_64__|\bARCH_X86_64\b/,
  [LINUX]: /__linux__|__x86_64__|\bARCH_X86_64\b/,
};

/** Instructions in shared parts, and words of an instruction set outside its own parts. */
export function wrongWords(files) {
  const wrong = [];
  for (const [path, text] of files) {
    const part = partOf(path);
    const isa = isaOf(part);
    const code = bare(text);
    if (isa === undefined && /\b(?:__)?asm(?:__)?\b/.test(code)) wrong.push(`${path} has instructions`);
    for (const [arch, words] of Object.entries(WORDS)) {
      const found = code.match(words)?.[0];
      const own = isa !== undefined && WORDS[part === LINUX ? LINUX : `hal/arch/${isa}`].test(found ?? "");
      if (found && !own) wrong.push(`${path} says ${found} of ${arch}`);
    }
  }
  return wrong;
}
