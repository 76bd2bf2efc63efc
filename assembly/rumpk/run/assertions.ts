/*
 * What must hold, and what happens when it does not. Assertions come in pairs: a function asserts what it relies on,
 * and its caller has made the check.
 *
 *   assert(...)              a table of the kernel is broken. Nothing can be relied on any more: the machine stops.
 *   if (!holds(...)) return  the call is wrong, and no table was touched yet. It does nothing, and the cell on whose
 *                            account that was found, the running one, ends with CAUSE_KERNEL, which the ledger is told.
 *   if (CHECKED) assert(...) on the hot paths (send, recv, wait, dispatch) and at table look-ups: only the checked
 *                            kernel (checked.ts) pays for it, in which `holds` stops the machine as well.
 */
import { CAUSE_KERNEL } from "../../abi/cell";
import { cellAt } from "./cell";
import { CHECKED } from "../base/checked";
import { timerArm } from "../base/hal";
import { NO_CELL } from "../base/limits";
import { running } from "./ready";

/** The running cell, if any, ran into a bug in the kernel: it ends when its call is over. Returns false. */
export function broken(): bool {
  if (running != NO_CELL) {
    cellAt(running).doom = CAUSE_KERNEL;
    timerArm(0);
  }
  return false;
}

/** Whether what the caller relies on holds; see above. */
@inline
export function holds(condition: bool): bool {
  if (CHECKED) assert(condition);
  return condition || broken();
}
