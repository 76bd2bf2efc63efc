/*
 * Who runs next: higher spectra first, turns within one, deadlines in time, lent spectra back when the borrower blocks.
 */
import { CELL_BLOCKED, CELL_READY, CELL_RUNNING } from "../../abi/cell";
import { NEVER } from "../../abi/calls";
import { SPECTRUM_GRAVITY, SPECTRUM_MATTER, SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../abi/energy";
import { cellAt } from "../cell";
import { NO_CELL } from "../limits";
import {
  block,
  endRun,
  expire,
  keepTurn,
  lendSpectrum,
  makeReady,
  nextDeadline,
  pick,
  schedulerReset,
  wakeOnRoom,
  wakeOnSlot,
} from "../scheduler";
import { armedDeadline, freshKernel, timersArmed } from "./machine";

beforeEach(() => {
  freshKernel();
  schedulerReset();
});

function ready(index: u32, spectrum: u32): void {
  cellAt(index).spectrum = spectrum;
  cellAt(index).lent = spectrum;
  makeReady(index);
}

/** Picks a cell and puts it back: one turn. */
function turn(): u32 {
  const index = pick();
  if (index != NO_CELL) endRun(index);
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
      endRun(wanted);
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
      endRun(driver);
      if (turn() == 6) ++sixes;
      else ++sevens;
    }
    expect(sixes).toBe(10);
    expect(sevens).toBe(10);
  });
  test("an interrupted cell keeps its turn", () => {
    ready(6, SPECTRUM_MATTER);
    ready(7, SPECTRUM_MATTER);
    const first = pick();
    keepTurn(first);
    endRun(first);
    expect<u32>(turn()).toBe(first);
    expect<u32>(turn()).toBe(13 - first);
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
    endRun(1);
    wakeOnSlot(1, 4);
    wakeOnSlot(1, 6);
    wakeOnRoom(1, 5);
    expect<u32>(cellAt(1).state).toBe(CELL_BLOCKED);
    wakeOnSlot(1, 5);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
    expect<u32>(pick()).toBe(1);
    block(1, 0, 1 << 6, NEVER);
    endRun(1);
    wakeOnRoom(1, 6);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
  });
  test("deadlines: the earliest is next, what has passed wakes", () => {
    expect<i64>(nextDeadline()).toBe(NEVER);
    for (let index: u32 = 1; index < 4; ++index) {
      ready(index, SPECTRUM_MATTER);
      pick();
      block(index, 0, 0, <i64>index * 1000);
      endRun(index);
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
    endRun(1);
    expect<i64>(nextDeadline()).toBe(NEVER);
  });
});

describe("a lent spectrum", () => {
  test("lifts a ready cell at once and ends when it blocks", () => {
    ready(1, SPECTRUM_GRAVITY);
    ready(2, SPECTRUM_MATTER);
    expect(lendSpectrum(1, SPECTRUM_PHOTON)).toBe(true);
    expect<u32>(pick()).toBe(1);
    block(1, 1, 0, NEVER);
    endRun(1);
    expect<u32>(cellAt(1).lent).toBe(SPECTRUM_GRAVITY);
  });
  test("never lowers", () => {
    ready(1, SPECTRUM_PHOTON);
    expect(lendSpectrum(1, SPECTRUM_MATTER)).toBe(false);
    expect<u32>(cellAt(1).lent).toBe(SPECTRUM_PHOTON);
  });
});
