/*
 * What a call may answer. The design often allows several errors for a call without saying which one is reported; so a
 * call has a list of outcomes, each with its effect on the world. The comparison takes the one that matches what was
 * observed; if none does, that is a mismatch.
 */

/** What was observed of a call: its result, or that its caller did not survive it. */
export interface Seen {
  readonly result: bigint | "ended";
  /** What the call wrote to the caller's memory. */
  readonly bytes: string;
  /** Cells that the kernel told the machine to make, in order. */
  readonly created: readonly number[];
}

export interface Outcome {
  readonly text: string;
  readonly fits: (seen: Seen) => boolean;
  readonly effect: (seen: Seen) => void;
}

/** A reason why a call cannot succeed. */
export interface Problem {
  readonly result: bigint | "ended";
  readonly effect?: () => void;
}

const nothing = () => {};

/** The call returns `result` and writes `bytes`, if given. */
export function answers(result: bigint | number, effect: (seen: Seen) => void = nothing, bytes?: string): Outcome {
  const value = BigInt(result);
  const fits = (seen: Seen) => seen.result === value && (bytes === undefined || seen.bytes === bytes);
  return { text: bytes === undefined ? `${value}` : `${value} with ${escape(bytes)}`, fits, effect };
}

export function problem(errno: number, effect?: () => void): Problem {
  return effect ? { result: BigInt(errno), effect } : { result: BigInt(errno) };
}

/** Any of the problems, or, if there are none, `success`. */
export function unless(problems: readonly Problem[], success: () => Outcome[]): Outcome[] {
  if (problems.length === 0) return success();
  return problems.map(({ result, effect = nothing }) => ({
    text: `${result}`,
    fits: (seen) => seen.result === result,
    effect,
  }));
}

/** The observed outcome, or null. */
export function choose(outcomes: readonly Outcome[], seen: Seen): Outcome | null {
  return outcomes.find((outcome) => outcome.fits(seen)) ?? null;
}

function escape(bytes: string): string {
  return JSON.stringify(bytes);
}
