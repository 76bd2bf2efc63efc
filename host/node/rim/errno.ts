/*
 * Errors of node:fs as the ABI's numbers.
 */
import { constants } from "node:os";
import * as abi from "../../abi.js";

/** Host errors by name to the ABI's; what the ABI has no number for is EIO. */
const ERRNOS = abi as unknown as Record<string, number | undefined>;

/** A request that is refused here, with a negative errno. */
export class Refused extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** What `work` answers, or the negative errno of what it throws. */
export function errnoOf(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return error.errno;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !(code in constants.errno)) throw error;
    return ERRNOS[code] ?? abi.EIO;
  }
}
