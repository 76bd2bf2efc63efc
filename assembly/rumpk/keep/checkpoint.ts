/*
 * Checkpoints: what a cell wants its next instance to know, at most 32 KiB. The kernel keeps two copies; a new one
 * overwrites the older, so that one copy is whole at any moment.
 *
 *   a copy:  0 hash u64 | 8 sequence u32 | 12 length u32 | 16 data
 *
 * Guarantees: a call that fails changes nothing; only the cell itself makes a checkpoint and, after a restart, reads it
 * back (META_RESTORE); a copy whose hash does not match is never read back; both copies come from the arena at the
 * first checkpoint and go when the cell ends for good.
 */
import { AUDIT_CHECKPOINT } from "../../abi/audit";
import { EFAULT, EINVAL, EMSGSIZE, ENOBUFS, ENOENT } from "../../abi/errno";
import { CHECKPOINT_MAX } from "../../abi/checkpoint";
import { arenaGive, arenaTake } from "../base/arena";
import { audit, auditSaved } from "./audit";
import { Cell, cellAt } from "../run/cell";
import { cellRead, cellWrite } from "../base/hal";
import { arenaCharge, quotaAllows, quotaGive, quotaTake } from "../object/quota";
import { ownsMemory } from "../base/report";
import { siphash } from "../base/siphash";
import { ARGUMENTS_IN, CHECKPOINTS_IN } from "../base/tables";

if (offsetof<Checkpoints>() > ARGUMENTS_IN - CHECKPOINTS_IN) ERROR("a Checkpoints is larger than its place");

/** Bytes in front of the data. */
const HEAD: u32 = 16;
/** Bytes of a copy. */
const COPY_SIZE: u32 = HEAD + CHECKPOINT_MAX;
/** Bytes of the arena that a cell with checkpoints has. */
export const CHECKPOINT_BYTES: u32 = 2 * COPY_SIZE;
/** Offset of the sequence: the hash covers what follows it. */
const SEQUENCE: u32 = 8;


@unmanaged
export class Checkpoints {
  /** Where both copies lie in the arena, 0 for none. */
  at: usize;
  /** Sequence of the newer copy. */
  newer: u32;
}


@inline
export function checkpointsOf(cell: Cell): Checkpoints {
  return changetype<Checkpoints>(changetype<usize>(cell) + CHECKPOINTS_IN);
}


@inline
export function copyOf(copies: Checkpoints, which: u32): usize {
  return copies.at + (which & 1) * COPY_SIZE;
}


@inline
function hashOf(copy: usize): u64 {
  return siphash(copy + SEQUENCE, HEAD - SEQUENCE + lengthOf(copy));
}


@inline
export function sequenceOf(copy: usize): u32 {
  return load<u32>(copy, SEQUENCE);
}


@inline
export function lengthOf(copy: usize): u32 {
  return load<u32>(copy, 12);
}

export function isWhole(copy: usize): bool {
  return sequenceOf(copy) != 0 && lengthOf(copy) <= CHECKPOINT_MAX && load<u64>(copy) == hashOf(copy);
}

/** What the checkpoints of a cell are charged with. */
export function checkpointCharge(cell: Cell): u32 {
  return checkpointsOf(cell).at == 0 ? 0 : arenaCharge(CHECKPOINT_BYTES);
}

/** Takes room for both copies, charged to the cell. */
function takeCopies(index: u32, copies: Checkpoints): bool {
  const charge = arenaCharge(CHECKPOINT_BYTES);
  if (!quotaAllows(index, charge, 0)) return false;
  copies.at = arenaTake(CHECKPOINT_BYTES);
  if (copies.at == 0) return false;
  quotaTake(index, charge, 0);
  store<u32>(copyOf(copies, 0), 0, SEQUENCE);
  store<u32>(copyOf(copies, 1), 0, SEQUENCE);
  copies.newer = 0;
  return true;
}

/** checkpoint(pointer, length): docs/abi.md. */
export function checkpoint(index: u32, pointer: u32, length: u32): i64 {
  if (length > CHECKPOINT_MAX) return EINVAL;
  if (!ownsMemory(index, pointer, length)) return EFAULT;
  const copies = checkpointsOf(cellAt(index));
  if (copies.at == 0 && !takeCopies(index, copies)) return ENOBUFS;
  const sequence = copies.newer + 1;
  const copy = copyOf(copies, sequence);
  store<u32>(copy, 0, SEQUENCE);
  cellRead(index, pointer, copy + HEAD, length);
  store<u32>(copy, length, 12);
  store<u32>(copy, sequence, SEQUENCE);
  store<u64>(copy, hashOf(copy));
  copies.newer = sequence;
  auditSaved(index);
  audit(AUDIT_CHECKPOINT, index, 0, length);
  return 0;
}

/** Copies the newest whole checkpoint to the cell. Its length; -ENOENT without one, -EMSGSIZE, -EFAULT. */
export function restore(index: u32, pointer: u32, capacity: u32): i64 {
  const copies = checkpointsOf(cellAt(index));
  if (copies.at == 0) return ENOENT;
  let copy = copyOf(copies, copies.newer);
  if (!isWhole(copy)) copy = copyOf(copies, copies.newer + 1);
  if (!isWhole(copy)) return ENOENT;
  const length = lengthOf(copy);
  if (length > capacity) return EMSGSIZE;
  return cellWrite(index, pointer, copy + HEAD, length) < 0 ? <i64>EFAULT : <i64>length;
}

/** The cell has ended for good, or nobody can revive it any more: its checkpoints go. */
export function checkpointsDrop(index: u32): void {
  const copies = checkpointsOf(cellAt(index));
  if (copies.at == 0) return;
  arenaGive(copies.at, CHECKPOINT_BYTES);
  quotaGive(index, arenaCharge(CHECKPOINT_BYTES), 0);
  copies.at = 0;
}
