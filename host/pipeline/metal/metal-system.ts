/*
 * Builds a system as one ELF image for a bare machine or for Linux: kernel and cells through wasm2c, hal/ and boot/,
 * the image table and the root file system.
 *
 *   build/gen/MODULE/                 C of kernel and cells, the same for every platform
 *   build/<platform>/obj/             objects
 *   build/<platform>/<system>.elf     the image, with symbols
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

import * as abi from "../../abi.js";
import { includeFlags } from "../abi/generate.js";
import { buildBoard } from "../board.js";
import { BuiltCell, writeIfChanged } from "../cell.js";
import { UserError } from "../errors.js";
import { all, job } from "../jobs.js";
import { Library, librarySource, readLibrary } from "../library/library.js";
import { System } from "../manifest/system.js";
import { buildParts, systemRecord } from "../node-system.js";
import { buildPackage } from "../package/cell-package.js";
import { Signing, sealTable, sealTableSize } from "../package/seal-table.js";
import { checkClasses } from "../package/trust.js";
import { inBuild, inRoot } from "../paths.js";
import { placedFunctions } from "../places/places.js";
import { run, runChecked } from "../process.js";
import { filesBelow, hashFiles, hashOf, upToDate } from "../stamp.js";
import { compile, compileNow } from "./compile.js";
import { cellsScript } from "./cells-script.js";
import { ImageSource, imagesC, placesAssembly, rootfsAssembly } from "./images.js";
import {
  BOARD_FLAGS,
  GENERATED_FLAGS,
  GENERATED_LEVEL,
  KERNEL_FLAGS,
  NO_OUTLINING,
  OUTLINING,
  Platform,
  compilerFlags,
  halFlags,
  kernelStackNeed,
} from "./isa.js";
import { HEADER_SIZE, PlacedModule, placeTable } from "./places.js";
import { includesOf, isLinux, linkCommand, linkerScript, sanitizerFlags, sourcesOf } from "./platform.js";
import { LinkedCell, checkConstant, imageSeals, sealAssembly } from "./seals.js";
import { StackNeed, checkFrames, kernelNeed, readStackGraph, stackNeed } from "./stack.js";
import { GeneratedModule, generateC } from "./wasm2c.js";

const OBJCOPY = "llvm-objcopy-19";

/** Spare bytes, because the second table of an image may be longer than the first. */
const PLACES_SPARE = 1024;

/** Builds the image; returns its path. A `release` has no table of places. */
export async function buildMetalSystem(
  system: System,
  fileName: string,
  platform: Platform,
  release: boolean,
  checked: boolean,
  signing: Signing,
): Promise<string> {
  checkClasses(system, signing, true);
  const libfdt = readLibrary("libfdt");
  const [parts, source, board] = await Promise.all([
    buildParts(system, fileName, checked),
    librarySource(libfdt),
    isLinux(platform) ? buildBoard("board").then((wasm) => generateC("devices", wasm, [])) : undefined,
  ]);
  const [kernel, ...modules] = await all([
    generateC("kernel", parts.kernel, [], checked ? "kernel-checked" : "kernel"),
    ...parts.cells.map((cell) => generateC(moduleName(cell), cell.wasm, cell.locations)),
  ]);
  const images = parts.cells.map((cell, index) => ({
    cell,
    module: modules[index]!,
    record: systemRecord(system, cell, abi.IMAGE_NATIVE),
  }));
  for (const cell of parts.cells) buildPackage(cell, signing.signer);
  const objects = await all([
    compileGenerated(kernel!, KERNEL_FLAGS, platform, release),
    ...(board ? [compileGenerated(board, BOARD_FLAGS, platform, release)] : []),
    ...images.map(async ({ module, cell }) =>
      checkConstant(await compileGenerated(module, [GENERATED_LEVEL[cell.manifest.optimize]], platform, release)),
    ),
    ...compileTable(images, parts.rootfs, fileName, platform),
    ...compileHal(kernel!, board, libfdt, join(source, libfdt.folder), platform),
  ]);
  const placed = images.map(({ module, cell }) => ({
    mangled: module.mangled,
    c: module.c,
    functions: placedFunctions(readFileSync(cell.wasm), cell.locations),
  }));
  const elf = inBuild(platform, `${fileName}${release ? "-release" : ""}.elf`);
  const cells = images.map(({ cell, record }) => ({ cell, name: moduleName(cell), record }));
  const seals = system.sealed ? signing : undefined;
  return link({ objects, elf, platform, cells, placed: release ? [] : placed, seals });
}

