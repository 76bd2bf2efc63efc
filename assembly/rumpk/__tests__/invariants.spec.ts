/*
 * The checked kernel sees what it is there for: each table made wrong by hand, in one way each, stops it. And what a
 * release kernel does with a call that is wrong: the cell that made it ends, and the others go on.
 */
import { LEND_READ, META_CHANNEL } from "../../abi/calls";
import {
  CAUSE_KERNEL,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_HELD,
  CELL_READY,
  CELL_RUNNING,
  EXIT_BLOCKED,
} from "../../abi/cell";
import { PROMISE_DEVICE, SPECTRUM_MATTER } from "../../abi/promise";
import { CAP_DEVICE, RIGHTS_ALL } from "../../abi/rights";
import { ARGS_MAX } from "../../abi/spawn";
import { UNVEIL_ALL, UNVEIL_READ, UNVEIL_SPACE } from "../../abi/unveil";
import { CHECKPOINT_MAX } from "../../abi/checkpoint";
import { arenaTake } from "../base/arena";
import { argumentsAt, argumentsOf } from "../keep/arguments";
import { broken } from "../run/assertions";
import { cellAt } from "../run/cell";
import { endingsOf } from "../life/endings";
import { KERNEL_END, channelAt, endOf, ringTowards } from "../object/channel";
import { capabilityIn, slotAt } from "../object/capability";
import { checkpointsOf, copyOf } from "../keep/checkpoint";
import { deviceAdd } from "../object/device";
import { eventsOf } from "../run/event";
import { givenOf, grantPlace } from "../keep/given";
import { cellDestroy } from "../base/hal";
import { deviceOf, imageAt } from "../object/image";
import { checkAll } from "../invariants/all";
import { checkServices } from "../invariants/services";
import { sys_checkpoint, sys_map, sys_meta, sys_send, sys_unveil } from "../kernel";
import { lendAt } from "../object/lend";
import { CELLS, DERIVATION_DEPTH } from "../base/limits";
import { quotaOf } from "../object/quota";
import { callOf } from "../run/pending";
import { turnOf } from "../run/ready";
import { VERDICTS_AT } from "../base/tables";
import { BASE, ENTRY_HEAD, OWN, listOf, veilOf } from "../authority/unveil";
import { bootFamily, childIn, newChild, sleepForEver, spawnWith } from "./family";
import { hasCell, setCellBody } from "./machine";
import {
  FILES,
  HELPER_DEVICE,
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  SERVER_FILES,
  pokeText,
  runReady,
} from "./system";

/** Where a path lies in a cell's memory. */
const PATH: u32 = 512;

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
    ++endOf(channel, 0).references;
    expect(() => checkAll()).toThrow();
    --endOf(channel, 0).references;
    endOf(channel, 1).slot = 40;
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

/** main sees this path alone from now on, and its children with it. */
function showOnly(path: string): void {
  pokeText(MAIN, PATH, path);
  expect<i64>(sys_unveil(MAIN, PATH, path.length, UNVEIL_READ)).toBe(0);
}

/** The first entry of a list allows everything; what the check says of that, and the entry is as it was. */
function widened(list: usize): void {
  const rights = load<u16>(list, 2);
  store<u16>(list, <u16>UNVEIL_ALL, 2);
  expect(() => checkAll()).toThrow();
  store<u16>(list, rights, 2);
  checkAll();
}

