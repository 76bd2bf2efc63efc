/*
 * Invariants of event.ts: `about` is the union of the sets, an event is about a slot that holds something, and only
 * cells that are alive or held have any.
 */
import { cellAt, cellIsComing } from "../run/cell";
import { Events, eventsOf } from "../run/event";
import { imageAt } from "../object/image";
import { CELLS } from "../base/limits";

/** Every event that is about a slot. */
function union(events: Events): u64 {
  const clients = events.connected | events.shrunk | events.gone;
  return clients | events.restarted | events.ended | events.room | events.granted;
}

export function checkEvents(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    const events = eventsOf(cell);
    assert(events.about == union(events), "the union of the sets of events");
    assert((events.about & ~cell.slots) == 0, "an event is about what is held");
    assert((events.roomArmed & ~cell.slots) == 0, "room is waited for on a slot that is held");
    if (!cellIsComing(cell)) assert((events.about | events.interrupts) == 0, "who is over has no events");
    else assert(events.interrupts >> imageAt(cell.image).devices == 0, "an interrupt is of a device of the manifest");
  }
}
