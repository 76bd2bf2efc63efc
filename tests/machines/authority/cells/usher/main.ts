/*
 * Kills the guest as soon as this cell runs, and prints the guest's state afterwards.
 */
import { CELLS_MAX, CellState, allCells, console, killCell } from "rumpk";
import { CELL_HELD } from "abi/cell";

export function main(args: string[]): i32 {
  const state = new CellState();
  for (let index = 0; index < CELLS_MAX; index++) {
    if (!state.read(allCells(), index) || state.name != "guest") continue;
    killCell(allCells(), index);
    state.read(allCells(), index);
    console.log("guest was killed: " + (state.info.state == CELL_HELD ? "held" : "not held"));
  }
  return 0;
}
