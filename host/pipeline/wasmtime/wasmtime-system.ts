/*
 * Builds a system for wasmtime: .wasm files that the stock command runs, and the order in which it must load them. The
 * list of files is build/wasmtime/NAME.json; `preloads` are name and path in link order, `main` is the module to run.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import * as abi from "../../abi.js";
import { compileAsc } from "../asc.js";
import { BuiltCell, writeIfChanged } from "../cell.js";
import { DerivedForm, wasmtimeFormOf } from "../forms.js";
import { all } from "../jobs.js";
import { System } from "../manifest/system.js";
import { Parts, SealedCell, buildParts, sealedCells } from "../node-system.js";
import { Signing } from "../package/seal-table.js";
import { inBuild } from "../paths.js";
import { GATES, callsText, environmentText, gatesText, linkText } from "./gates.js";
import { instanceName, rackText } from "./rack.js";

/** Instances of a program, and of a cell that the system has only once. */
const PROGRAM_INSTANCES = 4;

/** The contents of build/wasmtime/NAME.json. */
export interface WasmtimeSystem {
  preloads: { name: string; path: string }[];
  main: string;
  /** Cells in the order of the image table: package, record, and the file of the form that runs. */
  cells: { name: string; package: string; record: string; form: string }[];
  /** The SealTable, or null in an unsealed system. */
  seals: string | null;
}

/** Builds a system for wasmtime; returns the path of its JSON file. */
export async function buildWasmtimeSystem(
  system: System,
  fileName: string,
  checked: boolean,
  signing: Signing,
): Promise<string> {
  const parts = await buildParts(system, fileName, checked);
  const forms = parts.cells.map(wasmtimeFormOf);
  await all(forms.map((form) => form.make()));
  const { cells, table } = sealedCells(system, parts.cells, signing);
  const instances = parts.cells.flatMap((cell, image) => new Array<number>(instancesOf(system, cell)).fill(image));
  const machine = await buildMachine();
  const texts: Record<string, string> = { env: environmentText(), calls: callsText(), link: linkText() };
  for (const [name, signatures] of Object.entries(GATES)) texts[name] = gatesText(signatures);
  const fixed = await all(
    Object.entries(texts).map(([name, text]) => assemble(inBuild("wasmtime", `${name}.wasm`), text)),
  );
  const path = (name: string) => fixed[Object.keys(texts).indexOf(name)]!;
  const rack = await assemble(inBuild("wasmtime", `${fileName}.rack.wasm`), rackOf(parts, instances, forms, cells));
  const written = (name: string, bytes: Uint8Array): string => {
    const file = inBuild("wasmtime", fileName, name);
    writeIfChanged(file, bytes);
    return file;
  };
  const description: WasmtimeSystem = {
    preloads: [
      ...["env", ...Object.keys(GATES)].map((name) => ({ name, path: path(name) })),
      { name: "kernel", path: parts.kernel },
      { name: "calls", path: path("calls") },
      ...instances.map((image, instance) => ({ name: instanceName(instance), path: forms[image]!.path })),
      { name: "rack", path: rack },
      { name: "machine", path: machine },
    ],
    main: path("link"),
    cells: parts.cells.map(({ manifest: { name } }, index) => ({
      name,
      package: written(`${name}.npk`, cells[index]!.bytes),
      record: written(`${name}.record`, cells[index]!.record),
      form: forms[index]!.path,
    })),
    seals: table ? written("seals", table) : null,
  };
  const json = inBuild("wasmtime", `${fileName}.json`);
  writeFileSync(json, JSON.stringify(description, undefined, 2) + "\n");
  return json;
}

/** How many instances of a cell can run at once. */
function instancesOf({ main }: System, { manifest }: BuiltCell): number {
  const once = manifest.name === main || manifest.kind !== abi.KIND_NPK || (manifest.flags & abi.IMAGE_BOOT) !== 0;
  return manifest.instances || (once ? 1 : PROGRAM_INSTANCES);
}

function rackOf(parts: Parts, instances: number[], forms: DerivedForm[], cells: SealedCell[]): string {
  return rackText({
    instances,
    places: forms.map(({ places }) => JSON.parse(readFileSync(places, "utf8")) as string[]),
    records: cells.map(({ record }) => record),
    fixedPages: parts.cells.map(({ manifest, memoryMin }) =>
      memoryMin === manifest.memoryMax ? memoryMin : undefined,
    ),
    archive: parts.rootfs ? readFileSync(parts.rootfs) : new Uint8Array(0),
  });
}

/** build/wasmtime/machine.wasm, which includes the simulated board, with this machine's rim instead of the imports. */
function buildMachine(): Promise<string> {
  return compileAsc({
    label: "asc machine",
    out: inBuild("wasmtime"),
    name: "machine",
    target: "machine",
    args: ["host/wasmtime/machine.ts"],
    texts: { "assembly/board/host.ts": 'export * from "../../host/wasmtime/host";' },
    folders: [],
  });
}

/** Text to a module, with binaryen: wabt writes wrong indices for memories beyond the first. */
export async function assemble(out: string, text: string): Promise<string> {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.parseText(text);
  mkdirSync(inBuild("wasmtime"), { recursive: true });
  writeIfChanged(out, module.emitBinary());
  module.dispose();
  return out;
}
