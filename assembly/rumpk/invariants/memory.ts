/*
 * Invariants of arena.ts: every unit that is taken is taken by a ring of a channel in use or by a checkpoint, and those
 * lie inside the arena. Equal counts mean that nothing is lost and, since no unit is ever taken twice, that nothing
 * overlaps.
 */
import { CELL_ENDED, CELL_FREE } from "../../abi/cell";
import { arenaFree } from "../base/arena";
import { cellAt } from "../run/cell";
import { channelAt, ringTowards } from "../object/channel";
import { CHECKPOINT_BYTES, checkpointsOf } from "../keep/checkpoint";
import { ARENA_UNIT, CELLS, CHANNELS } from "../base/limits";
import { ringBytes, ringGeometryOk } from "../base/ring";
import { ARENA_AT, ARENA_END } from "../base/tables";


@inline
function rounded(bytes: u32): u32 {
  return (bytes + ARENA_UNIT - 1) & ~(ARENA_UNIT - 1);
}

function isInside(address: usize, bytes: u32): bool {
  return address >= ARENA_AT && address + bytes <= ARENA_END && (address - ARENA_AT) % ARENA_UNIT == 0;
}

/** Bytes of the arena that a ring takes. */
function ringTakes(channelIndex: u32, end: u32): u32 {
  const ring = ringTowards(channelIndex, end);
  if (channelAt(channelIndex).used == 0 || ring.base == 0) return 0;
  assert(ringGeometryOk(ring.entrySize, ring.entryCount), "a ring has a geometry");
  assert(ring.head - ring.tail <= ring.entryCount, "a ring holds no more than it has room for");
  const bytes = <u32>ringBytes(ring.entrySize, ring.entryCount);
  assert(isInside(ring.base, bytes), "a ring lies in the arena");
  return rounded(bytes);
}

/** Bytes of the arena that a cell's checkpoints take. */
function checkpointTakes(index: u32): u32 {
  const cell = cellAt(index);
  if (checkpointsOf(cell).at == 0) return 0;
  assert(cell.state != CELL_FREE && cell.state != CELL_ENDED, "who has ended keeps no checkpoint");
  assert(isInside(checkpointsOf(cell).at, CHECKPOINT_BYTES), "a checkpoint lies in the arena");
  return rounded(CHECKPOINT_BYTES);
}

export function checkMemory(): void {
  let taken: u32 = 0;
  for (let channel: u32 = 0; channel < CHANNELS; ++channel) taken += ringTakes(channel, 0) + ringTakes(channel, 1);
  for (let index: u32 = 0; index < CELLS; ++index) taken += checkpointTakes(index);
  assert(taken + arenaFree() == <u32>(ARENA_END - ARENA_AT), "every unit of the arena is free or in use");
}
