/*
 * The forms that the pipeline derives from a cell's module for machines that run WebAssembly:
 *
 *   build/cells/NAME/NAME.node.wasm        for the Node machine: passes/node-form.ts
 *   build/cells/NAME/NAME.wasmtime.wasm    for wasmtime: passes/contain
 *
 * each with a table of places in it. A form is remade when the module, its source lines or a pass has changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BuiltCell } from "./cell.js";
import { UserError, messageOf } from "./errors.js";
import { job } from "./jobs.js";
import { inBuild, shown } from "./paths.js";
import { nodePlaces } from "./places/node-places.js";
import { placedFunctions } from "./places/places.js";
import { filesBelow, hashFiles, hashOf, isUpToDate, npmVersion, upToDate } from "./stamp.js";

export interface DerivedForm {
  /** "node" or "wasmtime". */
  name: string;
  path: string;
  /** JSON with the texts of places, in the machine's own layout. */
  places: string;
  /** Whether it exists and is up to date. */
  isCurrent(): boolean;
  /** Makes it, unless it is up to date. */
  make(): Promise<void>;
}

/** All forms of a cell, made or not. */
export function derivedForms(cell: BuiltCell): DerivedForm[] {
  return [nodeFormOf(cell), wasmtimeFormOf(cell)];
}

/** The form for the Node machine. */
export function nodeFormOf(cell: BuiltCell): DerivedForm {
  const { manifest, wasm, memoryMin, locations } = cell;
  return derived("node", cell, async (path, places) => {
    const plain = readFileSync(wasm);
    const { placedNodeForm } = await import("./passes/node-form.js");
    const form = placedNodeForm(plain, locations, memoryMin, manifest.memoryMax);
    const table = nodePlaces(placedFunctions(plain, locations), form.bytes, form.locations);
    writeFileSync(path, form.bytes);
    writeFileSync(places, JSON.stringify(table));
  });
}

/** The form for wasmtime, which cannot catch traps. A module that cannot be guarded is a UserError. */
export function wasmtimeFormOf(cell: BuiltCell): DerivedForm {
  const { manifest, wasm, memoryMin, locations } = cell;
  return derived("wasmtime", cell, async (path, places) => {
    const { Unguardable } = await import("./passes/contain/draft.js");
    const { containedForm } = await import("./passes/contain/contained-form.js");
    try {
      const form = containedForm(readFileSync(wasm), locations, memoryMin, manifest.memoryMax);
      writeFileSync(path, form.bytes);
      writeFileSync(places, JSON.stringify(form.places));
    } catch (error) {
      if (!(error instanceof Unguardable)) throw error;
      throw new UserError(`${shown(manifest.source)}: no guard is known for ${messageOf(error)}; run it elsewhere`);
    }
  });
}

function derived(name: string, cell: BuiltCell, write: (path: string, places: string) => Promise<void>): DerivedForm {
  const { manifest, wasm, memoryMin, locations } = cell;
  const path = wasm.replace(/\.wasm$/, `.${name}.wasm`);
  const places = wasm.replace(/\.wasm$/, `.${name}.places.json`);
  const limits = `${memoryMin} ${manifest.memoryMax}`;
  const key = () => hashOf(npmVersion("binaryen"), passesHash(), limits, readFileSync(wasm), JSON.stringify(locations));
  return {
    name,
    path,
    places,
    isCurrent: () => isUpToDate([path, places], key()),
    make: async () => {
      await upToDate([path, places], key(), () => job(`${name} form of ${manifest.name}`, () => write(path, places)));
    },
  };
}

let passes: string | undefined;

/** The hash of the code that derives the forms, which does not change while this process runs. */
function passesHash(): string {
  const own = inBuild("host", "pipeline");
  passes ??= hashFiles(["passes", "places", "wasm"].flatMap((folder) => filesBelow(join(own, folder))));
  return passes;
}
