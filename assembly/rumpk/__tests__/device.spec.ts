/*
 * Devices are claimed once, their windows mapped and their lines bound, and all of it undone when the cell ends.
 */
import { ENODEV } from "../../abi/errno";
import { DeviceRecord } from "../../abi/image";
import { LEND_READ, LEND_WRITE } from "../../abi/calls";
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../abi/systable";
import { cellAt } from "../cell";
import { deviceAttach, deviceDetach, deviceInterrupt, devicesRelease } from "../device";
import { fdtOpen } from "../fdt";
import { LINES } from "../limits";
import { schedulerReset } from "../scheduler";
import { SCRATCH_AT } from "../tables";
import { freshKernel, lineOwner, quiesces, windowBase } from "./machine";
import { beginNode, beginTree, cellsProperty, endNode, endTree, stringProperty } from "./tree";

function uart(name: string, base: u32, line: u32): void {
  beginNode(name);
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [0, base, 0x100]);
  cellsProperty("interrupts", [line]);
  endNode();
}

beforeEach(() => {
  freshKernel();
  schedulerReset();
  beginTree();
  uart("serial@1000", 0x1000, 10);
  uart("serial@2000", 0x2000, LINES + 5);
  endTree();
  fdtOpen(KERNEL_FDT, KERNEL_FDT_MAX);
});

function wanted(name: string): DeviceRecord {
  const record = changetype<DeviceRecord>(SCRATCH_AT + 0x1000);
  memory.fill(changetype<usize>(record), 0, offsetof<DeviceRecord>());
  for (let i = 0; i < name.length; ++i) store<u8>(changetype<usize>(record) + i, <u8>name.charCodeAt(i));
  record.rights = LEND_READ | LEND_WRITE;
  return record;
}

describe("devices", () => {
  test("go to the first who asks, each once", () => {
    expect<i32>(deviceAttach(3, 0, wanted("ns16550a"))).toBe(11);
    expect<i64>(windowBase(3, 0)).toBe(0x1000);
    expect<i32>(lineOwner(10)).toBe(3);
    expect<i32>(deviceAttach(4, 1, wanted("ns16550a"))).toBeGreaterThanOrEqual(0);
    expect<i64>(windowBase(4, 1)).toBe(0x2000);
    expect<i32>(deviceAttach(5, 0, wanted("ns16550a"))).toBe(ENODEV);
    expect<i32>(deviceAttach(5, 0, wanted("virtio"))).toBe(ENODEV);
  });
  test("are free again when their cell has ended", () => {
    deviceAttach(3, 0, wanted("ns16550a"));
    deviceDetach(3, 0, 11);
    devicesRelease(3);
    expect<u32>(quiesces()).toBe(1);
    expect<i64>(windowBase(3, 0)).toBe(-1);
    expect<i32>(lineOwner(10)).toBe(-1);
    deviceAttach(4, 0, wanted("ns16550a"));
    expect<i64>(windowBase(4, 0)).toBe(0x1000);
  });
});

describe("an interrupt", () => {
  test("is an event of the window of the line's cell", () => {
    deviceAttach(3, 1, wanted("ns16550a"));
    deviceInterrupt(10);
    expect<u64>(cellAt(3).interrupts).toBe(2);
  });
  test("on a line that is nobody's, or beyond the last, does nothing", () => {
    deviceInterrupt(11);
    deviceInterrupt(LINES);
    deviceInterrupt(0xffffffff);
    for (let cell: u32 = 0; cell < 64; ++cell) expect<u64>(cellAt(cell).interrupts).toBe(0);
  });
  test("after its window was taken away does nothing", () => {
    deviceAttach(3, 1, wanted("ns16550a"));
    deviceDetach(3, 1, 11);
    deviceInterrupt(10);
    expect<u64>(cellAt(3).interrupts).toBe(0);
  });
});
