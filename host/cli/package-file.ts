/*
 * Input files of sign, verify and inspect: read whole; a file that is not a module gives a one-line error.
 */
import { readFileSync } from "node:fs";

import { UserError } from "../pipeline/errors.js";
import { shown } from "../pipeline/paths.js";

/** The bytes of a file. */
export function readPackageFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UserError(`${shown(path)}: it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** The result of `work` on a module's bytes; if it throws because they are malformed, a UserError names the file. */
export function ofModule<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${shown(path)}: ${(error as Error).message}`);
  }
}
