/*
 * checkpoint and META_RESTORE: what an instance leaves to the next one of the same cell. A refused checkpoint changes
 * nothing, so the previous one stays; it is dropped when the cell ends for good, not in quarantine.
 */
import { CHECKPOINT_MAX, EFAULT, EINVAL, EMSGSIZE, ENOBUFS, ENOENT } from "../../../../host/abi.js";
import { bytesAt, rangeProblems, setBytes } from "./memory.js";
import { answers, problem, unless, type Outcome } from "./outcome.js";
import { mayCheckpoint } from "./quotas.js";
import type { Cell } from "./world.js";

/** checkpoint(at, length). */
export function checkpoint(cell: Cell, at: number, length: number): Outcome[] {
  const problems = rangeProblems(at, length);
  if (length > CHECKPOINT_MAX) problems.push(problem(EINVAL));
  if (!mayCheckpoint(cell)) problems.push(problem(ENOBUFS));
  return unless(problems, () => [answers(0, () => void (cell.checkpoint = bytesAt(cell.memory, at, length)))]);
}

/** META_RESTORE(at, capacity). */
export function restore(cell: Cell, at: number, capacity: number): Outcome[] {
  const { checkpoint: kept } = cell;
  if (!kept) return unless([problem(ENOENT)], () => []);
  const problems = kept.length > capacity ? [problem(EMSGSIZE)] : [];
  if (rangeProblems(at, kept.length).length > 0) problems.push(problem(EFAULT));
  return unless(problems, () => [answers(kept.length, () => setBytes(cell.memory, at, kept))]);
}
