/*
 * Invariants of event.ts: `about` is the union of the sets, an event is about a slot that holds something, and only cells
 * that are alive or held have any.
 */
import { Cell, cellAt, cellIsComing } from "../cell";
import { imageAt } from "../image";
import { CELLS } from "../limits";

/** Every event that is about a slot. */
function union(cell: Cell): u64 {
  return cell.connected | cell.shrunk | cell.gone | cell.restarted | cell.ended | cell.room | cell.granted;
}

export function checkEvents(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    assert(cell.about == union(cell), "the union of the sets of events");
    assert((cell.about & ~cell.slots) == 0, "an event is about what is held");
    assert((cell.roomArmed & ~cell.slots) == 0, "room is waited for on a slot that is held");
    if (!cellIsComing(cell)) assert((cell.about | cell.interrupts) == 0, "who is over has no events");
    else assert(cell.interrupts >> imageAt(cell.image).devices == 0, "an interrupt is of a device of the manifest");
  }
}
