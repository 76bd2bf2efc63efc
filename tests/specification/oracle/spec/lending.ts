/*
 * map and META_COPY: a cell lends a range of its memory to the holders of the other end of a channel, to read, to write
 * or both. The peer copies, with RECV to read and SEND to write, and never outside the range. A lend dies with either
 * end of its channel, with its lender's instance, and when the lender no longer holds an end of the channel.
 */
import {
  COST_MAP,
  EACCES,
  EBADF,
  EINVAL,
  EMFILE,
  LEND_READ,
  LEND_WRITE,
  RIGHT_MAP,
  RIGHT_RECV,
  RIGHT_SEND,
} from "../../../../host/abi.js";
import { peerCell } from "./cells.js";
import { bytesAt, rangeProblems, setBytes } from "./memory.js";
import { answers, problem, unless, type Outcome } from "./outcome.js";
import { useProblems } from "./promises.js";
import { inSlot, isLive, type Cell, type Lend, type World } from "./world.js";

/** Whether a lend is still valid. */
function holds(cell: Cell, { channel }: Lend): boolean {
  if (channel.ends.some(({ gone }) => gone)) return false;
  return [...cell.slots.values()].some((held) => held.kind === "channel" && held.channel === channel && isLive(held));
}

/** Removes the lends that have died; runs after each call. */
export function endLends(world: World): void {
  for (const cell of world.alive())
    cell.lends.forEach((lend, id) => {
      if (lend && !holds(cell, lend)) cell.lends[id] = null;
    });
}

/** map(slot, at, length, flags): a lend over a channel, or the number of a device's window. */
export function map(world: World, cell: Cell, slot: number, at: number, length: number, flags: number): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "channel" && held?.kind !== "device") return unless([problem(EBADF)], () => []);
  const problems = useProblems(world, cell, held);
  if ((held.rights & RIGHT_MAP) === 0) problems.push(problem(EACCES));
  const charge = () => void (cell.energy += BigInt(COST_MAP));
  if (held.kind === "device") return unless(problems, () => [answers(held.window, charge)]);
  if (flags === 0 || (flags & ~(LEND_READ | LEND_WRITE)) !== 0) problems.push(problem(EINVAL));
  problems.push(...rangeProblems(at, length));
  const id = cell.lends.indexOf(null);
  if (id < 0) problems.push(problem(EMFILE));
  return unless(problems, () => [
    answers(id, () => {
      cell.lends[id] = { channel: held.channel, side: held.side, at, length, flags };
      charge();
    }),
  ]);
}

/** The arguments of META_COPY. */
export interface Copying {
  readonly slot: number;
  readonly id: number;
  readonly toLender: boolean;
  readonly offset: number;
  /** In the caller's memory. */
  readonly at: number;
  readonly length: number;
}

/** META_COPY. */
export function copy(world: World, cell: Cell, { slot, id, toLender, offset, at, length }: Copying): Outcome[] {
  const held = inSlot(cell, slot);
  if (held?.kind !== "channel") return unless([problem(EBADF)], () => []);
  const problems = useProblems(world, cell, held);
  if ((held.rights & (toLender ? RIGHT_SEND : RIGHT_RECV)) === 0) problems.push(problem(EACCES));
  problems.push(...rangeProblems(at, length));
  const lender = peerCell(held);
  const lend = lender?.lends[id];
  if (!lender || !lend || lend.channel !== held.channel || lend.side === held.side)
    return unless([...problems, problem(EBADF)], () => []);
  if ((lend.flags & (toLender ? LEND_WRITE : LEND_READ)) === 0) problems.push(problem(EACCES));
  if (offset + length > lend.length) problems.push(problem(EINVAL));
  const there = lend.at + offset;
  return unless(problems, () => [
    answers(length, () => {
      if (toLender) setBytes(lender.memory, there, bytesAt(cell.memory, at, length));
      else setBytes(cell.memory, at, bytesAt(lender.memory, there, length));
    }),
  ]);
}
