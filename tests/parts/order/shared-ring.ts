/*
 * The shared kind of the ION ring alone, each function exported under its own name, so that its machine code can be
 * read.
 */
import {
  Ring,
  sharedCommit,
  sharedConsumerWaits,
  sharedPeek,
  sharedProducerWaits,
  sharedRelease,
  sharedReserve,
} from "../../../assembly/rumpk/base/ring";

/** The producer's side. */
export function reserve(ring: usize): usize {
  return sharedReserve(changetype<Ring>(ring));
}

export function commit(ring: usize, slot: usize, length: u32): bool {
  return sharedCommit(changetype<Ring>(ring), slot, length);
}

export function producerWaits(ring: usize): void {
  sharedProducerWaits(changetype<Ring>(ring));
}

/** The consumer's side. */
export function peek(ring: usize): usize {
  return sharedPeek(changetype<Ring>(ring));
}

export function release(ring: usize): bool {
  return sharedRelease(changetype<Ring>(ring));
}

export function consumerWaits(ring: usize): void {
  sharedConsumerWaits(changetype<Ring>(ring));
}