function moduleName({ manifest }: BuiltCell): string {
  return `cell_${manifest.name.replaceAll("-", "_")}`;
}

function objectPath(platform: Platform, name: string): string {
  return inBuild(platform, "obj", `${name}.o`);
}

function compileGenerated(
  module: GeneratedModule,
  levels: string[],
  platform: Platform,
  release: boolean,
): Promise<string> {
  const differs = OUTLINING.includes(platform);
  const flags = [...compilerFlags(platform), ...levels, ...GENERATED_FLAGS, ...includeFlags()];
  if (differs && !release) flags.push(NO_OUTLINING);
  const name = `${basename(module.folder)}.c`;
  const object = differs && release ? inBuild(platform, "release/obj", `${name}.o`) : objectPath(platform, name);
  return compile(module.c, object, flags);
}

/** The image table and the root file system of this system. */
function compileTable(
  images: ImageSource[],
  rootfs: string | undefined,
  fileName: string,
  platform: Platform,
): Promise<string>[] {
  const folder = inBuild("gen", "system", fileName);
  const table = join(folder, "images.c");
  const archive = join(folder, "rootfs.S");
  writeIfChanged(table, Buffer.from(imagesC(images)));
  writeIfChanged(archive, Buffer.from(rootfsAssembly(rootfs)));
  const includes = [...includeFlags(), ...images.map(({ module }) => `-I${module.folder}`)];
  const content = rootfs ? [`-DARCHIVE_${hashFiles([rootfs]).slice(0, 16)}`] : [];
  return [
    compile(table, objectPath(platform, `${fileName}-images`), [...compilerFlags(platform), "-O2", ...includes]),
    compile(archive, objectPath(platform, `${fileName}-rootfs`), [...compilerFlags(platform), ...content]),
  ];
}

/** The parts of hal/ and boot/ for the platform, and libfdt; on Linux hal/ reads the header of the simulated board. */
function compileHal(
  kernel: GeneratedModule,
  board: GeneratedModule | undefined,
  libfdt: Library,
  source: string,
  platform: Platform,
): Promise<string>[] {
  const folders = [kernel.folder, ...(board ? [board.folder] : []), source];
  const flags = [...compilerFlags(platform), ...includesOf(platform), ...folders.map((path) => `-I${path}`)];
  const own = [...flags, ...halFlags(platform), ...sanitizerFlags(platform)];
  // The machine's objects read the kernel's header, so each kernel has its own.
  const part = basename(kernel.folder) === "kernel" ? "" : `${basename(kernel.folder)}/`;
  return [
    ...sourcesOf(platform).map((path) => compile(path, objectPath(platform, part + relative(inRoot(), path)), own)),
    ...libfdt.sources.map((name) =>
      compile(join(source, name), objectPath(platform, `${part}libfdt/${name}`), [
        ...[...flags, "-Oz", "-w"],
        ...libfdt.flags,
      ]),
    ),
  ];
}

/** An image to link. */
interface Linking {
  objects: string[];
  elf: string;
  platform: Platform;
  cells: LinkedCell[];
  /** The modules in the table of places. */
  placed: PlacedModule[];
  /** The signer of the SealTable; undefined in an unsealed system. */
  seals: Signing | undefined;
}

