/*
 * META_INFO, and which cells are in the table: a cell that has ended stays only as long as another cell holds it; a
 * boot cell in quarantine stays visible.
 */
import {
  CELL_ENDED,
  CELL_HELD,
  CELL_QUARANTINED,
  CellInfo,
  EACCES,
  EBADF,
  EINVAL,
  ENOENT,
  RIGHT_INFO,
} from "../../../../host/abi.js";
import { answers, problem, unless, type Outcome } from "./outcome.js";
import { inSlot, type Cell, type World } from "./world.js";

const CELLS = 64;
const STATES = { alive: 0, held: CELL_HELD, ended: CELL_ENDED, quarantined: CELL_QUARANTINED };

/** Whether a live capability to the cell is in some slot. */
function isHeld(world: World, cell: Cell): boolean {
  return world.coming().some((holder) =>
    [...holder.slots.keys()].some((slot) => {
      const held = inSlot(holder, slot);
      return held?.kind === "cell" && held.cell === cell;
    }),
  );
}

/** Ends children in quarantine that nobody holds for good; runs after each call. */
export function release(world: World): void {
  for (const cell of world.cells)
    if (cell.state === "quarantined" && cell.parent && !isHeld(world, cell)) {
      cell.state = "ended";
      cell.checkpoint = null;
    }
}

/** Whether the cell is in the table. */
function isThere(world: World, cell: Cell): boolean {
  return cell.state === "ended" ? isHeld(world, cell) : true;
}

/** The part of a CellInfo that is compared; every state of a living cell is 0. */
export function infoText(bytes: string): string {
  const record = Buffer.from(bytes, "latin1");
  const { state, generation, cause } = CellInfo.fields;
  const seen = record.readUInt32LE(state.offset);
  const known = Object.values(STATES).includes(seen) ? seen : 0;
  return `${known} ${record.readUInt32LE(generation.offset)} ${record.readUInt32LE(cause.offset)}`;
}

/** META_INFO(slot, index). */
export function info(world: World, cell: Cell, slot: number, index: number): Outcome[] {
  const refuses = (errno: number) => unless([problem(errno)], () => []);
  const held = inSlot(cell, slot);
  if (held?.kind !== "cell" && held?.kind !== "cells") return refuses(EBADF);
  if ((held.rights & RIGHT_INFO) === 0) return unless([problem(EACCES), problem(EBADF)], () => []);
  if (held.kind === "cells" && index >= CELLS) return refuses(EINVAL);
  const target = held.kind === "cell" ? held.cell : world.at(index);
  if (!target || !isThere(world, target)) return refuses(ENOENT);
  return [answers(CellInfo.size, undefined, `${STATES[target.state]} ${target.generation} ${target.cause}`)];
}
