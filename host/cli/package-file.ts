/*
 * Files that sign, verify and inspect are given: read whole, and a file that is no module at all is one line of error.
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

/** What `work` makes of a module's bytes; when it throws because they are malformed, a UserError that names the file. */
export function ofModule<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${shown(path)}: ${(error as Error).message}`);
  }
}
