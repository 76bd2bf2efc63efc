/*
 * Builds a system for the Node machine: build/system/NAME.json names kernel and board, the package and the record of
 * each cell in the order of the image table, the archive of the root file system, and the SealTable. Paths are relative
 * to the JSON file.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";

import * as abi from "../abi.js";
import { buildBoard } from "./board.js";
import { BuiltCell, buildCell, writeIfChanged } from "./cell.js";
import { nodeFormOf } from "./forms.js";
import { all } from "./jobs.js";
import { buildKernel } from "./kernel.js";
import { imageRecord } from "./manifest/record.js";
import { System } from "./manifest/system.js";
import { buildPackage } from "./package/cell-package.js";
import { Signing, packageHash, sealTable } from "./package/seal-table.js";
import { checkClasses } from "./package/trust.js";
import { inBuild } from "./paths.js";
import { packTar } from "./tar.js";

/** The contents of build/system/NAME.json. */
export interface NodeSystem {
  name: string;
  kernel: string;
  board: string;
  cells: { name: string; package: string; plain: string; record: string; places: string }[];
  rootfs: string | null;
  seals: string | null;
}

/** The parts that every machine needs. */
export interface Parts {
  kernel: string;
  cells: BuiltCell[];
  /** Path of the archive. */
  rootfs: string | undefined;
}

/** Builds the kernel, all cells of the system, and the archive. */
export async function buildParts(system: System, fileName: string, checked: boolean): Promise<Parts> {
  const [kernel, ...cells] = await all<string | BuiltCell>([buildKernel(checked), ...system.cells.map(buildCell)]);
  const parts: Parts = { kernel: kernel as string, cells: cells as BuiltCell[], rootfs: undefined };
  if (system.rootfs) {
    parts.rootfs = inBuild("system", `${fileName}.tar`);
    writeIfChanged(parts.rootfs, packTar(system.rootfs));
  }
  return parts;
}

/** The record of a cell in a system: its manifest, its role, and `flags`. */
export function systemRecord(system: System, { manifest, memoryMin }: BuiltCell, flags: number): Uint8Array {
  const main = manifest.name === system.main ? abi.IMAGE_MAIN | abi.IMAGE_BOOT : 0;
  return imageRecord(manifest, memoryMin, main | flags);
}

/** A cell of a system, in the form for machines that run WebAssembly. */
export interface SealedCell {
  record: Uint8Array;
  /** The package's bytes. */
  bytes: Uint8Array;
}

/** The packages of a system whose forms are built, and its SealTable, which an unsealed system lacks. */
export function sealedCells(
  system: System,
  cells: BuiltCell[],
  signing: Signing,
): { cells: SealedCell[]; table: Uint8Array | undefined } {
  checkClasses(system, signing, false);
  const sealed = cells.map((cell) => ({
    record: systemRecord(system, cell, 0),
    bytes: buildPackage(cell, signing.signer),
  }));
  if (!system.sealed) return { cells: sealed, table: undefined };
  const entries = sealed.map(({ record, bytes }, index) => ({
    name: cells[index]!.manifest.name,
    hash: packageHash(record, bytes),
  }));
  return { cells: sealed, table: sealTable(signing, entries) };
}

/** Builds a system for the Node machine; returns the path of its JSON file. */
export async function buildNodeSystem(
  system: System,
  fileName: string,
  checked: boolean,
  signing: Signing,
): Promise<string> {
  const [parts, board] = await Promise.all([buildParts(system, fileName, checked), buildBoard("index")]);
  const forms = parts.cells.map(nodeFormOf);
  await all(forms.map((form) => form.make()));
  const { cells, table } = sealedCells(system, parts.cells, signing);
  const json = inBuild("system", `${fileName}.json`);
  const from = (path: string) => relative(dirname(json), path);
  const written = (name: string, bytes: Uint8Array): string => {
    const path = inBuild("system", fileName, name);
    writeIfChanged(path, bytes);
    return from(path);
  };
  const description: NodeSystem = {
    name: system.name,
    kernel: from(parts.kernel),
    board: from(board),
    cells: parts.cells.map(({ manifest, wasm }, index) => ({
      name: manifest.name,
      package: written(`${manifest.name}.npk`, cells[index]!.bytes),
      plain: from(wasm),
      record: written(`${manifest.name}.record`, cells[index]!.record),
      places: from(forms[index]!.places),
    })),
    rootfs: parts.rootfs ? from(parts.rootfs) : null,
    seals: table ? written("seals", table) : null,
  };
  mkdirSync(dirname(json), { recursive: true });
  writeFileSync(json, JSON.stringify(description, undefined, 2) + "\n");
  return json;
}
