/*
 * Events are bits: none is lost, none is counted twice, and they wake who waits for them.
 */
import { CELL_BLOCKED, CELL_HELD, CELL_READY } from "../../../abi/cell";
import { NEVER } from "../../../abi/calls";
import {
  EVENT_CONNECTED,
  EVENT_ENDED,
  EVENT_GONE,
  EVENT_GRANT,
  EVENT_INTERRUPT,
  EVENT_RESTARTED,
  EVENT_ROOM,
  EVENT_SHRUNK,
} from "../../../abi/event";
import { cellAt } from "../cell";
import { eventAbout, eventSlot, eventsPending, forgetSlot, nextEvent, raise, takeEvent, eventsOf } from "../event";
import { block, makeReady } from "../pending";
import { pick, schedulerReset } from "../scheduler";
import { freshKernel } from "../../__tests__/machine";

const KINDS: StaticArray<u32> = [
  EVENT_CONNECTED,
  EVENT_SHRUNK,
  EVENT_GONE,
  EVENT_INTERRUPT,
  EVENT_RESTARTED,
  EVENT_ENDED,
  EVENT_ROOM,
  EVENT_GRANT,
];

beforeEach(() => {
  freshKernel();
  schedulerReset();
});

describe("events", () => {
  test("each kind on each slot is delivered exactly once", () => {
    const cell = cellAt(1);
    for (let i = 0; i < KINDS.length; ++i) {
      for (let slot: u32 = 0; slot < 63; ++slot) {
        raise(1, KINDS[i], slot);
        raise(1, KINDS[i], slot);
      }
    }
    let delivered = 0;
    for (let kind = nextEvent(cell); kind != 0; kind = nextEvent(cell)) {
      takeEvent(cell, kind, eventSlot(cell, kind));
      ++delivered;
    }
    expect(delivered).toBe(8 * 63);
    expect(eventsPending(cell)).toBe(false);
  });
  test("a client's coming is told before its going", () => {
    raise(1, EVENT_GONE, 3);
    raise(1, EVENT_CONNECTED, 3);
    expect<u32>(nextEvent(cellAt(1))).toBe(EVENT_CONNECTED);
  });
  test("an interrupt is about a window, not about a slot", () => {
    raise(1, EVENT_INTERRUPT, 2);
    expect(eventAbout(cellAt(1), 2)).toBe(false);
    expect(eventsPending(cellAt(1))).toBe(true);
  });
  test("about a slot: until it is taken", () => {
    raise(1, EVENT_GONE, 62);
    expect(eventAbout(cellAt(1), 62)).toBe(true);
    expect(eventAbout(cellAt(1), 61)).toBe(false);
    takeEvent(cellAt(1), EVENT_GONE, 62);
    expect(eventAbout(cellAt(1), 62)).toBe(false);
  });
  test("dropping a slot forgets what was about it, and nothing else", () => {
    for (let i = 0; i < KINDS.length; ++i) {
      raise(1, KINDS[i], 2);
      raise(1, KINDS[i], 3);
    }
    forgetSlot(cellAt(1), 2);
    expect(eventAbout(cellAt(1), 2)).toBe(false);
    expect(eventAbout(cellAt(1), 3)).toBe(true);
    expect<u64>(eventsOf(cellAt(1)).interrupts).toBe(12);
  });
  test("wake a cell that waits on slot 0, or on the slot", () => {
    for (let slot: u32 = 0; slot < 8; slot += 7) {
      cellAt(1).state = CELL_HELD;
      makeReady(1);
      pick();
      block(1, (<u64>1) << slot, 0, NEVER);
      raise(1, EVENT_ROOM, 6);
      expect<u32>(cellAt(1).state).toBe(slot == 0 ? CELL_READY : CELL_BLOCKED);
      raise(1, EVENT_GONE, 7);
      expect<u32>(cellAt(1).state).toBe(CELL_READY);
    }
  });
});
