/*
 * The cell table: entries are handed out once, are free again only when nobody holds them, and never reach a stranger.
 */
import { CELL_BLOCKED, CELL_ENDED, CELL_FREE, CELL_QUARANTINED, CELL_READY } from "../../../abi/cell";
import { NEVER } from "../../../abi/calls";
import { endingsOf } from "../../life/endings";
import { Cell, cellAt, cellIsAlive, cellRelease, cellTake } from "../cell";
import { chargeCall, chargeTime, energyOf } from "../energy";
import { eventsOf } from "../event";
import { CELLS, NO_CELL } from "../../base/limits";
import { cellClearInstance } from "../../life/loader";
import { restOf } from "../rest";
import { turnOf } from "../ready";
import { callOf } from "../pending";
import { freshKernel } from "../../__tests__/machine";

beforeEach(() => {
  freshKernel();
});

describe("the table", () => {
  test("records do not overlap", () => {
    expect<usize>(offsetof<Cell>()).toBeLessThanOrEqual(512);
    expect<usize>(changetype<usize>(cellAt(1)) - changetype<usize>(cellAt(0))).toBe(512);
  });
  test("has room for 64 cells and says when it is full", () => {
    for (let wanted: u32 = 0; wanted < CELLS; ++wanted) {
      expect<u32>(cellTake()).toBe(wanted);
      cellAt(wanted).state = CELL_READY;
    }
    expect<u32>(cellTake()).toBe(NO_CELL);
  });
  test("an entry is free again when it has ended and nobody holds it", () => {
    const index = cellTake();
    const cell = cellAt(index);
    cell.state = CELL_ENDED;
    cell.references = 1;
    cellRelease(index);
    expect<u32>(cell.state).toBe(CELL_ENDED);
    cell.references = 0;
    cellRelease(index);
    expect<u32>(cell.state).toBe(CELL_FREE);
  });
  test("a quarantined cell that nobody holds does not keep its entry for ever", () => {
    const index = cellTake();
    cellAt(index).state = CELL_QUARANTINED;
    cellRelease(index);
    expect<u32>(cellAt(index).state).toBe(CELL_QUARANTINED, "a boot cell stays to be seen");
    cellAt(index).parent = 1;
    cellRelease(index);
    expect<u32>(cellAt(index).state).toBe(CELL_FREE);
  });
  test("a used entry has another serial and no trace of its last user", () => {
    const index = cellTake();
    const cell = cellAt(index);
    const serial = cell.serial;
    endingsOf(cell).faults = 9;
    eventsOf(cell).gone = 1 << 7;
    energyOf(cell).spent = 5;
    cell.state = CELL_FREE;
    expect<u32>(cellTake()).toBe(index);
    expect<u32>(cell.serial).toBe(serial + 1);
    expect<u32>(endingsOf(cell).faults).toBe(0);
    expect<u64>(eventsOf(cell).gone).toBe(0);
    expect<u64>(energyOf(cell).spent).toBe(0);
    expect<u32>(cell.generation).toBe(1);
    expect<u32>(cell.parent).toBe(NO_CELL);
  });
  test("alive is ready, running or blocked", () => {
    const cell = cellAt(2);
    expect(cellIsAlive(cell)).toBe(false);
    cell.state = CELL_BLOCKED;
    expect(cellIsAlive(cell)).toBe(true);
    cell.state = CELL_ENDED;
    expect(cellIsAlive(cell)).toBe(false);
    cell.state = CELL_QUARANTINED;
    expect(cellIsAlive(cell)).toBe(false);
  });
});

describe("an instance", () => {
  test("starts without pending call, events and debts of its watchdog", () => {
    const cell = cellAt(3);
    cell.spectrum = 2;
    turnOf(cell).rank = 4;
    callOf(cell).deadline = 5;
    callOf(cell).waitSet = 6;
    callOf(cell).roomSet = 7;
    eventsOf(cell).roomArmed = 8;
    eventsOf(cell).interrupts = 9;
    restOf(cell).spun = 10;
    cellClearInstance(cell);
    expect<i64>(callOf(cell).deadline).toBe(NEVER);
    expect<u64>(
      callOf(cell).waitSet | callOf(cell).roomSet | eventsOf(cell).roomArmed | eventsOf(cell).interrupts,
    ).toBe(0);
    expect<i64>(restOf(cell).spun).toBe(0);
    expect<u32>(turnOf(cell).rank).toBe(3);
  });
});

describe("energy", () => {
  test("is a joule a nanosecond, and the price of calls", () => {
    const cell = cellAt(4);
    chargeTime(cellAt(4), 1000);
    chargeCall(cellAt(4), 5);
    expect<u64>(energyOf(cell).runtime).toBe(1000);
    expect<u64>(energyOf(cell).spent).toBe(1005);
    expect<i64>(restOf(cell).spun).toBe(1000);
  });
});
