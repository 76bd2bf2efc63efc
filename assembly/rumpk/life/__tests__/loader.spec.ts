/*
 * The loader: the slots of a new cell are those of its manifest, a client more than a port takes is refused, and a
 * failed start leaves nothing.
 */
import { LOOKUP_CELLS, LOOKUP_DEVICE, META_LOOKUP } from "../../../abi/calls";
import { CAUSE_KILLED, CELL_BLOCKED, CELL_READY } from "../../../abi/cell";
import { SPECTRUM_MATTER } from "../../../abi/promise";
import { EAGAIN, EMFILE, ENOENT, ENOMEM } from "../../../abi/errno";
import { EVENT_CONNECTED } from "../../../abi/event";
import { CAP_CELLS, CAP_CHANNEL, CAP_DEVICE, CAP_NONE, CAP_PORT, RIGHT_MAP, RIGHTS_ALL } from "../../../abi/rights";
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../../abi/systable";
import { arenaFree } from "../../base/arena";
import { endCell } from "../blink";
import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { fdtRead } from "../../object/fdt";
import { sys_meta } from "../../kernel";
import { NO_CELL } from "../../base/limits";
import { announce, connectPort, portServer, wireChannels } from "../wire";
import { cellNew, cellStart } from "../loader";
import { bootFamily, eventsSlot, newChild, readEvent } from "../../__tests__/family";
import { createFails, hasCell, lineOwner, windowBase } from "../../__tests__/machine";
import {
  CLIENTS,
  FILES,
  HELPER_CELLS,
  HELPER_DEVICE,
  HELPER_FILES,
  MAIN,
  MAIN_FILES,
  SERVER,
  STREAM,
} from "../../__tests__/system";
import { beginNode, beginTree, cellsProperty, endNode, endTree, stringProperty } from "../../__tests__/tree";

beforeEach(() => {
  bootFamily();
});

/** Gives the machine a 16550 with line 10. */
function addUart(): void {
  beginTree();
  beginNode("serial@1000");
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [0, 0x1000, 0x100]);
  cellsProperty("interrupts", [10]);
  endNode();
  endTree();
  fdtRead(KERNEL_FDT, KERNEL_FDT_MAX);
}

