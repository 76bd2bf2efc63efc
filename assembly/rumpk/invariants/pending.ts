/*
 * Invariants of the pending calls (transfer.ts, waiting.ts): a blocked cell waits on slots that it holds, and for
 * nothing that is there already. So no wake-up is ever lost.
 */
import { CELL_BLOCKED } from "../../abi/cell";
import { cellAt } from "../run/cell";
import { CELLS } from "../base/limits";
import { callOf } from "../run/pending";
import { slotReady } from "../calls/waiting";

export function checkPending(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cell.state != CELL_BLOCKED) continue;
    const call = callOf(cell);
    assert(((call.waitSet | call.roomSet) & ~(cell.slots | 1)) == 0, "what is waited on is held");
    for (let left = call.waitSet; left != 0; left &= left - 1) {
      assert(slotReady(index, <u32>ctz(left), false) != 1, "nobody sleeps who could go on");
    }
  }
}
