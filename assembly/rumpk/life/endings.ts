/*
 * How the instances of a cell ended: what META_INFO tells of its faults and restarts.
 */
import { CellReport } from "../../abi/cell";
import { readReport } from "../base/report";
import { ENDINGS_IN, SCRATCH_REPORT, TRAIL_IN } from "../base/tables";
import { Cell, cellAt, whereAt } from "../run/cell";
import { WHERE_SIZE } from "../base/limits";

if (offsetof<Endings>() > TRAIL_IN - ENDINGS_IN) ERROR("an Endings is larger than its place");

/** How the instances of a cell ended. */
@unmanaged
export class Endings {
  /** Faulting address and program counter of the last fault. */
  address: u64;
  pc: u64;
  /** Begin of the restart span. */
  since: i64;
  /** Restarts in that span. */
  restarts: u32;
  /** Faults since it was spawned. */
  faults: u32;
}


@inline
export function endingsOf(cell: Cell): Endings {
  return changetype<Endings>(changetype<usize>(cell) + ENDINGS_IN);
}

/** Records what the machine says about a fault, for META_INFO. Returns its cause. */
export function recordFault(index: u32): u32 {
  const ends = endingsOf(cellAt(index));
  const report = readReport(index);
  ends.address = report.address;
  ends.pc = report.pc;
  memory.copy(whereAt(index), SCRATCH_REPORT + offsetof<CellReport>("where"), WHERE_SIZE);
  return report.cause;
}
