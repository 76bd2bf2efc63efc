/*
 * Builds the WebAssembly test suite as one image for a platform, and runs it. Modules go through wasm2c and our cures
 * and repairs, and are compiled with the flags of a cell; code that modules share is compiled once, in few units.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { qemuCommand } from "../../../build/host/cli/qemu.js";
import { buildBoard } from "../../../build/host/pipeline/board.js";
import { all } from "../../../build/host/pipeline/jobs.js";
import { buildKernel } from "../../../build/host/pipeline/kernel.js";
import { librarySource, readLibrary } from "../../../build/host/pipeline/library/library.js";
import { compile } from "../../../build/host/pipeline/metal/compile.js";
import { cure } from "../../../build/host/pipeline/metal/cure.js";
import { rootfsAssembly } from "../../../build/host/pipeline/metal/images.js";
import { BOARD_FLAGS, GENERATED_FLAGS, compilerFlags, halFlags } from "../../../build/host/pipeline/metal/isa.js";
import { includesOf, linkCommand, sourcesOf, isLinux } from "../../../build/host/pipeline/metal/platform.js";
import { repair } from "../../../build/host/pipeline/metal/repairs.js";
import { generateC } from "../../../build/host/pipeline/metal/wasm2c.js";
import { inBuild, inRoot } from "../../../build/host/pipeline/paths.js";
import { exportsOf, groupsText, tablesText } from "./emit.mjs";
import { wasm2c } from "./wasm2c.mjs";

/** Functions of each module whose names do not contain the module's. */
const UNNAMED = /\b(init_(globals|tables|memories|data_instances|elem_instances|instance_import)|wrap_w2c_\w+)\b/g;
/** Most bytes of C in one unit. */
const UNIT_BYTES = 1_500_000;

/** Translates the modules of the groups; returns what emit.mjs needs of each, and the C units. */
export async function translate(groups, folder) {
  mkdirSync(folder, { recursive: true });
  const generated = new Map();
  const units = new Map();
  for (const { modules } of groups)
    for (const module of modules) {
      const wasm = join(folder, `${module.name}.wasm`);
      writeFileSync(wasm, module.bytes);
      const { text, header } = await wasm2c(module.name, wasm, folder);
      const whole = repair(module.name, cure(module.name, text), module.bytes);
      const include = `#include "${module.name}.h"`;
      const at = ownText(whole, module.name, include);
      const helpers = whole.slice(0, at).replace(include, `#include "kernel.h"`);
      const own = `${include}\n${whole.slice(at).replace(UNNAMED, `$&_${module.name}`)}`;
      units.set(helpers, [...(units.get(helpers) ?? []), own]);
      const order = new RegExp(`void wasm2c_${module.name}_instantiate\\(w2c_${module.name}\\*(.*)\\);`).exec(
        header,
      )[1];
      const importOrder = [...order.matchAll(/struct w2c_(\w+)\*/g)].map(([, name]) => name);
      generated.set(module, { exported: exportsOf(header, module.shape), importOrder });
    }
  return { generated, units: [...units].flatMap(([helpers, parts]) => split(parts).map((some) => helpers + some)) };
}

/** Where the helpers end: at the first line after the header's name that names something of the module. */
function ownText(text, name, include) {
  const found = new RegExp(`\\n.*2c_${name}\\b`).exec(text.replace(include, " ".repeat(include.length)));
  return found.index;
}

function split(parts) {
  const out = [""];
  for (const part of parts) {
    if (out.at(-1).length + part.length > UNIT_BYTES) out.push("");
    out[out.length - 1] += `\n${part}`;
  }
  return out;
}

/** Writes the C files of the groups; returns their names. */
export async function writeSuite(groups, folder) {
  const { generated, units } = await translate(groups, folder);
  const kernel = await generateC("kernel", await buildKernel(), []);
  const files = [];
  const write = (name, text) => (writeFileSync(join(folder, name), text), files.push(name));
  units.forEach((text, index) => write(`unit${index}.c`, text));
  let number = 0;
  for (let at = 0, part = 0; at < groups.length; at += 150, part++) {
    const { text, next } = groupsText(groups.slice(at, at + 150), generated, number);
    number = next;
    write(`steps${part}.c`, text);
  }
  write("tables.c", tablesText(groups, readFileSync(join(kernel.folder, kernel.header), "utf8")));
  return { files, kernel };
}

/** Compiles and links; returns the image. */
export async function buildSuite({ files, kernel }, folder, platform, level) {
  const libfdt = readLibrary("libfdt");
  const source = join(await librarySource(libfdt), libfdt.folder);
  const boards = isLinux(platform) ? [await generateC("devices", await buildBoard("board"), [])] : [];
  const flags = [
    ...compilerFlags(platform).filter((flag) => flag !== "-g"),
    ...includesOf(platform),
    ...boards.map((board) => `-I${board.folder}`),
    ...[kernel.folder, source, folder, inRoot("tests/conformance/native")].map((each) => `-I${each}`),
  ];
  const own = [...flags, ...halFlags(platform)];
  const object = (name) => join(folder, platform, `${name}.o`);
  writeFileSync(
    join(folder, "tables.S"),
    `${rootfsAssembly(undefined)}.section .places, "a"\n.balign 8\n.globl places\nplaces: .zero 8\n.section .seal, "a"\n.globl seals, seals_end\nseals:\nseals_end:\n`,
  );
  writeFileSync(join(folder, "cells.ld"), "");
  const objects = await all([
    ...files.map((name) =>
      compile(join(folder, name), object(name), [
        ...flags,
        ...(name.startsWith("unit") ? [level, ...GENERATED_FLAGS] : ["-O0", "-w"]),
      ]),
    ),
    ...boards.map(({ c }) => compile(c, object("devices"), [...flags, ...BOARD_FLAGS, ...GENERATED_FLAGS])),
    compile(inRoot("tests/conformance/native/suite.c"), object("suite"), own),
    compile(join(folder, "tables.S"), object("tables.S"), flags),
    ...sourcesOf(platform).map((path) => compile(path, object(path.replaceAll("/", "_")), own)),
    ...libfdt.sources.map((name) => compile(join(source, name), object(name), [...flags, "-Oz", "-w"])),
  ]);
  const elf = join(folder, `${platform}.elf`);
  const [program, args] = linkCommand(platform, join(folder, "cells.ld"), objects, elf, elf);
  const linked = spawnSync(
    program,
    args.filter((flag) => !flag.startsWith("--icf")),
    { encoding: "utf8" },
  );
  if (linked.status !== 0) throw new Error(linked.stderr);
  return elf;
}

/** Runs an image; returns { steps, wrong, numbers }. */
export function runSuite(elf, platform) {
  const command =
    platform === "linux"
      ? { program: elf, args: ["memory=2048"] }
      : qemuCommand(platform, elf, { memoryMiB: 1024, icount: false, words: [] });
  const { stdout, stderr } = spawnSync(command.program, command.args, {
    encoding: "latin1",
    input: "",
    timeout: 600000,
  });
  const line = /rumpk: suite ([0-9a-f ]+) 0x/.exec(stdout + stderr);
  if (!line) throw new Error(`the suite did not end: ${stdout}${stderr}`);
  const [steps, wrong, ...numbers] = line[1]
    .trim()
    .split(" ")
    .map((each) => parseInt(each, 16));
  return { steps, wrong, numbers };
}
