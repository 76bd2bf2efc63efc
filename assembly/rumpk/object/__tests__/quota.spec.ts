/*
 * Quotas, and calls that fail: a cell gets its share of what all share and no more, what it gives back it may have
 * again, and what is refused has changed nothing.
 */
import { META_CHANNEL, META_CONNECT } from "../../../abi/calls";
import { CAUSE_KILLED, CELL_BLOCKED } from "../../../abi/cell";
import { EAGAIN, EFAULT, EMFILE, ENOBUFS, ENOMEM } from "../../../abi/errno";
import { CHECKPOINT_MAX } from "../../../abi/checkpoint";
import { RIGHTS_ALL } from "../../../abi/rights";
import { arenaFree } from "../../base/arena";
import { endCell } from "../../life/blink";
import { slotAt } from "../capability";
import { cellAt } from "../../run/cell";
import { channelAt, endOf } from "../channel";
import { checkpointsOf } from "../../keep/checkpoint";
import { imageAt } from "../image";
import { checkAll } from "../../invariants/all";
import { sys_checkpoint, sys_mask, sys_meta, sys_wait } from "../../kernel";
import { quotaOf } from "../quota";
import { bootFamily, childIn, newChild, readEvent, skipEvents, spawnNamed, spawnWith } from "../../__tests__/family";
import { createFails } from "../../__tests__/machine";
import { CLIENTS, HELPER_FILES, MAIN, SERVER } from "../../__tests__/system";

beforeEach(() => {
  bootFamily();
});

afterEach(() => {
  checkAll();
});

function pair(cell: u32, size: u32, count: u32): i64 {
  return sys_meta(cell, META_CHANNEL, size, count, 0);
}

function first(ends: i64): u32 {
  return (<u32>ends) & 0xff;
}

function second(ends: i64): u32 {
  return ((<u32>ends) >> 8) & 0xff;
}

describe("a quota", () => {
  test("bounds the bytes of a cell's rings and checkpoints", () => {
    const crashy = newChild("crashy");
    const free = arenaFree();
    imageAt(cellAt(crashy).image).arenaMost = 100 * 1024;
    expect<i64>(pair(crashy, 65536, 16)).toBe(ENOBUFS);
    const ends = pair(crashy, 16384, 2);
    expect<i64>(ends).toBeGreaterThan(0);
    expect<i64>(pair(crashy, 16384, 2)).toBe(ENOBUFS);
    expect<i64>(sys_checkpoint(crashy, 0, 1)).toBe(ENOBUFS);
    expect<i64>(pair(MAIN, 16384, 2)).toBeGreaterThan(0, "others have their own");
    sys_mask(crashy, first(ends), 0);
    sys_mask(crashy, second(ends), 0);
    expect<i64>(sys_checkpoint(crashy, 0, 1)).toBe(0);
    expect<i64>(pair(crashy, 16384, 2)).toBe(ENOBUFS);
    endCell(crashy, CAUSE_KILLED, 0, true);
    expect<u32>(quotaOf(crashy).arena).toBe(0);
    expect<u32>(arenaFree()).toBeGreaterThan(free - 100 * 1024);
  });
  test("bounds channels, and counts those that a client opens", () => {
    const helper = newChild("helper");
    const image = imageAt(cellAt(helper).image);
    image.channelsMost = 3;
    for (let n: u32 = 0; n < 2; ++n) expect<i64>(pair(helper, 16, 1)).toBeGreaterThan(0);
    const open = sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    expect<i64>(open).toBeGreaterThan(0);
    expect<i64>(sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0)).toBe(ENOBUFS);
    sys_mask(helper, <u32>open, 0);
    expect<u32>(quotaOf(helper).channels).toBe(2, "what the server has not dropped yet is not the client's any more");
  });
  test("of channels does not keep a cell that has too many from a checkpoint", () => {
    const crashy = newChild("crashy");
    expect<i64>(pair(crashy, 16, 1)).toBeGreaterThan(0);
    imageAt(cellAt(crashy).image).channelsMost = 0;
    expect<i64>(pair(crashy, 16, 1)).toBe(ENOBUFS);
    expect<i64>(sys_checkpoint(crashy, 0, 1)).toBe(0);
  });
  test("is charged to who holds a pair when its maker is gone", () => {
    const ends = pair(MAIN, 64, 4);
    const before = quotaOf(MAIN).channels;
    const child = childIn(spawnWith("child", second(ends), RIGHTS_ALL, 0));
    sys_mask(MAIN, second(ends), 0);
    expect<u32>(quotaOf(MAIN).channels).toBe(before);
    const held = quotaOf(child).channels;
    sys_mask(MAIN, first(ends), 0);
    expect<u32>(quotaOf(MAIN).channels).toBe(before - 1);
    expect<u32>(quotaOf(child).channels).toBe(held + 1);
    endCell(child, CAUSE_KILLED, 0, true);
    expect<u32>(quotaOf(child).channels).toBe(0);
  });
});