async function link(linking: Linking): Promise<string> {
  const { objects, elf, platform, cells, placed, seals } = linking;
  const unchecked = `${elf}.unchecked`;
  const script = linkerScript(platform);
  const made = [...(script ? [script] : []), ...objects, ...placed.map(({ c }) => c)];
  const own = ["metal", "places"].flatMap((part) => filesBelow(inBuild("host/pipeline", part)));
  const key = hashOf(hashFiles([...made, ...own]), seals ? sealTable(seals, []) : "");
  await upToDate([elf, `${elf}.map`, stackReport(elf)], key, () =>
    job(`link ${basename(elf)}`, async () => {
      await linkPlaced(linking, unchecked);
      if (seals) await putSection(unchecked, ".seal", imageSeals(unchecked, cells, seals));
      await checkStack(unchecked, elf, objects, cells, kernelStackNeed(platform));
      renameSync(unchecked, elf);
    }),
  );
  return elf;
}

/** Links first without room for the table of places, then with as much as it needs, and fills it in. */
async function linkPlaced({ objects, elf, platform, cells, placed, seals }: Linking, output: string): Promise<void> {
  const source = inBuild("gen/tables.S");
  const script = `${elf}.cells.ld`;
  writeIfChanged(source, Buffer.from(placesAssembly() + sealAssembly()));
  writeIfChanged(script, Buffer.from(cellsScript(cells.map(({ name }) => name))));
  const sealSize = seals ? sealTableSize(seals.trusted.length, cells.length) : 0;
  for (let room = HEADER_SIZE; ;) {
    const flags = [...compilerFlags(platform), `-DPLACES_SIZE=${room}`, `-DSEAL_SIZE=${sealSize}`];
    const object = await compileNow(source, `${elf}.tables.o`, flags);
    const [program, args] = linkCommand(platform, script, [...objects, object], output, elf);
    const done = await run(program, args);
    if (done.status !== 0) throw new UserError(done.stderr.trimEnd());
    if (!placed.length) return;
    const table = await placeTable(output, placed);
    if (table.length <= room) return putSection(output, ".places", table);
    room = table.length + PLACES_SPARE;
  }
}

/** Puts a table into the section reserved for it. */
async function putSection(elf: string, section: string, table: Uint8Array): Promise<void> {
  const file = `${elf}${section}`;
  writeFileSync(file, table);
  await runChecked(OBJCOPY, ["--update-section", `${section}=${file}`, elf]);
  rmSync(file);
}

/** Copies an image without symbols and debugging information. */
export async function copyStripped(elf: string, output: string): Promise<void> {
  await runChecked(OBJCOPY, ["--strip-all", elf, output]);
}

/** The file that records the kernel's stack need, for `rumpk size`. */
export function stackReport(elf: string): string {
  return `${elf}.stack.json`;
}

/** Checks that the kernel needs no more stack than hal/ reserves for it. */
async function checkStack(
  unchecked: string,
  elf: string,
  objects: string[],
  cells: LinkedCell[],
  kept: number,
): Promise<void> {
  const usage = objects.map((object) => object.replace(/\.o$/, ".su")).filter((path) => existsSync(path));
  const graph = await readStackGraph(unchecked, usage);
  checkFrames(graph);
  const kernel = kernelNeed(graph);
  const report: Record<string, StackNeed> = { kernel };
  for (const { cell } of cells) {
    const mangled = moduleName(cell).replaceAll("_", "__");
    const roots = new RegExp(`^w(2c|asm2c)_${mangled}_(cell_main|instantiate)$`);
    report[`cell ${cell.manifest.name}`] = stackNeed(graph, roots, () => undefined);
  }
  writeFileSync(stackReport(elf), JSON.stringify(report, undefined, 2) + "\n");
  if (kernel.bytes <= kept) return;
  throw new UserError(
    `the kernel needs ${kernel.bytes} bytes of a cell's stack, hal/ keeps ${kept} ` +
      `(host/pipeline/metal/isa.ts): ${kernel.path.join(" > ")}`,
  );
}
