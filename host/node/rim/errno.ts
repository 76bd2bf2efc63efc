/*
 * Maps errors of node:fs to the ABI's numbers.
 */
import { constants } from "node:os";
import * as abi from "../../abi.js";

/** Host errors by name to the ABI's; errors without a number in the ABI become EIO. */
const ERRNOS = abi as unknown as Record<string, number | undefined>;

/** A request that this file refuses, with a negative errno. */
export class Refused extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** The result of `work`, or the negative errno of what it throws. */
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
