/*
 * Acts that copy a cell's memory: lending and COPY, checkpoint and RESTORE. Each first fills part of the tracked area
 * with its own bytes, so that no two ranges look the same.
 */
import * as abi from "../../../../host/abi.js";
import { checkpoint, restore } from "../spec/checkpoints.js";
import { copy, map } from "../spec/lending.js";
import { AREA_AT, AREA_SIZE, setBytes } from "../spec/memory.js";
import { inSlot, LENDS, type Cell } from "../spec/world.js";
import { AT_NOWHERE, callAct, pick, slotOf, type Maker, type Makers } from "./making.js";
import type { Act } from "./run.js";

/** Longest range. */
const RANGE = 64;

/** A range of the area, now and then one outside the memory. */
function rangeOf(n: number, m: number): { at: number; length: number } {
  const length = m % RANGE;
  const at = AREA_AT + (n % (AREA_SIZE - RANGE));
  return n % 13 === 12 ? { at: AT_NOWHERE, length } : { at, length };
}

/** Makes an act write the cell's area first, in its memory and in the specification's. */
function filling({ cell, serial }: Makers, act: Act): Act {
  const bytes = Buffer.from(`${serial}.`.repeat(RANGE)).subarray(0, RANGE);
  const at = AREA_AT + ((serial * 61) % (AREA_SIZE - RANGE));
  setBytes(cell.memory, at, bytes);
  return {
    ...act,
    call: (machine) => {
      machine.write(cell.index, at, bytes);
      return act.call!(machine);
    },
  };
}

/** Mostly a slot in which the cell holds something of this kind. */
function slotWith(cell: Cell, kinds: readonly string[], n: number): number {
  const held = [...cell.slots.keys()].filter((slot) => kinds.includes(inSlot(cell, slot)?.kind ?? ""));
  return held.length > 0 && n % 8 !== 0 ? pick(held, n >> 3) : slotOf(cell, n >> 3);
}

function mapAct(makers: Makers, { a, b, c }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const slot = slotWith(cell, ["channel", "device"], a);
  const { at, length } = rangeOf(b, c);
  const flags = pick([3, 3, 1, 2, 3, 0, 4, 3], c >> 6);
  const text = `map(${slot}, 0x${at.toString(16)}, ${length}, ${flags})`;
  return filling(
    makers,
    callAct(makers, text, "map", [slot, at, length, flags], () => map(world, cell, slot, at, length, flags)),
  );
}

/** What a cell could copy: the lends of the cells at the other ends of its channels. */
function lent({ world, cell }: Makers): { slot: number; id: number; length: number }[] {
  return [...cell.slots.values()].flatMap((held) => {
    if (held.kind !== "channel") return [];
    return world
      .alive()
      .flatMap(({ lends }) =>
        lends.flatMap((lend, id) =>
          lend?.channel === held.channel ? [{ slot: held.slot, id, length: lend.length }] : [],
        ),
      );
  });
}

function copyAct(makers: Makers, { a, b, c }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const all = lent(makers);
  const random = { slot: slotOf(cell, a >> 3) & 0xff, id: b % (LENDS + 2), length: RANGE };
  const { slot, id, length: most } = all.length > 0 && a % 8 !== 0 ? pick(all, a >> 3) : random;
  const { at } = rangeOf(b, 0);
  const offset = most === 0 ? c % 2 : c % most;
  // Mostly within the range; now and then to its very end, or one byte past it.
  const left = most - offset;
  const length = Math.max(0, c % 8 < 2 ? left + (c % 8) : Math.min(left, (c >> 4) % RANGE));
  const toLender = (a & 0x4000) !== 0;
  const what = slot | (id << 8) | (toLender ? abi.COPY_TO_LENDER : 0);
  const args = [abi.META_COPY, BigInt(what), BigInt(offset), (BigInt(length) << 32n) | BigInt(at)];
  const text = `copy(${slot}, lend ${id}, ${toLender ? "to" : "from"} ${offset}, ${length})`;
  return filling(
    makers,
    callAct(makers, text, "meta", args, () => copy(world, cell, { slot, id, toLender, offset, at, length })),
  );
}

function checkpointAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { cell } = makers;
  const { at, length: short } = rangeOf(a, b);
  const length = b % 16 === 15 ? abi.CHECKPOINT_MAX + 1 + (b >> 4) : short;
  const text = `checkpoint(0x${at.toString(16)}, ${length})`;
  return filling(
    makers,
    callAct(makers, text, "checkpoint", [at, length], () => checkpoint(cell, at, length)),
  );
}

function restoreAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { cell } = makers;
  const { at } = rangeOf(a, 0);
  const capacity = b % 8 === 0 ? b % RANGE : RANGE;
  const args = [abi.META_RESTORE, BigInt(at), BigInt(capacity), 0n];
  return callAct(makers, `restore(${capacity})`, "meta", args, () => restore(cell, at, capacity));
}

export const memoryMakers: Readonly<Record<string, Maker>> = {
  map: mapAct,
  copy: copyAct,
  checkpoint: checkpointAct,
  restore: restoreAct,
};
