/*
 * Devices go to one cell at a time, with their lines, and only to cells that may have them; an attach that fails leaves
 * nothing behind.
 */
import { EACCES, EBUSY, EINVAL, ENODEV } from "../../../abi/errno";
import { DeviceRecord } from "../../../abi/image";
import { LEND_READ, LEND_WRITE } from "../../../abi/calls";
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../../abi/systable";
import { cellAt } from "../../run/cell";
import { deviceAttach, deviceDetach, deviceInterrupt, lineDevice } from "../device";
import { eventsOf } from "../../run/event";
import { fdtRead } from "../fdt";
import { LINES } from "../../base/limits";
import { schedulerReset } from "../../run/scheduler";
import { SCRATCH_AT } from "../../base/tables";
import { bindFails, freshKernel, lineOwner, windowBase } from "../../__tests__/machine";
import {
  beginNode,
  beginTree,
  cellsProperty,
  emptyProperty,
  endNode,
  endTree,
  stringProperty,
} from "../../__tests__/tree";

function device(names: string, base: u32, line: u32): void {
  beginNode("device");
  stringProperty("compatible", names);
  cellsProperty("reg", [0, base, 0x100]);
  cellsProperty("interrupts", [line]);
  endNode();
}

beforeEach(() => {
  freshKernel();
  schedulerReset();
  beginTree();
  device("ns16550a", 0x1000, 10);
  device("ns16550a", 0x2000, 11);
  device("virtio,mmio", 0x3000, 12);
  device("virtio,mmio", 0x4000, 12);
  device("sifive,clint0|riscv,clint0", 0x5000, 13);
  device("acme,flash|cfi-flash", 0x6000, 14);
  device("arm,pl011", 0x7000, LINES + 5);
  beginNode("interrupt-controller");
  stringProperty("compatible", "acme,controller");
  emptyProperty("interrupt-controller");
  cellsProperty("reg", [0, 0x8000, 0x100]);
  endNode();
  endTree();
  fdtRead(KERNEL_FDT, KERNEL_FDT_MAX);
});

function wanted(name: string): DeviceRecord {
  const record = changetype<DeviceRecord>(SCRATCH_AT + 0x1000);
  memory.fill(changetype<usize>(record), 0, offsetof<DeviceRecord>());
  for (let i = 0; i < name.length; ++i) store<u8>(changetype<usize>(record) + i, <u8>name.charCodeAt(i));
  record.rights = LEND_READ | LEND_WRITE;
  return record;
}

/** Attaches a device to a cell that has no DMA. */
function attach(cell: u32, window: u32, name: string): i32 {
  return deviceAttach(cell, window, wanted(name), false);
}

describe("devices", () => {
  test("go to the first who asks, each once", () => {
    expect<i32>(attach(3, 0, "ns16550a")).toBeGreaterThan(0);
    expect<i64>(windowBase(3, 0)).toBe(0x1000);
    expect<i32>(lineOwner(10)).toBe(3);
    expect<i32>(attach(4, 1, "ns16550a")).toBeGreaterThan(0);
    expect<i64>(windowBase(4, 1)).toBe(0x2000);
    expect<i32>(attach(5, 0, "ns16550a")).toBe(ENODEV);
    expect<i32>(attach(5, 0, "nobody")).toBe(ENODEV);
    expect<i32>(attach(5, 0, "")).toBe(ENODEV);
  });
  test("are free again when their cell has let go of them", () => {
    deviceDetach(attach(3, 0, "ns16550a"));
    expect<i64>(windowBase(3, 0)).toBe(-1);
    expect<i32>(lineOwner(10)).toBe(-1);
    attach(4, 0, "ns16550a");
    expect<i64>(windowBase(4, 0)).toBe(0x1000);
  });
});

