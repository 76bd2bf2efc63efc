/*
 * The checked kernel sees what it is there for: each table made wrong by hand, in one way each, stops it. And what a
 * release kernel does with a call that is wrong: the cell that made it ends, and the others go on.
 */
import { META_CHANNEL } from "../../abi/calls";
import {
  CAUSE_KERNEL,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_HELD,
  CELL_READY,
  CELL_RUNNING,
  EXIT_BLOCKED,
} from "../../abi/cell";
import { SPECTRUM_MATTER } from "../../abi/energy";
import { arenaTake } from "../arena";
import { broken } from "../assertions";
import { cellAt } from "../cell";
import { channelAt, ringTowards } from "../channel";
import { slotAt } from "../capability";
import { eventsOf } from "../event";
import { cellDestroy } from "../hal";
import { checkAll } from "../invariants/all";
import { sys_meta, sys_send } from "../kernel";
import { callOf, turnOf } from "../scheduler";
import { bootFamily, newChild, sleepForEver } from "./family";
import { hasCell, setCellBody } from "./machine";
import { MAIN, MAIN_FILES, MAIN_STREAM, SERVER, runReady } from "./system";

beforeEach(() => {
  bootFamily();
  newChild("child");
  sys_meta(MAIN, META_CHANNEL, 64, 2, 0);
  sys_send(MAIN, MAIN_STREAM, 0, 4, 0);
  checkAll();
});

describe("the checked kernel stops when", () => {
  test("a blocked cell says that it is ready, or runs between two runs", () => {
    cellAt(SERVER).state = CELL_READY;
    expect(() => checkAll()).toThrow();
    cellAt(SERVER).state = CELL_RUNNING;
    expect(() => checkAll()).toThrow();
  });
  test("a deadline is not in the set of those who wait for one", () => {
    callOf(cellAt(SERVER)).deadline = 5;
    expect(() => checkAll()).toThrow();
  });
  test("a lender is nobody's, or has ended", () => {
    turnOf(cellAt(SERVER)).lender = MAIN;
    expect(() => checkAll()).toThrow();
  });
  test("a rank is not that of window and spectrum", () => {
    cellAt(SERVER).spectrum = SPECTRUM_MATTER;
    expect(() => checkAll()).toThrow();
  });
  test("a cell lives without an instance, or has one without a life", () => {
    cellDestroy(SERVER);
    expect(() => checkAll()).toThrow();
    bootFamily();
    cellAt(SERVER).state = CELL_HELD;
    expect(() => checkAll()).toThrow();
  });
  test("who has ended still holds something", () => {
    cellDestroy(SERVER);
    cellAt(SERVER).state = CELL_ENDED;
    cellAt(SERVER).references = 1;
    expect(() => checkAll()).toThrow();
  });
  test("a slot is held that the cell does not know of", () => {
    cellAt(MAIN).slots &= ~(1 << MAIN_FILES);
    expect(() => checkAll()).toThrow();
  });
  test("a cell is held once too often", () => {
    ++cellAt(MAIN).references;
    expect(() => checkAll()).toThrow();
  });
  test("a channel's end counts wrong, is gone while it is held, or belongs to a stranger", () => {
    const channel = channelAt(slotAt(MAIN, MAIN_FILES).object);
    ++channel.references0;
    expect(() => checkAll()).toThrow();
    --channel.references0;
    channel.slot1 = 40;
    expect(() => checkAll()).toThrow();
  });
  test("memory of the arena is taken by nobody", () => {
    arenaTake(1);
    expect(() => checkAll()).toThrow();
  });
  test("a ring lies outside the arena, or holds more than it can", () => {
    const ring = ringTowards(slotAt(MAIN, MAIN_STREAM).object, 1);
    ring.head += 9;
    expect(() => checkAll()).toThrow();
    ring.head -= 9;
    ring.base += 4;
    expect(() => checkAll()).toThrow();
  });
  test("a cell sleeps that could go on, or waits on a slot that it does not hold", () => {
    const main = cellAt(MAIN);
    callOf(main).waitSet = 1;
    checkAll();
    eventsOf(main).gone = eventsOf(main).about = 1 << MAIN_FILES;
    expect(() => checkAll()).toThrow();
    eventsOf(main).gone = eventsOf(main).about = 0;
    callOf(main).waitSet = (<u64>1) << 50;
    expect(() => checkAll()).toThrow();
  });
  test("an event is about nothing that is held, or missing in the sum", () => {
    eventsOf(cellAt(SERVER)).gone = (<u64>1) << 50;
    expect(() => checkAll()).toThrow();
    eventsOf(cellAt(SERVER)).about = (<u64>1) << 50;
    expect(() => checkAll()).toThrow();
  });
});

describe("a call that is wrong", () => {
  test("ends the cell that made it, by itself, with a cause of its own", () => {
    const child = newChild("child");
    setCellBody((cell, budget) => {
      if (cell <= MAIN || cellAt(cell).cause != 0) return sleepForEver(cell, budget);
      expect<bool>(broken()).toBe(false);
      return EXIT_BLOCKED;
    });
    runReady(1);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_KERNEL);
    expect<bool>(hasCell(child)).toBe(false);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    expect<bool>(hasCell(SERVER)).toBe(true);
  });
});
