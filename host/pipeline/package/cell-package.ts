/*
 * The package of a built cell: build/cells/NAME.npk, with the derived forms that were made from this very module. Each
 * system has its own copy of the package, signed for that system, so that a system stays intact when a cell is rebuilt
 * for another one.
 */
import { readFileSync } from "node:fs";

import { BuiltCell, writeIfChanged } from "../cell.js";
import { derivedForms } from "../forms.js";
import { imageRecord } from "../manifest/record.js";
import { inBuild } from "../paths.js";
import { KeyPair } from "./keys.js";
import { assemblePackage, signModule } from "./package.js";

/** Makes the package of a cell whose forms are built; returns its bytes. */
export function buildPackage(cell: BuiltCell, signer: KeyPair): Uint8Array {
  const { manifest, memoryMin, wasm } = cell;
  const path = inBuild("cells", `${manifest.name}.npk`);
  const forms = new Map<string, Uint8Array>();
  for (const { name, path: file, isCurrent } of derivedForms(cell))
    if (isCurrent()) forms.set(name, readFileSync(file));
  const record = imageRecord(manifest, memoryMin, 0);
  const bytes = signModule(assemblePackage({ module: readFileSync(wasm), record, forms, natives: new Map() }), signer);
  writeIfChanged(path, bytes);
  return bytes;
}
