/*
 * Quotas: how many bytes of the arena (rings and checkpoints) and how many channels one cell may have. The manifest
 * says so. A channel is charged to the cell that asked for it: the client of a port, the maker of a pair. When that
 * cell lets go of a channel that lives on, a pair is charged to a cell that still holds it, whatever that cell's bound,
 * and a port's channel to nobody: the port's `clients` limits what clients leave behind.
 *
 * Invariants: what a cell is charged is the sum of the channels that name it as their payer and of its checkpoints;
 * nothing is charged to a cell that has ended. Only a channel that another cell leaves to it can take a cell over its
 * bound.
 */
import { imageAt } from "./image";
import { cellAt } from "../run/cell";
import { ARENA_UNIT } from "../base/limits";
import { QUOTAS_AT, QUOTA_STRIDE } from "../base/tables";

if (offsetof<Quota>() > QUOTA_STRIDE) ERROR("a Quota is larger than its place");

/** Instead of a payer: nobody. */
export const NO_PAYER: u32 = 0xffff;


@unmanaged
export class Quota {
  /** Bytes of the arena, in whole units. */
  arena: u32;
  channels: u32;
}


@inline
export function quotaOf(index: u32): Quota {
  return changetype<Quota>(QUOTAS_AT + <usize>index * QUOTA_STRIDE);
}

/** What a piece of the arena is charged with: its whole units. */
@inline
export function arenaCharge(bytes: u32): u32 {
  return ((bytes + ARENA_UNIT - 1) / ARENA_UNIT) * ARENA_UNIT;
}

/** Whether a cell may have that much more. */
export function quotaAllows(index: u32, bytes: u32, channels: u32): bool {
  if (index == NO_PAYER) return true;
  const image = imageAt(cellAt(index).image);
  const quota = quotaOf(index);
  const all = <u64>quota.arena + bytes;
  return all <= image.arenaMost && (channels == 0 || quota.channels + channels <= image.channelsMost);
}

/** Charges a cell. */
export function quotaTake(index: u32, bytes: u32, channels: u32): void {
  if (index == NO_PAYER) return;
  const quota = quotaOf(index);
  quota.arena += bytes;
  quota.channels += channels;
}

/** Gives back what a cell was charged. */
export function quotaGive(index: u32, bytes: u32, channels: u32): void {
  if (index == NO_PAYER) return;
  const quota = quotaOf(index);
  assert(quota.arena >= bytes && quota.channels >= channels);
  quota.arena -= bytes;
  quota.channels -= channels;
}
