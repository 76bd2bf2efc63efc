/*
 * Invariants of checkpoint.ts: the newer copy is whole, the older one is the checkpoint before it, and neither is
 * longer than a checkpoint may be. Where the copies lie and who pays for them: memory.ts, given.ts. And of audit.ts:
 * the event ring keeps whatever its reader has not saved.
 */
import { CHECKPOINT_MAX } from "../../abi/checkpoint";
import { AUDIT_RING_COUNT } from "../../abi/audit";
import { auditUnsaved } from "../keep/audit";
import { cellAt } from "../run/cell";
import { Checkpoints, checkpointsOf, copyOf, isWhole, lengthOf, sequenceOf } from "../keep/checkpoint";
import { CELLS } from "../base/limits";

/**
 * Longest checkpoint whose hash is computed after every run of a cell; longer ones would slow down the checked kernel.
 */
const HASHED_MAX: u32 = 256;

function checkCopies(copies: Checkpoints): void {
  const newer = copyOf(copies, copies.newer);
  const older = copyOf(copies, copies.newer + 1);
  assert(copies.newer != 0 && sequenceOf(newer) == copies.newer, "the newer copy is the last checkpoint");
  assert(sequenceOf(older) == copies.newer - 1, "the older copy is the checkpoint before");
  assert(lengthOf(newer) <= CHECKPOINT_MAX, "a checkpoint has a bound");
  assert(lengthOf(newer) > HASHED_MAX || isWhole(newer), "the newer copy is whole");
}

export function checkCheckpoints(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const copies = checkpointsOf(cellAt(index));
    if (copies.at != 0) checkCopies(copies);
  }
  assert(auditUnsaved() <= AUDIT_RING_COUNT, "what the ledger has not saved is still there");
}
