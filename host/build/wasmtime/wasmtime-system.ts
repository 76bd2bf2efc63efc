/*
 * A system for wasmtime: .wasm files that the stock command runs, and the order in which it must load them. The list of
 * files is build/wasmtime/NAME.json; `preloads` are name and path in the order of linking, `main` is what is run.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as abi from "../../abi.js";
import { compileAsc } from "../asc.js";
import { BuiltCell, writeIfChanged } from "../cell.js";
import { UserError, messageOf } from "../errors.js";
import { all, job } from "../jobs.js";
import { System } from "../manifest/system.js";
import { Parts, buildParts, systemRecord } from "../node-system.js";
import { inBuild, shown } from "../paths.js";
import { filesBelow, hashFiles, hashOf, npmVersion, upToDate } from "../stamp.js";
import { GATES, environmentText, gatesText, linkText } from "./gates.js";
import { instanceName, rackText } from "./rack.js";

/** Instances of a program, and of a cell that the system has once. */
const PROGRAM_INSTANCES = 4;

/** What build/wasmtime/NAME.json holds. */
export interface WasmtimeSystem {
  preloads: { name: string; path: string }[];
  main: string;
  /** Cells whose image number a message of the machine may name. */
  cells: string[];
}

/** Builds a system for wasmtime; answers the path of its JSON file. */
export async function buildWasmtimeSystem(system: System, fileName: string): Promise<string> {
  const parts = await buildParts(system, fileName);
  const forms = await all(parts.cells.map(buildContainedForm));
  const slots = parts.cells.flatMap((cell, image) => new Array<number>(instancesOf(system, cell)).fill(image));
  const machine = await buildMachine();
  const texts: Record<string, string> = { env: environmentText(), link: linkText() };
  for (const [name, signatures] of Object.entries(GATES)) texts[name] = gatesText(signatures);
  const fixed = await all(
    Object.entries(texts).map(([name, text]) => assemble(inBuild("wasmtime", `${name}.wasm`), text)),
  );
  const path = (name: string) => fixed[Object.keys(texts).indexOf(name)]!;
  const rack = await assemble(inBuild("wasmtime", `${fileName}.rack.wasm`), rackOf(system, parts, slots, forms));
  const description: WasmtimeSystem = {
    preloads: [
      ...["env", ...Object.keys(GATES)].map((name) => ({ name, path: path(name) })),
      { name: "kernel", path: parts.kernel },
      ...slots.map((image, slot) => ({ name: instanceName(slot), path: forms[image]! })),
      { name: "rack", path: rack },
      { name: "machine", path: machine },
    ],
    main: path("link"),
    cells: parts.cells.map(({ manifest }) => manifest.name),
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

function rackOf(system: System, parts: Parts, slots: number[], forms: string[]): string {
  return rackText({
    slots,
    places: forms.map((form) => JSON.parse(readFileSync(placesPath(form), "utf8")) as string[]),
    records: parts.cells.map((cell) => systemRecord(system, cell)),
    fixedPages: parts.cells.map(({ manifest, memoryMin }) =>
      memoryMin === manifest.memoryMax ? memoryMin : undefined,
    ),
    archive: parts.rootfs ? readFileSync(parts.rootfs) : new Uint8Array(0),
  });
}

/** build/cells/NAME/NAME.wasmtime.wasm */
async function buildContainedForm({ manifest, wasm, memoryMin, locations }: BuiltCell): Promise<string> {
  const out = wasm.replace(/\.wasm$/, ".wasmtime.wasm");
  const limits = `${memoryMin} ${manifest.memoryMax} ${JSON.stringify(locations)}`;
  const key = hashOf(npmVersion("binaryen"), passesHash(), limits, readFileSync(wasm));
  await upToDate([out, placesPath(out)], key, () =>
    job(`contained form of ${manifest.name}`, async () => {
      const { Unguardable } = await import("../passes/contain/draft.js");
      const { containedForm } = await import("../passes/contain/contained-form.js");
      try {
        const form = containedForm(readFileSync(wasm), locations, memoryMin, manifest.memoryMax);
        writeFileSync(out, form.bytes);
        writeFileSync(placesPath(out), JSON.stringify(form.places));
      } catch (error) {
        if (!(error instanceof Unguardable)) throw error;
        throw new UserError(`${shown(manifest.source)}: no guard is known for ${messageOf(error)}; run it elsewhere`);
      }
    }),
  );
  return out;
}

/** The texts of a contained form's places. */
function placesPath(form: string): string {
  return form.replace(/\.wasm$/, ".places.json");
}

function passesHash(): string {
  const own = inBuild("host", "build");
  return hashFiles(["passes", "places", "wasm"].flatMap((folder) => filesBelow(join(own, folder))));
}

/** build/wasmtime/machine.wasm */
function buildMachine(): Promise<string> {
  return compileAsc({
    label: "asc machine",
    out: inBuild("wasmtime"),
    name: "machine",
    args: ["host/wasmtime/machine.ts", "--runtime", "stub", "--use", "abort=", "-O3", "--debug"],
    texts: {},
    folders: [],
  });
}

/** Text to a module, by binaryen: wabt writes the numbers of memories beyond the first wrongly. */
export async function assemble(out: string, text: string): Promise<string> {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.parseText(text);
  mkdirSync(inBuild("wasmtime"), { recursive: true });
  writeIfChanged(out, module.emitBinary());
  module.dispose();
  return out;
}
