/*
 * Builds the images of bench/native: C alone, on boot/<isa>, compiled for the same target and with the same level of
 * optimization as the code of cells.
 */
import { mkdirSync } from "node:fs";
import { compile } from "../../build/host/pipeline/metal/compile.js";
import { compilerFlags } from "../../build/host/pipeline/metal/isa.js";
import { includeFlags } from "../../build/host/pipeline/abi/generate.js";
import { inBuild, inRoot } from "../../build/host/pipeline/paths.js";
import { runChecked } from "../../build/host/pipeline/process.js";

const C_FLAGS = ["-O2", "-std=gnu17", "-Wall", "-Wextra"];
/** Symbols of hal/ that boot/<isa> names, for images that have no hal/: exceptions never happen in them. */
const MISSING = { aarch64: ["--defsym=trap_stack_top=__image_end"] };

const SUITE = ["bench/native/suite.c", "bench/native/micro.c"];
const STUB = ["bench/native/stub.c"];

/** The micro-suite in C; returns the path of the image. */
export function buildSuite(isa) {
  return buildNative(isa, "suite", SUITE);
}

/** The image that prints one line. */
export function buildStub(isa) {
  return buildNative(isa, "stub", STUB);
}

/** The micro-suite in C as a Linux program, for the same instruction set as hal/linux. */
export async function buildHostedSuite() {
  const folder = inBuild("linux", "bench");
  mkdirSync(folder, { recursive: true });
  const program = `${folder}/suite`;
  const sources = SUITE.map((source) => inRoot(source));
  await runChecked("clang-19", ["-msse4.1", ...C_FLAGS, ...sources, "-o", program]);
  return program;
}

async function buildNative(isa, name, sources) {
  const folder = inBuild(isa, "bench");
  mkdirSync(folder, { recursive: true });
  const flags = [...compilerFlags(isa), ...C_FLAGS, ...includeFlags(), `-I${inRoot("hal/arch", isa)}`];
  const all = [...sources, "hal/common/libc.c", `boot/${isa}/start.S`];
  const objects = await Promise.all(
    all.map((source) => compile(inRoot(source), `${folder}/${source.replaceAll("/", "-")}.o`, flags)),
  );
  const elf = `${folder}/${name}.elf`;
  const script = inRoot("boot", isa, "link.ld");
  const options = ["--gc-sections", "-static", "-nostdlib", ...(MISSING[isa] ?? [])];
  await runChecked("ld.lld-19", [...options, "-T", script, ...objects, "-o", elf]);
  return elf;
}
