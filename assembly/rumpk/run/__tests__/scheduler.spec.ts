/*
 * Who runs next: higher spectra first, turns within one, deadlines in time, lent spectra back when the borrower blocks.
 */
import { CELL_BLOCKED, CELL_HELD, CELL_READY, CELL_RUNNING } from "../../../abi/cell";
import { NEVER } from "../../../abi/calls";
import { SPECTRUM_GRAVITY, SPECTRUM_MATTER, SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../../abi/promise";
import { cellAt } from "../cell";
import { NO_CELL, TURN, TURN_PHOTON } from "../../base/limits";
import { cellClearInstance } from "../../life/loader";
import { block, forgetCell, makeReady, nextDeadline, wakeOnRoom, wakeOnSlot } from "../pending";
import { endRun, expire, pick, schedulerReset, turnLeft } from "../scheduler";
import { lendRank } from "../loan";
import { turnOf } from "../ready";
import { armedDeadline, freshKernel, timersArmed } from "../../__tests__/machine";

beforeEach(() => {
  freshKernel();
  schedulerReset();
});

function ready(index: u32, spectrum: u32): void {
  cellAt(index).spectrum = spectrum;
  cellClearInstance(cellAt(index));
  cellAt(index).state = CELL_HELD;
  makeReady(index);
}

/** Picks a cell and puts it back: one turn. */
function turn(): u32 {
  const index = pick();
  if (index != NO_CELL) endRun(index, TURN);
  return index;
}

describe("the order", () => {
  test("nobody is ready", () => {
    expect<u32>(pick()).toBe(NO_CELL);
  });
  test("Photon, Matter, Gravity, Void", () => {
    ready(1, SPECTRUM_VOID);
    ready(2, SPECTRUM_GRAVITY);
    ready(3, SPECTRUM_MATTER);
    ready(4, SPECTRUM_PHOTON);
    for (let wanted: u32 = 4; wanted > 0; --wanted) {
      expect<u32>(pick()).toBe(wanted);
      expect<u32>(cellAt(wanted).state).toBe(CELL_RUNNING);
      block(wanted, 1, 0, NEVER);
      endRun(wanted, TURN);
      expect<u32>(cellAt(wanted).state).toBe(CELL_BLOCKED);
    }
    expect<u32>(pick()).toBe(NO_CELL);
  });
  test("cells of one spectrum take turns, the last index included", () => {
    ready(0, SPECTRUM_MATTER);
    ready(31, SPECTRUM_MATTER);
    ready(63, SPECTRUM_MATTER);
    const first = turn();
    const second = turn();
    const third = turn();
    expect<u32>(first + second + third).toBe(94);
    expect<u32>(turn()).toBe(first);
    expect<u32>(turn()).toBe(second);
    expect<u32>(turn()).toBe(third);
  });
  test("a driver that runs in between does not take turns away from anybody", () => {
    ready(6, SPECTRUM_MATTER);
    ready(7, SPECTRUM_MATTER);
    let sixes = 0;
    let sevens = 0;
    for (let round = 0; round < 20; ++round) {
      ready(5, SPECTRUM_PHOTON);
      const driver = pick();
      expect<u32>(driver).toBe(5);
      block(driver, 1, 0, NEVER);
      endRun(driver, TURN);
      if (turn() == 6) ++sixes;
      else ++sevens;
    }
    expect(sixes).toBe(10);
    expect(sevens).toBe(10);
  });
  test("a cell whose run ends before its turn goes on with it", () => {
    ready(6, SPECTRUM_MATTER);
    ready(7, SPECTRUM_MATTER);
    const first = pick();
    endRun(first, TURN - 1);
    expect<u32>(turn()).toBe(first);
    expect<u32>(turn()).toBe(13 - first);
  });
});

/** Blocks a cell as if it had run; makeReady wakes it. */
function asleep(index: u32, spectrum: u32): void {
  cellAt(index).spectrum = spectrum;
  cellClearInstance(cellAt(index));
  cellAt(index).state = CELL_BLOCKED;
}

describe("a cell that was woken", () => {
  test("comes before all that were not, which have a turn when the woken have run as long", () => {
    for (let index: u32 = 10; index < 60; ++index) ready(index, SPECTRUM_PHOTON);
    for (let round = 0; round < 20; ++round) {
      asleep(5, SPECTRUM_PHOTON);
      makeReady(5);
      expect<u32>(pick()).toBe(5);
      block(5, 1, 0, NEVER);
      endRun(5, TURN_PHOTON);
      expect<u32>(turn()).toBe(10 + (<u32>round % 50));
    }
  });
  test("comes at once when another was woken before it but ran for less than a turn", () => {
    ready(10, SPECTRUM_MATTER);
    for (let index: u32 = 15; index < 20; ++index) {
      asleep(index, SPECTRUM_MATTER);
      makeReady(index);
    }
    for (let index: u32 = 15; index < 20; ++index) {
      expect<u32>(pick()).toBe(index);
      block(index, 1, 0, NEVER);
      endRun(index, TURN / 8);
    }
  });
  test("owes nothing for the time when nobody waited", () => {
    asleep(5, SPECTRUM_MATTER);
    makeReady(5);
    expect<u32>(pick()).toBe(5);
    block(5, 1, 0, NEVER);
    endRun(5, TURN);
    asleep(6, SPECTRUM_MATTER);
    makeReady(6);
    expect<u32>(pick()).toBe(6);
    block(6, 1, 0, NEVER);
    endRun(6, 10);
    ready(4, SPECTRUM_MATTER);
    asleep(7, SPECTRUM_MATTER);
    makeReady(7);
    expect<u32>(pick()).toBe(7);
  });
  test("waits for one turn of the others when one before it ran for a whole turn", () => {
    ready(10, SPECTRUM_MATTER);
    asleep(15, SPECTRUM_MATTER);
    makeReady(15);
    asleep(16, SPECTRUM_MATTER);
    makeReady(16);
    const first = turn();
    expect<u32>(turn()).toBe(10);
    expect<u32>(first + turn()).toBe(31);
  });
  test("goes on before the others when its run is cut short", () => {
    ready(10, SPECTRUM_PHOTON);
    asleep(15, SPECTRUM_PHOTON);
    makeReady(15);
    for (let part = 1; part < 10; ++part) {
      expect<u32>(pick()).toBe(15);
      endRun(15, TURN_PHOTON / 10);
    }
    expect<i64>(turnLeft(cellAt(15))).toBe(TURN_PHOTON / 10);
    expect<u32>(pick()).toBe(15);
    endRun(15, TURN_PHOTON / 10);
    expect<u32>(turn()).toBe(10);
    expect<u32>(turn()).toBe(15);
  });
  test("has no privilege left when another cell takes its entry", () => {
    asleep(5, SPECTRUM_MATTER);
    makeReady(5);
    forgetCell(5);
    ready(5, SPECTRUM_MATTER);
    ready(4, SPECTRUM_MATTER);
    asleep(6, SPECTRUM_MATTER);
    makeReady(6);
    expect<u32>(turn()).toBe(6);
  });
});

describe("preemption", () => {
  test("a higher spectrum ends the running cell's run at once", () => {
    ready(1, SPECTRUM_MATTER);
    pick();
    const before = timersArmed();
    ready(2, SPECTRUM_PHOTON);
    expect<u32>(timersArmed()).toBe(before + 1);
    expect<i64>(armedDeadline()).toBeLessThanOrEqual(0);
  });
  test("the same or a lower spectrum does not", () => {
    ready(1, SPECTRUM_MATTER);
    pick();
    const before = timersArmed();
    ready(2, SPECTRUM_MATTER);
    ready(3, SPECTRUM_VOID);
    expect<u32>(timersArmed()).toBe(before);
  });
});

describe("blocking", () => {
  test("a wake on a slot that is waited for, and only on that", () => {
    ready(1, SPECTRUM_MATTER);
    pick();
    block(1, 1 << 5, 1 << 6, NEVER);
    endRun(1, TURN);
    wakeOnSlot(1, 4);
    wakeOnSlot(1, 6);
    wakeOnRoom(1, 5);
    expect<u32>(cellAt(1).state).toBe(CELL_BLOCKED);
    wakeOnSlot(1, 5);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
    expect<u32>(pick()).toBe(1);
    block(1, 0, 1 << 6, NEVER);
    endRun(1, TURN);
    wakeOnRoom(1, 6);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
  });
  test("deadlines: the earliest is next, what has passed wakes", () => {
    expect<i64>(nextDeadline()).toBe(NEVER);
    for (let index: u32 = 1; index < 4; ++index) {
      ready(index, SPECTRUM_MATTER);
      pick();
      block(index, 0, 0, <i64>index * 1000);
      endRun(index, TURN);
    }
    expect<i64>(nextDeadline()).toBe(1000);
    expire(999);
    expect<u32>(pick()).toBe(NO_CELL);
    expire(2000);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
    expect<u32>(cellAt(2).state).toBe(CELL_READY);
    expect<u32>(cellAt(3).state).toBe(CELL_BLOCKED);
    expect<i64>(nextDeadline()).toBe(3000);
  });
  test("a block without a deadline arms nothing", () => {
    ready(1, SPECTRUM_MATTER);
    pick();
    block(1, 1, 0, NEVER);
    endRun(1, TURN);
    expect<i64>(nextDeadline()).toBe(NEVER);
  });
});

describe("a lent spectrum", () => {
  test("lifts a ready cell at once and ends when it blocks", () => {
    ready(1, SPECTRUM_GRAVITY);
    ready(2, SPECTRUM_MATTER);
    expect(lendRank(1, 1 + SPECTRUM_PHOTON, 3, 1)).toBe(true);
    expect<u32>(pick()).toBe(1);
    block(1, 1, 0, NEVER);
    endRun(1, TURN);
    expect<u32>(turnOf(cellAt(1)).rank).toBe(1 + SPECTRUM_GRAVITY);
  });
  test("never lowers", () => {
    ready(1, SPECTRUM_PHOTON);
    expect(lendRank(1, 1 + SPECTRUM_MATTER, 3, 1)).toBe(false);
    expect<u32>(turnOf(cellAt(1)).rank).toBe(1 + SPECTRUM_PHOTON);
  });
});
