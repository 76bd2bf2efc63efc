/*
 * The files of a built system, over node:fs.
 */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MachineError } from "../errors.js";

/** Reads a file. Throws a MachineError that names it if that fails. */
export async function readPart(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new MachineError(
      `${path}: ${(error as NodeJS.ErrnoException).code ?? error}; build the system with "rumpk build"`,
    );
  }
}

/** The path of a file whose name in the file at `base` is relative to that file, or absolute. */
export function pathBeside(base: string, name: string): string {
  return resolve(dirname(base), name);
}

/** The text of a required file. */
export function textOf(path: string): string {
  return readFileSync(path, "utf8");
}