describe("the slots of a new cell", () => {
  test("are its channels, its devices, and all cells", () => {
    addUart();
    const helper = newChild("helper");
    expect<u32>(slotAt(helper, HELPER_FILES).kind).toBe(CAP_PORT);
    expect<u32>(slotAt(helper, HELPER_FILES).object).toBe(FILES);
    expect<u32>(slotAt(helper, HELPER_DEVICE).kind).toBe(CAP_DEVICE);
    expect<u32>(slotAt(helper, HELPER_DEVICE).rights).toBe(RIGHT_MAP);
    expect<u32>(slotAt(helper, HELPER_CELLS).kind).toBe(CAP_CELLS);
    expect<u32>(slotAt(helper, HELPER_CELLS + 1).kind).toBe(CAP_NONE);
    expect<i64>(windowBase(helper, 0)).toBe(0x1000);
    expect<i32>(lineOwner(10)).toBe(<i32>helper);
    expect<i64>(sys_meta(helper, META_LOOKUP, FILES, 0, 0)).toBe(HELPER_FILES);
    expect<i64>(sys_meta(helper, META_LOOKUP, LOOKUP_DEVICE, 0, 0)).toBe(HELPER_DEVICE);
    expect<i64>(sys_meta(helper, META_LOOKUP, LOOKUP_CELLS, 0, 0)).toBe(HELPER_CELLS);
  });
  test("stay empty for a device that this machine lacks; the others keep their places", () => {
    const helper = newChild("helper");
    expect<u32>(slotAt(helper, HELPER_DEVICE).kind).toBe(CAP_NONE);
    expect<i64>(sys_meta(helper, META_LOOKUP, LOOKUP_DEVICE, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(helper, META_LOOKUP, LOOKUP_CELLS, 0, 0)).toBe(HELPER_CELLS);
  });
  test("stay empty for a port that nobody serves, and are filled when somebody does", () => {
    const child = newChild("child");
    const server = cellAt(SERVER).image;
    endCell(SERVER, CAUSE_KILLED, 0, true);
    const late = newChild("child");
    expect<i64>(sys_meta(late, META_LOOKUP, STREAM, 0, 0)).toBe(ENOENT);
    const again = cellNew(server, NO_CELL);
    expect<i32>(cellStart(again)).toBe(0);
    expect<i32>(wireChannels(late)).toBe(0);
    expect<i64>(sys_meta(late, META_LOOKUP, STREAM, 0, 0)).toBe(1);
    expect<u32>(slotAt(child, 1).kind).toBe(CAP_CHANNEL);
  });
});

describe("a port", () => {
  test("has the server whose image names it, as long as that lives", () => {
    expect<u32>(portServer(FILES)).toBe(SERVER);
    expect<u32>(portServer(0x7777)).toBe(NO_CELL);
    endCell(SERVER, CAUSE_KILLED, 0, true);
    expect<u32>(portServer(FILES)).toBe(NO_CELL);
  });
  test("takes as many clients as its manifest says; one more changes nothing", () => {
    for (let more: u32 = 1; more < CLIENTS; ++more) {
      expect<i32>(connectPort(MAIN, 20 + more, FILES, RIGHTS_ALL, 0)).toBe(0);
    }
    const free = arenaFree();
    expect<i32>(connectPort(MAIN, 40, FILES, RIGHTS_ALL, 0)).toBe(EMFILE);
    expect<u32>(arenaFree()).toBe(free);
    expect<u32>(slotAt(MAIN, 40).kind).toBe(CAP_NONE);
    expect<i32>(connectPort(MAIN, 41, STREAM, RIGHTS_ALL, 0)).toBe(0);
  });
  test("tells its server of a new client, which finds it in a slot of its own", () => {
    connectPort(MAIN, 20, FILES, RIGHTS_ALL, 0);
    expect<i64>(readEvent(SERVER)).toBe(EAGAIN, "it may still come to nothing");
    announce(MAIN, 20);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    const slot = eventsSlot(SERVER);
    expect<u32>(slotAt(SERVER, slot).end).toBe(1);
    expect<u32>(slotAt(SERVER, slot).object).toBe(slotAt(MAIN, 20).object);
    expect<u32>(slotAt(SERVER, slot).object).not.toBe(slotAt(MAIN, MAIN_FILES).object);
  });
  test("of nobody, or of the caller itself, is no port", () => {
    expect<i32>(connectPort(MAIN, 20, 0x7777, RIGHTS_ALL, 0)).toBe(ENOENT);
    expect<i32>(connectPort(SERVER, 20, FILES, RIGHTS_ALL, 0)).toBe(ENOENT);
  });
});

describe("a start", () => {
  test("prepares from the image alone, then makes the instance ready", () => {
    const cell = cellNew(2, MAIN);
    expect<bool>(hasCell(cell)).toBe(false);
    expect<u32>(cellAt(cell).spectrum).toBe(SPECTRUM_MATTER);
    expect<u64>(cellAt(cell).promises).toBe(0x8000_0000_0000_001f);
    expect<u32>(cellAt(cell).parentSerial).toBe(cellAt(MAIN).serial);
    expect<i32>(cellStart(cell)).toBe(0);
    expect<bool>(hasCell(cell)).toBe(true);
    expect<u32>(cellAt(cell).state).toBe(CELL_READY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
  });
  test("that the machine refuses claims no device", () => {
    addUart();
    const cell = cellNew(4, MAIN);
    createFails(ENOMEM);
    expect<i32>(cellStart(cell)).toBe(ENOMEM);
    expect<i32>(lineOwner(10)).toBe(-1);
    expect<u32>(slotAt(cell, HELPER_DEVICE).kind).toBe(CAP_NONE);
    createFails(0);
    expect<i32>(cellStart(cell)).toBe(0);
    expect<i32>(lineOwner(10)).toBe(<i32>cell);
  });
});