describe("what is refused changes nothing", () => {
  test("a checkpoint out of the cell's memory, the first or a later one", () => {
    const crashy = newChild("crashy");
    const free = arenaFree();
    expect<i64>(sys_checkpoint(crashy, 0x7fffffff, 16)).toBe(EFAULT);
    expect<i64>(sys_checkpoint(crashy, (2 << 16) - 15, 16)).toBe(EFAULT);
    expect<u32>(arenaFree()).toBe(free);
    expect<i64>(sys_checkpoint(crashy, 0, 10)).toBe(0);
    expect<i64>(sys_checkpoint(crashy, 0, 12)).toBe(0);
    const copies = checkpointsOf(cellAt(crashy)).at;
    const older = load<u64>(copies + (checkpointsOf(cellAt(crashy)).newer & 1 ? 0 : 16 + CHECKPOINT_MAX), 8);
    expect<i64>(sys_checkpoint(crashy, 0xfffffff0, 32)).toBe(EFAULT);
    const still = load<u64>(copies + (checkpointsOf(cellAt(crashy)).newer & 1 ? 0 : 16 + CHECKPOINT_MAX), 8);
    expect<u64>(still).toBe(older, "the copy before the newest");
    expect<u64>(older).not.toBe(0);
  });
  test("a spawn that the machine has no memory for: no end changes hands, no server hears of it", () => {
    const ends = pair(MAIN, 64, 4);
    const shared = second(ends);
    const channel = channelAt(slotAt(MAIN, shared).object);
    const charged = quotaOf(MAIN).channels;
    const free = arenaFree();
    sys_wait(SERVER, 1, i64.MAX_VALUE);
    createFails(ENOMEM);
    expect<i64>(spawnWith("child", shared, RIGHTS_ALL, 0)).toBe(ENOMEM);
    createFails(0);
    expect<u32>(endOf(channel, 1).cell).toBe(MAIN);
    expect<u32>(endOf(channel, 1).slot).toBe(shared);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    expect<i64>(readEvent(SERVER)).toBe(EAGAIN);
    expect<i64>(readEvent(MAIN)).toBe(EAGAIN);
    expect<u32>(arenaFree()).toBe(free);
    expect<u32>(quotaOf(MAIN).channels).toBe(charged);
  });
  test("a spawn whose server takes no client more", () => {
    for (let n: u32 = 1; n < CLIENTS; ++n) expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
    skipEvents(SERVER);
    const ends = pair(MAIN, 64, 4);
    const channel = channelAt(slotAt(MAIN, second(ends)).object);
    expect<i64>(spawnWith("child", second(ends), RIGHTS_ALL, 0)).toBe(EMFILE);
    expect<u32>(endOf(channel, 1).cell).toBe(MAIN);
    expect<i64>(readEvent(SERVER)).toBe(EAGAIN);
  });
  test("a pair for which there is one slot only", () => {
    while (pair(MAIN, 16, 1) > 0) {}
    const free = arenaFree();
    const channels = quotaOf(MAIN).channels;
    expect<i64>(pair(MAIN, 16, 1)).toBeLessThan(0);
    expect<u32>(arenaFree()).toBe(free);
    expect<u32>(quotaOf(MAIN).channels).toBe(channels);
  });
});
