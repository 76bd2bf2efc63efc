/*
 * Verifies a system for wasmtime before it starts, since wasmtime instantiates all modules before any of our code runs:
 * the table of seals, each package and its record against the table, each package's own signature, and the preloaded
 * form against the one in the package. Kernel, machine and rack are fresh from the build, like an image on metal.
 */
import { readFileSync } from "node:fs";

import { SEAL_GOOD } from "../../abi.js";
import { UserError } from "../errors.js";
import { FORM, customSection } from "../package/package.js";
import { packageHash, readSealTable } from "../package/seal-table.js";
import { TrustedKey, verifyPackage } from "../package/verify.js";
import { shown } from "../paths.js";
import type { WasmtimeSystem } from "./wasmtime-system.js";

/** Throws a UserError for a system that is not what a trusted key signed. An unsealed one passes. */
export function verifyWasmtimeSystem(systemJson: string, trusted: TrustedKey[]): void {
  const { cells, seals } = JSON.parse(readFileSync(systemJson, "utf8")) as WasmtimeSystem;
  if (seals === null) return;
  const entries = readSealTable(shown(seals), readFileSync(seals), trusted);
  for (const [index, cell] of cells.entries()) {
    const refuse = (why: string) => new UserError(`${shown(cell.package)}: ${why}; nothing was started`);
    const bytes = readFileSync(cell.package);
    const entry = entries[index];
    const hash = packageHash(readFileSync(cell.record), bytes);
    if (entry?.name !== cell.name || Buffer.compare(entry.hash, hash) !== 0)
      throw refuse("it is not the package that was sealed with the system");
    const { code, words } = verifyPackage(bytes, trusted);
    if (code !== SEAL_GOOD) throw refuse(words);
    const form = customSection(bytes, `${FORM}wasmtime`);
    if (!form || Buffer.compare(form, readFileSync(cell.form)) !== 0)
      throw refuse(`${shown(cell.form)} is not its form for wasmtime`);
  }
}