describe("the checked kernel stops when what a cell was given", () => {
  test("is a path with more rights than its base, or than the base of its parent", () => {
    showOnly("/a");
    const child = newChild("helper");
    const grandchild = newChild("child");
    cellAt(grandchild).parent = child;
    cellAt(grandchild).parentSerial = cellAt(child).serial;
    checkAll();
    widened(listOf(grandchild, BASE));
    pokeText(child, PATH, "/a/b");
    expect<i64>(sys_unveil(child, PATH, 4, UNVEIL_READ)).toBe(0);
    checkAll();
    widened(listOf(child, OWN));
    veilOf(grandchild).flags = 0;
    store<u16>(listOf(grandchild, BASE), 0);
    expect(() => checkAll()).toThrow();
  });
  test("is no path, one that ends outside of its list, or stands in a list that is not in use", () => {
    showOnly("/a");
    const list = listOf(MAIN, OWN);
    checkAll();
    store<u8>(list + ENTRY_HEAD, 0x61);
    expect(() => checkAll()).toThrow();
    store<u8>(list + ENTRY_HEAD, 0x2f);
    store<u16>(list, <u16>UNVEIL_SPACE);
    expect(() => checkAll()).toThrow();
    store<u16>(list, 2);
    checkAll();
    veilOf(MAIN).flags = 0;
    expect(() => checkAll()).toThrow();
  });
  test("is a channel of the manifest in whose place something was granted, or hangs wrong", () => {
    const helper = childIn(spawnWith("helper", MAIN_STREAM, RIGHTS_ALL, FILES));
    checkAll();
    givenOf(helper).wires = 1;
    expect(() => checkAll()).toThrow();
    givenOf(helper).wires = 0;
    capabilityIn(grantPlace(helper, 0)).level = <u8>(DERIVATION_DEPTH + 1);
    expect(() => checkAll()).toThrow();
  });
  test("are arguments longer than their place, or of a boot cell without an end", () => {
    const words = argumentsOf(cellAt(MAIN));
    store<u8>(argumentsAt(MAIN) + words.length - 1, 0x61);
    expect(() => checkAll()).toThrow();
    words.length = ARGS_MAX + 1;
    expect(() => checkAll()).toThrow();
  });
});

/** A device of this name, without a line. */
function addDevice(name: string): void {
  const names = memory.data(16);
  for (let i = 0; i < name.length; ++i) store<u8>(names + i, <u8>name.charCodeAt(i));
  deviceAdd(0x1000, 0x100, -1, names, name.length + 1);
}

describe("the checked kernel stops when what a cell has", () => {
  test("is a checkpoint that is torn, too long or out of turn", () => {
    for (let n = 0; n < 2; ++n) expect<i64>(sys_checkpoint(SERVER, 64, 8)).toBe(0);
    checkAll();
    const copies = checkpointsOf(cellAt(SERVER));
    const copy = copyOf(copies, copies.newer);
    store<u8>(copy, load<u8>(copy, 16) ^ 1, 16);
    expect(() => checkAll()).toThrow();
    store<u32>(copy, CHECKPOINT_MAX + 1, 12);
    expect(() => checkAll()).toThrow();
    store<u32>(copy, 300, 12);
    checkAll();
    ++copies.newer;
    expect(() => checkAll()).toThrow();
  });
  test("is charged to who is over", () => {
    quotaOf(CELLS - 1).channels = 1;
    expect(() => checkAll()).toThrow();
  });
  test("is lent from beyond its memory", () => {
    expect<i64>(sys_map(SERVER, SERVER_FILES, 64, 64, LEND_READ)).toBe(0);
    checkAll();
    lendAt(SERVER, 0).length = 1 << 30;
    expect(() => checkAll()).toThrow();
  });
  test("is a window that it gave up, or a bus master without DMA", () => {
    addDevice("ns16550a");
    const helper = newChild("helper");
    expect<u32>(slotAt(helper, HELPER_DEVICE).kind).toBe(CAP_DEVICE);
    checkAll();
    cellAt(helper).promises ^= <u64>PROMISE_DEVICE;
    expect(() => checkAll()).toThrow();
    cellAt(helper).promises ^= <u64>PROMISE_DEVICE;
    const name = changetype<usize>(deviceOf(imageAt(cellAt(helper).image), 0));
    store<u8>(name, load<u8>(name) ^ 1);
    expect(() => checkAll()).toThrow();
  });
  test("is an end that is said to be the kernel's", () => {
    endOf(channelAt(slotAt(MAIN, MAIN_STREAM).object), 0).cell = <u8>KERNEL_END;
    expect(() => checkAll()).toThrow();
  });
  test("is another's port, or more restarts than there are", () => {
    const image = cellAt(MAIN).image;
    cellAt(MAIN).image = cellAt(SERVER).image;
    expect(() => checkServices()).toThrow();
    cellAt(MAIN).image = image;
    checkServices();
    endingsOf(cellAt(SERVER)).restarts = RESTARTS + 1;
    expect(() => checkServices()).toThrow();
  });
  test("is a verdict that there is not", () => {
    store<u32>(VERDICTS_AT, 0x50);
    expect(() => checkServices()).toThrow();
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
