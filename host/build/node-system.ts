/*
 * A system for the Node machine: build/system/NAME.json names the kernel, the Node form and the record of each cell in
 * the order of the image table, and the archive of the root file system. Paths are relative to the JSON file.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import * as abi from "../abi.js";
import { BuiltCell, buildCell, writeIfChanged } from "./cell.js";
import { all, job } from "./jobs.js";
import { buildKernel } from "./kernel.js";
import { imageRecord } from "./manifest/record.js";
import { System } from "./manifest/system.js";
import { inBuild } from "./paths.js";
import { nodePlaces } from "./places/node-places.js";
import { placedFunctions } from "./places/places.js";
import { filesBelow, hashFiles, hashOf, npmVersion, upToDate } from "./stamp.js";
import { packTar } from "./tar.js";

/** What build/system/NAME.json holds. */
export interface NodeSystem {
  name: string;
  kernel: string;
  cells: { name: string; wasm: string; plain: string; record: string; places: string }[];
  rootfs: string | null;
}

/** The parts that every machine needs. */
export interface Parts {
  kernel: string;
  cells: BuiltCell[];
  /** Path of the archive. */
  rootfs: string | undefined;
}

/** Builds the kernel, all cells of the system with their records, and the archive. */
export async function buildParts(system: System, fileName: string): Promise<Parts> {
  const [kernel, ...cells] = await all<string | BuiltCell>([buildKernel(), ...system.cells.map(buildCell)]);
  const parts: Parts = { kernel: kernel as string, cells: cells as BuiltCell[], rootfs: undefined };
  for (const cell of parts.cells) writeIfChanged(recordPath(cell, fileName), systemRecord(system, cell));
  if (system.rootfs) {
    parts.rootfs = inBuild("system", `${fileName}.tar`);
    writeIfChanged(parts.rootfs, packTar(system.rootfs));
  }
  return parts;
}

/** The record of a cell in a system: its manifest, and its part there. */
export function systemRecord(system: System, { manifest, memoryMin }: BuiltCell): Uint8Array {
  const main = manifest.name === system.main ? abi.IMAGE_MAIN | abi.IMAGE_BOOT : 0;
  return imageRecord(manifest, memoryMin, main | abi.IMAGE_NATIVE);
}

/** The record depends on the system, so it lies with it. */
function recordPath({ manifest }: BuiltCell, fileName: string): string {
  return inBuild("system", fileName, `${manifest.name}.record`);
}

/** Builds a system for the Node machine; answers the path of its JSON file. */
export async function buildNodeSystem(system: System, fileName: string): Promise<string> {
  const parts = await buildParts(system, fileName);
  const forms = await all(parts.cells.map(buildNodeForm));
  const json = inBuild("system", `${fileName}.json`);
  const from = (path: string) => relative(dirname(json), path);
  const description: NodeSystem = {
    name: system.name,
    kernel: from(parts.kernel),
    cells: parts.cells.map((cell, index) => ({
      name: cell.manifest.name,
      wasm: from(forms[index]!),
      plain: from(cell.wasm),
      record: from(recordPath(cell, fileName)),
      places: from(placesPath(cell)),
    })),
    rootfs: parts.rootfs ? from(parts.rootfs) : null,
  };
  mkdirSync(dirname(json), { recursive: true });
  writeFileSync(json, JSON.stringify(description, undefined, 2) + "\n");
  return json;
}

/** build/cells/NAME/NAME.node.wasm, and the names of the places in it. */
async function buildNodeForm(cell: BuiltCell): Promise<string> {
  const { manifest, wasm, memoryMin, locations } = cell;
  const out = wasm.replace(/\.wasm$/, ".node.wasm");
  const plain = readFileSync(wasm);
  const key = hashOf(npmVersion("binaryen"), passesHash(), plain, JSON.stringify(locations));
  await upToDate([out, placesPath(cell)], key, () =>
    job(`node form of ${manifest.name}`, async () => {
      const { placedNodeForm } = await import("./passes/node-form.js");
      const form = placedNodeForm(plain, locations, memoryMin, manifest.memoryMax);
      const table = nodePlaces(placedFunctions(plain, locations), form.bytes, form.locations);
      writeFileSync(out, form.bytes);
      writeFileSync(placesPath(cell), JSON.stringify(table));
    }),
  );
  return out;
}

function placesPath({ wasm }: BuiltCell): string {
  return wasm.replace(/\.wasm$/, ".node.places.json");
}

function passesHash(): string {
  const own = inBuild("host", "build");
  return hashFiles(["passes", "places", "wasm"].flatMap((folder) => filesBelow(join(own, folder))));
}
