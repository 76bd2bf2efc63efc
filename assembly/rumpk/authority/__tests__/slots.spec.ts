/*
 * Slots with what they hold: every reference that filling counts is given back by dropping, and what follows happens
 * once.
 */
import { CAP_CELL, CAP_NONE, RIGHT_JOIN, RIGHT_RECV, RIGHT_SEND, RIGHTS_ALL } from "../../../abi/rights";
import { CELL_ENDED, CELL_FREE, CELL_READY } from "../../../abi/cell";
import { EVENT_GONE } from "../../../abi/event";
import { arenaFree } from "../../base/arena";
import { slotAt } from "../../object/capability";
import { cellAt, cellTake } from "../../run/cell";
import { channelAt, endGone, endOf } from "../../object/channel";
import { channelOpen } from "../../object/ends";
import { deviceAdd, deviceAt, devicesReset } from "../../object/device";
import { raise, eventsOf } from "../../run/event";
import { windowMap } from "../../base/hal";
import { SLOTS } from "../../base/limits";
import { NO_PAYER } from "../../object/quota";
import { schedulerReset } from "../../run/scheduler";
import { dropSlot, putCell, putChannel, putDevice, putPort } from "../slots";
import { freshKernel, windowBase } from "../../__tests__/machine";

beforeEach(() => {
  freshKernel();
  schedulerReset();
  devicesReset();
});

/** A channel between slot 4 of cell 1 and slot 5 of cell 2. */
function pair(): u32 {
  const channel = <u32>channelOpen(NO_PAYER, 0x1001, 0, 64, 2, 64, 2);
  putChannel(1, 4, channel, 0, RIGHTS_ALL, 0);
  putChannel(2, 5, channel, 1, RIGHTS_ALL, 0);
  return channel;
}

describe("a slot with a cell", () => {
  test("keeps the entry of a cell that has ended until the last one lets go", () => {
    const child = cellTake();
    cellAt(child).state = CELL_READY;
    putCell(1, 4, child, RIGHT_JOIN, 0);
    putCell(2, 4, child, RIGHT_JOIN, 0);
    expect<u32>(cellAt(child).references).toBe(2);
    cellAt(child).state = CELL_ENDED;
    dropSlot(1, 4);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
    dropSlot(2, 4);
    expect<u32>(cellAt(child).state).toBe(CELL_FREE);
  });
  test("does not end a cell that lives", () => {
    const child = cellTake();
    cellAt(child).state = CELL_READY;
    putCell(1, 4, child, RIGHT_JOIN, 0);
    expect<u32>(slotAt(1, 4).kind).toBe(CAP_CELL);
    dropSlot(1, 4);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
    expect<u32>(cellAt(child).references).toBe(0);
  });
});

describe("a slot with a channel end", () => {
  test("hangs up when it is the last one, and gives everything back with the other end", () => {
    const free = arenaFree();
    const channel = pair();
    dropSlot(1, 4);
    expect(endGone(channelAt(channel), 0)).toBe(true);
    expect<u64>(eventsOf(cellAt(2)).gone).toBe(1 << 5);
    dropSlot(2, 5);
    expect<u32>(arenaFree()).toBe(free);
  });
  test("leaves the end to the others who hold it: one of them is told from now on", () => {
    const channel = pair();
    putChannel(3, 6, channel, 0, RIGHT_SEND, 0);
    expect<u32>(endOf(channelAt(channel), 0).cell).toBe(3);
    dropSlot(3, 6);
    expect(endGone(channelAt(channel), 0)).toBe(false);
    expect<u32>(endOf(channelAt(channel), 0).cell).toBe(1);
    expect<u32>(endOf(channelAt(channel), 0).slot).toBe(4);
  });
  test("of one who is not told changes nothing for the one who is", () => {
    const channel = pair();
    putChannel(3, 6, channel, 0, RIGHT_RECV, 0);
    dropSlot(1, 4);
    expect(endGone(channelAt(channel), 0)).toBe(false);
    expect<u32>(endOf(channelAt(channel), 0).cell).toBe(3);
  });
});

describe("dropping", () => {
  test("unmaps a device window", () => {
    deviceAdd(0x1000, 0x100, -1, 0, 0);
    const device = deviceAt(0);
    windowMap(1, 2, device.base, <i64>device.length, 3);
    device.holder = 2;
    device.window = 2;
    putDevice(1, 7, 2, RIGHTS_ALL, 1, 0x100);
    expect<i64>(windowBase(1, 2)).toBe(0x1000);
    dropSlot(1, 7);
    expect<i64>(windowBase(1, 2)).toBe(-1);
  });
  test("forgets the events about the slot and leaves others", () => {
    putPort(1, 4, 0x2000, RIGHTS_ALL, 0);
    raise(1, EVENT_GONE, 4);
    raise(1, EVENT_GONE, 5);
    dropSlot(1, 4);
    expect<u64>(eventsOf(cellAt(1)).gone).toBe(1 << 5);
  });
  test("an empty slot does nothing", () => {
    const channel = pair();
    dropSlot(1, 4);
    dropSlot(1, 4);
    expect<u32>(slotAt(1, 4).kind).toBe(CAP_NONE);
    expect(endGone(channelAt(channel), 1)).toBe(false);
    for (let slot: u32 = 1; slot < SLOTS; ++slot) dropSlot(9, slot);
    expect<u64>(eventsOf(cellAt(9)).about).toBe(0);
  });
});
