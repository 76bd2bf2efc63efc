/*
 * The SealTable of an image: hashes of the native code and the constants of each cell, as linked. The table is added to
 * the image after linking, in a section reserved for it, so nothing moves.
 */
import { readFileSync } from "node:fs";

import { BuiltCell } from "../cell.js";
import { Signing, packageHash, sealTable } from "../package/seal-table.js";
import { packageSections } from "./cells-script.js";
import { elfSections } from "./elf.js";

/** A cell of an image: its name in C, and its record. */
export interface LinkedCell {
  cell: BuiltCell;
  name: string;
  record: Uint8Array;
}

/** seal.S: the section for a table of SEAL_SIZE bytes. */
export function sealAssembly(): string {
  return [
    '.section .seal, "a"',
    ".balign 8",
    ".globl seals, seals_end",
    "seals:",
    ".zero SEAL_SIZE",
    "seals_end:",
    "",
  ].join("\n");
}

/** The table for a linked image. */
export function imageSeals(elf: string, cells: LinkedCell[], signing: Signing): Uint8Array {
  const sections = new Map(elfSections(readFileSync(elf)).map(({ name, bytes }) => [name, bytes]));
  const entries = cells.map(({ cell, name, record }) => {
    const { code, constants } = packageSections(name);
    const parts = [code, constants].map((section) => sections.get(section) ?? new Uint8Array(0));
    return { name: cell.manifest.name, hash: packageHash(record, ...parts) };
  });
  return sealTable(signing, entries);
}

/** Checks that a cell's object has no writable data, which would belong to no instance and no hash. */
export function checkConstant(object: string): string {
  const wrong = elfSections(readFileSync(object)).find(({ writable, size }) => writable && size > 0);
  if (wrong) throw new Error(`${object}: its section ${wrong.name} is data that code can change`);
  return object;
}
