/*
 * The machine's clock: nanoseconds since boot, never running backwards.
 */

export interface Clock {
  /** Nanoseconds since boot. */
  now(): bigint;
  /** Real time at boot, in nanoseconds since 1970-01-01 UTC. */
  readonly bootNs: bigint;
}

/** Starts a clock; now is boot. */
export function startClock(): Clock {
  const start = process.hrtime.bigint();
  return { now: () => process.hrtime.bigint() - start, bootNs: BigInt(Date.now()) * 1_000_000n };
}
