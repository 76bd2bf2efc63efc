/*
 * A system as one ELF image for a bare machine: kernel and cells through wasm2c, hal/ and boot/, the image table and the
 * root file system, linked by boot/<isa>/link.ld.
 *
 *   build/gen/MODULE/            C of kernel and cells, the same for every instruction set
 *   build/<isa>/obj/             objects
 *   build/<isa>/<system>.elf     the image, with symbols
 */
import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

import { BuiltCell, writeIfChanged } from "../cell.js";
import { UserError } from "../errors.js";
import { all, job } from "../jobs.js";
import { System } from "../manifest/system.js";
import { buildParts, systemRecord } from "../node-system.js";
import { inBuild, inRoot } from "../paths.js";
import { run } from "../process.js";
import { filesBelow, hashFiles, upToDate } from "../stamp.js";
import { compile } from "./compile.js";
import { DEVICE_TREE_COMPILER, debianSource } from "./debian-source.js";
import { ImageSource, imagesC, rootfsAssembly } from "./images.js";
import { GENERATED_FLAGS, HAL_FLAGS, Isa, KERNEL_STACK_NEED, compilerFlags } from "./isa.js";
import { kernelStackNeed } from "./stack.js";
import { GeneratedModule, generateC } from "./wasm2c.js";

const LINKER = "ld.lld-19";
/** Files of libfdt that hal/ and boot/ use; the linker drops unused functions. */
const LIBFDT = ["fdt.c", "fdt_ro.c", "fdt_wip.c", "fdt_sw.c", "fdt_rw.c", "fdt_addresses.c", "fdt_empty_tree.c"];

/** Builds the image; answers its path. */
export async function buildMetalSystem(system: System, fileName: string, isa: Isa): Promise<string> {
  const [parts, libfdt] = await Promise.all([buildParts(system, fileName), debianSource(DEVICE_TREE_COMPILER)]);
  const [kernel, ...modules] = await all([
    generateC("kernel", parts.kernel),
    ...parts.cells.map((cell) => generateC(moduleName(cell), cell.wasm)),
  ]);
  const images = parts.cells.map((cell, index) => ({
    cell,
    module: modules[index]!,
    record: systemRecord(system, cell),
  }));
  const objects = await all([
    ...[kernel!, ...modules].map((module) => compileGenerated(module, isa)),
    ...compileTable(images, parts.rootfs, fileName, isa),
    ...compileHal(kernel!, join(libfdt, "libfdt"), isa),
  ]);
  return link(objects, inBuild(isa, `${fileName}.elf`), isa);
}

function moduleName({ manifest }: BuiltCell): string {
  return `cell_${manifest.name.replaceAll("-", "_")}`;
}

function objectPath(isa: Isa, name: string): string {
  return inBuild(isa, "obj", `${name}.o`);
}

function compileGenerated(module: GeneratedModule, isa: Isa): Promise<string> {
  const flags = [...compilerFlags(isa), ...GENERATED_FLAGS, `-I${inRoot("hal/include")}`];
  return compile(module.c, objectPath(isa, basename(module.c)), flags);
}

/** The image table and the root file system of this system. */
function compileTable(
  images: ImageSource[],
  rootfs: string | undefined,
  fileName: string,
  isa: Isa,
): Promise<string>[] {
  const folder = inBuild("gen", "system", fileName);
  const table = join(folder, "images.c");
  const archive = join(folder, "rootfs.S");
  writeIfChanged(table, Buffer.from(imagesC(images)));
  writeIfChanged(archive, Buffer.from(rootfsAssembly(rootfs)));
  const includes = [inRoot("hal/include"), ...images.map(({ module }) => module.folder)].map((path) => `-I${path}`);
  const content = rootfs ? [`-DARCHIVE_${hashFiles([rootfs]).slice(0, 16)}`] : [];
  return [
    compile(table, objectPath(isa, `${fileName}-images`), [...compilerFlags(isa), "-O2", ...includes]),
    compile(archive, objectPath(isa, `${fileName}-rootfs`), [...compilerFlags(isa), ...content]),
  ];
}

/** hal/core, hal/arch/<isa>, the board of the instruction set, boot/<isa>, boot/common and libfdt. */
function compileHal(kernel: GeneratedModule, libfdt: string, isa: Isa): Promise<string>[] {
  const folders = ["hal/core", `hal/arch/${isa}`, ...boards(isa), `boot/${isa}`, "boot/common"].filter((folder) =>
    existsSync(inRoot(folder)),
  );
  const includes = [inRoot("hal/include"), ...folders.map((folder) => inRoot(folder)), kernel.folder, libfdt];
  const flags = [...compilerFlags(isa), ...includes.map((path) => `-I${path}`)];
  const own = folders.flatMap((folder) => filesBelow(inRoot(folder)).filter((path) => /\.[cS]$/.test(path)));
  return [
    ...own.map((path) => compile(path, objectPath(isa, relative(inRoot(), path)), [...flags, ...HAL_FLAGS])),
    ...LIBFDT.map((name) => compile(join(libfdt, name), objectPath(isa, `libfdt/${name}`), [...flags, "-Os", "-w"])),
  ];
}

/** The folders of hal/board whose name ends with the instruction set: hal/board/qemu-virt-riscv64. */
function boards(isa: Isa): string[] {
  const all = existsSync(inRoot("hal/board")) ? readdirSync(inRoot("hal/board")) : [];
  return all.filter((name) => name.endsWith(`-${isa}`)).map((name) => `hal/board/${name}`);
}

async function link(objects: string[], elf: string, isa: Isa): Promise<string> {
  const script = inRoot("boot", isa, "link.ld");
  if (!existsSync(script)) throw new UserError(`boot/${isa}/link.ld: no such file`);
  const flags = ["--gc-sections", "-static", "-nostdlib", "--no-warn-mismatch", "-T", script, `-Map=${elf}.map`];
  const unchecked = `${elf}.unchecked`;
  await upToDate([elf, `${elf}.map`, stackReport(elf)], hashFiles([script, ...objects]), () =>
    job(`link ${basename(elf)}`, async () => {
      const done = await run(LINKER, [...flags, ...objects, "-o", unchecked]);
      if (done.status !== 0) throw new UserError(done.stderr.trimEnd());
      await checkStack(unchecked, elf, objects);
      renameSync(unchecked, elf);
    }),
  );
  return elf;
}

/** Where the need of the kernel's stack is written, for `rumpk size`. */
export function stackReport(elf: string): string {
  return `${elf}.stack.json`;
}

/** The kernel must need no more stack than hal/ keeps for it. */
async function checkStack(unchecked: string, elf: string, objects: string[]): Promise<void> {
  const usage = objects.map((object) => object.replace(/\.o$/, ".su")).filter((path) => existsSync(path));
  const need = await kernelStackNeed(unchecked, usage);
  writeFileSync(stackReport(elf), JSON.stringify(need));
  if (need.bytes <= KERNEL_STACK_NEED) return;
  throw new UserError(
    `the kernel needs ${need.bytes} bytes of a cell's stack, hal/ keeps ${KERNEL_STACK_NEED} ` +
      `(host/build/metal/isa.ts): ${need.path.join(" > ")}`,
  );
}
