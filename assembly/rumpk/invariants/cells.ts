/*
 * Invariants of cell.ts: what a cell's state says of the rest of its record, and of the machine: it has an instance of
 * the cell if and only if the cell is alive, which a held one is not.
 */
import { CELL_ENDED, CELL_FREE, CELL_HELD } from "../../abi/cell";
import { cellAt, cellIsAlive } from "../run/cell";
import { cellFault } from "../base/hal";
import { CELLS, NO_CELL } from "../base/limits";
import { SCRATCH_REPORT } from "../base/tables";
import { askers, idle, mayRun } from "../life/verify";

/** Whether the machine has an instance of the cell. */
function hasInstance(index: u32): bool {
  return cellFault(index, SCRATCH_REPORT) >= 0;
}

export function checkCells(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    const alive = cellIsAlive(cell);
    assert(cell.state <= CELL_HELD, "a state is one of those in abi/cell.ts");
    assert(hasInstance(index) == alive, "who is alive has an instance, nobody else");
    assert(!alive || mayRun(cell.image), "who is alive was verified");
    assert(cell.parent == NO_CELL || cell.parent < CELLS, "a parent is a cell");
    assert(alive || (((idle | askers) >> index) & 1) == 0, "who asks for a verdict, or for work, is alive");
    assert(alive || cell.state == CELL_HELD || cell.slots == 0, "who is over holds nothing");
    assert(cell.state != CELL_FREE || cell.references == 0, "nobody holds a free entry");
    assert(cell.state != CELL_ENDED || cell.references != 0, "who has ended stays while somebody holds it");
  }
}
