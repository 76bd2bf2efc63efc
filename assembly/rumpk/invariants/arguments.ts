/*
 * Invariants of arguments.ts: the arguments of a cell lie in its own place, and those of a boot cell are ended there.
 */
import { CELL_FREE } from "../../abi/cell";
import { ARGS_MAX } from "../../abi/spawn";
import { argumentsAt, argumentsOf } from "../keep/arguments";
import { cellAt } from "../run/cell";
import { CELLS, NO_CELL } from "../base/limits";

export function checkArguments(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    const length = argumentsOf(cell).length;
    if (cell.state == CELL_FREE || length == 0) continue;
    assert(length <= ARGS_MAX, "arguments lie in the place of their cell");
    if (cell.parent != NO_CELL) continue;
    assert(load<u8>(argumentsAt(index) + length - 1) == 0, "every argument of a boot cell is ended by a NUL");
  }
}
