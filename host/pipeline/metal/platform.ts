/*
 * What an image is made of and how it is linked, for each platform: the three bare machines, and a Linux process on
 * x86_64, plain or with sanitizers.
 *
 *   a bare machine's own           hal/arch/<isa>, hal/board/<board>, boot/<isa>
 *   a process's own                hal/linux, and the context.S of hal/arch/x86_64
 *   shared                         hal/common, except files with the same name as one in the platform's own folders
 *
 * A process needs a linker script only for its cells and, without sanitizers, no C library. The sanitizers' runtime
 * needs one: then that library replaces the functions of hal/common/libc.c, and the compiler's driver links.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";

import { includeFlags } from "../abi/generate.js";
import { UserError } from "../errors.js";
import { inRoot } from "../paths.js";
import { filesBelow } from "../stamp.js";
import { CLANG } from "./compile.js";
import { Platform } from "./isa.js";

const LINKER = "ld.lld-19";
const SANITIZERS = "-fsanitize=address,undefined";
/** The stack switches that AddressSanitizer must know about: hal/linux/sanitize.c. */
const WRAPPED = ["arch_call", "arch_unpark", "arch_resume"];

/** Whether a platform is a process of Linux, whose devices are simulated. */
export const isLinux = (platform: Platform) => platform === "linux" || platform === "linux-sanitized";

/** The folders of hal/ and boot/ that belong to a platform, hal/common first. */
export function foldersOf(platform: Platform): string[] {
  if (isLinux(platform)) return ["hal/common", "hal/linux"];
  return ["hal/common", `hal/arch/${platform}`, ...boardsOf(platform), `boot/${platform}`];
}

/** The flags with which the files of a platform find their headers. */
export function includesOf(platform: Platform): string[] {
  return [...includeFlags(), ...foldersOf(platform).map((folder) => `-I${inRoot(folder)}`)];
}

/** The folders of hal/board whose name ends with the instruction set, such as hal/board/qemu-virt-riscv64. */
function boardsOf(platform: Platform): string[] {
  const all = readdirSync(inRoot("hal/board"));
  return all.filter((name) => name.endsWith(`-${platform}`)).map((name) => `hal/board/${name}`);
}

/** The C and assembler files of hal/ and boot/ that a platform is made of. */
export function sourcesOf(platform: Platform): string[] {
  const [core, ...own] = foldersOf(platform).map((folder) =>
    filesBelow(inRoot(folder)).filter((path) => /\.[cS]$/.test(path)),
  );
  const given = new Set(own.flat().map((path) => basename(path)));
  if (platform === "linux-sanitized") given.add("libc.c");
  const shared = isLinux(platform) ? [inRoot("hal/arch/x86_64/context.S")] : [];
  return [...core!.filter((path) => !given.has(basename(path))), ...own.flat(), ...shared];
}

/** Flags of the sanitizers for the files above. Frames stay on the stacks where the machine expects them. */
export function sanitizerFlags(platform: Platform): string[] {
  if (platform !== "linux-sanitized") return [];
  return [SANITIZERS, "-fsanitize-address-use-after-return=never", "-fno-sanitize-recover=all", "-DWITH_LIBC"];
}

/** The linker script, or undefined. */
export function linkerScript(platform: Platform): string | undefined {
  if (isLinux(platform)) return undefined;
  const script = inRoot("boot", platform, "link.ld");
  if (!existsSync(script)) throw new UserError(`boot/${platform}/link.ld: no such file`);
  return script;
}

/**
 * The command that links `objects` to `elf`, with a map next to the final image `image`. `cells` is the script that
 * gives the cells their sections.
 */
export function linkCommand(
  platform: Platform,
  cells: string,
  objects: string[],
  elf: string,
  image: string,
): [string, string[]] {
  const common = ["--gc-sections", "--icf=all", `-Map=${image}.map`];
  if (platform === "linux-sanitized") {
    const wrapped = WRAPPED.map((name) => `--wrap=${name}`);
    const flags = [...common, ...wrapped, `-T${cells}`].map((flag) => `-Wl,${flag}`);
    return [CLANG, [SANITIZERS, "-fuse-ld=lld", "-no-pie", ...flags, ...objects, "-o", elf]];
  }
  const script = linkerScript(platform);
  const place = script ? ["--nmagic", "--no-warn-mismatch", "-T", script] : ["-z", "noexecstack", "-z", "relro"];
  return [LINKER, [...common, "-static", "-nostdlib", ...place, "-T", cells, ...objects, "-o", elf]];
}
