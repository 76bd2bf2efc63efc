/*
 * Invariants of energy.ts and rest.ts: a cell runs in the spectrum that it promised, and its strikes and the periods
 * without one are within their bounds. Ranks, periods and loans have a file of their own (loans.ts).
 */
import { STRIKE_FORGIVEN, STRIKE_KILL } from "../../abi/energy";
import { SPECTRUM_SHIFT } from "../../abi/promise";
import { cellAt, cellIsAlive } from "../run/cell";
import { CELLS } from "../base/limits";
import { restOf } from "../run/rest";

export function checkEnergy(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (!cellIsAlive(cell)) continue;
    const rest = restOf(cell);
    assert(<u64>cell.spectrum == cell.promises >> SPECTRUM_SHIFT, "the spectrum is the one that was promised");
    assert(rest.strikes < STRIKE_KILL, "the third strike is the last");
    assert(rest.clean >= -1 && rest.clean < <i32>STRIKE_FORGIVEN, "clean periods forgive");
  }
}