describe("a cell without DMA", () => {
  test("gets no device that may be a bus master", () => {
    expect<i32>(attach(3, 0, "virtio,mmio")).toBe(EACCES);
    expect<i64>(windowBase(3, 0)).toBe(-1);
    expect<i32>(lineOwner(12)).toBe(-1);
    expect<i32>(deviceAttach(3, 0, wanted("virtio,mmio"), true)).toBeGreaterThan(0);
    expect<i64>(windowBase(3, 0)).toBe(0x3000);
  });
});

describe("interrupt controllers, timers and flash", () => {
  test("are nobody's, by any of their names, with DMA neither", () => {
    expect<i32>(deviceAttach(3, 0, wanted("riscv,clint0"), true)).toBe(EACCES);
    expect<i32>(deviceAttach(3, 0, wanted("sifive,clint0"), true)).toBe(EACCES);
    expect<i32>(deviceAttach(3, 0, wanted("acme,flash"), true)).toBe(EACCES);
    expect<i32>(deviceAttach(3, 0, wanted("acme,controller"), true)).toBe(ENODEV);
    expect<i32>(attach(3, 0, "cfi-flash")).toBe(EACCES);
    expect<i64>(windowBase(3, 0)).toBe(-1);
  });
});

describe("a line", () => {
  test("has one device: another one with the same line waits for it", () => {
    const first = deviceAttach(3, 0, wanted("virtio,mmio"), true);
    expect<i32>(deviceAttach(4, 0, wanted("virtio,mmio"), true)).toBe(EBUSY);
    expect<i64>(windowBase(4, 0)).toBe(-1);
    expect<i32>(lineOwner(12)).toBe(3);
    deviceDetach(first);
    expect<i32>(deviceAttach(4, 0, wanted("virtio,mmio"), true)).toBeGreaterThan(0);
    expect<i32>(lineOwner(12)).toBe(4);
  });
  test("that cannot be bound leaves no window", () => {
    bindFails(EINVAL);
    expect<i32>(attach(3, 0, "ns16550a")).toBe(EINVAL);
    expect<i64>(windowBase(3, 0)).toBe(-1);
    expect<u32>(lineDevice(10)).toBe(0);
    expect<i32>(attach(3, 0, "arm,pl011")).toBe(EINVAL);
    expect<i64>(windowBase(3, 0)).toBe(-1);
    bindFails(0);
    expect<i32>(attach(3, 0, "ns16550a")).toBeGreaterThan(0);
    expect<i64>(windowBase(3, 0)).toBe(0x1000);
  });
});

describe("a reset write", () => {
  test("that does not fit the window is refused with the device", () => {
    const record = wanted("ns16550a");
    record.resetWidth = 4;
    record.resetOffset = 0x100;
    expect<i32>(deviceAttach(3, 0, record, false)).toBe(EINVAL);
    record.resetOffset = 0xfe;
    expect<i32>(deviceAttach(3, 0, record, false)).toBe(EINVAL);
    record.resetWidth = 3;
    record.resetOffset = 0;
    expect<i32>(deviceAttach(3, 0, record, false)).toBe(EINVAL);
    record.resetWidth = 16;
    expect<i32>(deviceAttach(3, 0, record, false)).toBe(EINVAL);
    record.resetWidth = 8;
    record.resetOffset = 0xf8;
    expect<i32>(deviceAttach(3, 0, record, false)).toBeGreaterThan(0);
  });
});

describe("an interrupt", () => {
  test("is an event of the window of the line's cell", () => {
    attach(3, 1, "ns16550a");
    deviceInterrupt(10);
    expect<u64>(eventsOf(cellAt(3)).interrupts).toBe(2);
  });
  test("on a line that is nobody's, or beyond the last, does nothing", () => {
    deviceInterrupt(11);
    deviceInterrupt(LINES);
    deviceInterrupt(0xffffffff);
    for (let cell: u32 = 0; cell < 64; ++cell) expect<u64>(eventsOf(cellAt(cell)).interrupts).toBe(0);
  });
  test("after its window was taken away does nothing", () => {
    deviceDetach(attach(3, 1, "ns16550a"));
    deviceInterrupt(10);
    expect<u64>(eventsOf(cellAt(3)).interrupts).toBe(0);
  });
});
