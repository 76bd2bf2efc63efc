/*
 * The device tree reader: finds what is there, in tree order, and refuses a tree that it cannot read to its end.
 */
import { EINVAL, ENOBUFS } from "../../../abi/errno";
import { KERNEL_FDT, KERNEL_FDT_MAX, WINDOW_IO_PORTS } from "../../../abi/systable";
import { Device, deviceAt, deviceCount } from "../device";
import { fdtRead } from "../fdt";
import { commandLine, commandLineLength } from "../../base/machine";
import { DEVICES, FDT_DEPTH } from "../../base/limits";
import { freshKernel, random, seedRandom } from "../../__tests__/machine";
import {
  beginNode,
  beginTree,
  cellsProperty,
  emptyProperty,
  endNode,
  endTree,
  stringProperty,
} from "../../__tests__/tree";

beforeEach(() => {
  freshKernel();
});

function read(): i32 {
  return fdtRead(KERNEL_FDT, KERNEL_FDT_MAX);
}

/** Whether the first compatible string of a device is this one. */
function isNamed(device: Device, name: string): bool {
  for (let i = 0; i < name.length; ++i) if (load<u8>(device.names + i) != name.charCodeAt(i)) return false;
  return load<u8>(device.names + name.length) == 0;
}

function uart(base: u32): void {
  beginNode("serial");
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [0, base, 2]);
  endNode();
}

function smallTree(): void {
  beginTree();
  cellsProperty("#address-cells", [2]);
  cellsProperty("#size-cells", [2]);
  beginNode("chosen");
  stringProperty("bootargs", "uart.console=pipe quiet");
  endNode();
  beginNode("soc");
  stringProperty("bootargs", "not=these");
  cellsProperty("#address-cells", [1]);
  cellsProperty("#size-cells", [1]);
  beginNode("serial@1000");
  cellsProperty("reg", [0x1000, 0x100]);
  stringProperty("compatible", "ns16550a|ns16550");
  cellsProperty("interrupts", [10]);
  endNode();
  beginNode("serial@2000");
  stringProperty("compatible", "arm,pl011");
  cellsProperty("reg", [0x2000, 0x200]);
  cellsProperty("interrupts", [0, 1, 4]);
  endNode();
  beginNode("off@3000");
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [0x3000, 0x100]);
  stringProperty("status", "disabled");
  endNode();
  endNode();
  beginNode("serial@4000");
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [1, 0x4000, 0, 8]);
  emptyProperty("rumpk,io-ports");
  endNode();
  endTree();
}

describe("a tree", () => {
  test("gives up its command line, which no other node has", () => {
    smallTree();
    expect<i32>(read()).toBe(0);
    expect<u32>(commandLineLength).toBe(23);
    expect<u8>(load<u8>(commandLine)).toBe(0x75);
  });
  test("gives up devices with window, line and names, in order, but no disabled one", () => {
    smallTree();
    read();
    expect<u32>(deviceCount()).toBe(3);
    const first = deviceAt(0);
    expect(isNamed(first, "ns16550a")).toBe(true);
    expect<u32>(first.namesLength).toBe(17);
    expect<i64>(first.base).toBe(0x1000);
    expect<u64>(first.length).toBe(0x100);
    expect<i32>(first.line).toBe(10);
    const last = deviceAt(2);
    expect<i64>(last.base).toBe(0x100004000 | WINDOW_IO_PORTS);
    expect<u64>(last.length).toBe(8);
    expect<i32>(last.line).toBe(-1);
  });
  test("numbers interrupts of the GIC: shared from 32, private from 16", () => {
    smallTree();
    read();
    expect(isNamed(deviceAt(1), "arm,pl011")).toBe(true);
    expect<i32>(deviceAt(1).line).toBe(33);
  });
  test("that nests deep hides nothing that comes after", () => {
    for (let depth: u32 = 12; depth < 40; ++depth) {
      freshKernel();
      beginTree();
      for (let i: u32 = 0; i < depth; ++i) beginNode("deeper");
      uart(0x1000);
      for (let i: u32 = 0; i < depth; ++i) endNode();
      uart(0x2000);
      endTree();
      expect<i32>(read()).toBe(0);
      expect<u32>(deviceCount()).toBe(depth + 2 < FDT_DEPTH ? 2 : 1);
      expect<i64>(deviceAt(deviceCount() - 1).base).toBe(0x2000);
    }
  });
  test("with more devices than the table is refused", () => {
    beginTree();
    for (let i: u32 = 0; i < DEVICES; ++i) uart(i << 8);
    endTree();
    expect<i32>(read()).toBe(0);
    expect<u32>(deviceCount()).toBe(DEVICES);
    beginTree();
    for (let i: u32 = 0; i <= DEVICES; ++i) uart(i << 8);
    endTree();
    expect<i32>(read()).toBe(ENOBUFS);
  });
});

describe("no tree", () => {
  test("is a machine without devices", () => {
    expect<i32>(fdtRead(0, KERNEL_FDT_MAX)).toBe(0);
    expect<u32>(deviceCount()).toBe(0);
    expect<u32>(commandLineLength).toBe(0);
  });
});

describe("a broken tree", () => {
  test("is refused: without magic, larger than allowed, or with its structure elsewhere", () => {
    expect<i32>(read()).toBe(EINVAL);
    smallTree();
    expect<i32>(fdtRead(KERNEL_FDT, 64)).toBe(EINVAL);
    store<u32>(KERNEL_FDT + 8, bswap<u32>(0x7fffffff));
    expect<i32>(read()).toBe(EINVAL);
  });
  test("is refused when it ends too early", () => {
    smallTree();
    store<u32>(KERNEL_FDT + 4, bswap<u32>(bswap<u32>(load<u32>(KERNEL_FDT + 4)) - 4));
    expect<i32>(read()).toBe(EINVAL);
  });
  test("with a range too short for its parent's cells has no device", () => {
    beginTree();
    beginNode("serial");
    stringProperty("compatible", "ns16550a");
    cellsProperty("reg", [1]);
    endNode();
    endTree();
    expect<i32>(read()).toBe(0);
    expect<u32>(deviceCount()).toBe(0);
  });
  test("with any of its bytes changed neither traps nor loops", () => {
    seedRandom();
    smallTree();
    const size = bswap<u32>(load<u32>(KERNEL_FDT + 4));
    for (let round = 0; round < 3000; ++round) {
      const at = KERNEL_FDT + 4 + random(size - 4);
      const kept = load<u8>(at);
      store<u8>(at, <u8>random(256));
      read();
      store<u8>(at, kept);
    }
    expect<i32>(read()).toBe(0);
    expect<u32>(deviceCount()).toBe(3);
  });
});
