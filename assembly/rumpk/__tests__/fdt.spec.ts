/*
 * The device tree reader: finds what is there, in tree order, and takes a broken tree for an empty one.
 */
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../abi/systable";
import {
  commandLine,
  commandLineLength,
  deviceBase,
  deviceIoPorts,
  deviceLength,
  deviceLine,
  deviceNode,
  fdtCommandLine,
  fdtFindDevice,
  fdtOpen,
} from "../fdt";
import { SCRATCH_AT } from "../tables";
import { freshKernel, random, seedRandom } from "./machine";
import { beginNode, beginTree, cellsProperty, emptyProperty, endNode, endTree, stringProperty } from "./tree";

beforeEach(() => {
  freshKernel();
});

function open(): bool {
  return fdtOpen(KERNEL_FDT, KERNEL_FDT_MAX);
}

/** Looks for a name; the name is written behind the reader's own scratch memory. */
function find(name: string, after: u32 = 0): bool {
  const at = SCRATCH_AT + 0x1000;
  for (let i = 0; i < name.length; ++i) store<u8>(at + i, <u8>name.charCodeAt(i));
  return fdtFindDevice(at, <u32>name.length, after);
}

function smallTree(): void {
  beginTree();
  cellsProperty("#address-cells", [2]);
  cellsProperty("#size-cells", [2]);
  beginNode("chosen");
  stringProperty("bootargs", "uart.console=pipe quiet");
  endNode();
  beginNode("soc");
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
  test("gives up its command line", () => {
    smallTree();
    expect(open()).toBe(true);
    fdtCommandLine();
    expect<u32>(commandLineLength).toBe(23);
    expect<u8>(load<u8>(commandLine)).toBe(0x75);
  });
  test("gives up devices with window and line, in order, each by any of its names", () => {
    smallTree();
    open();
    expect(find("ns16550")).toBe(true);
    expect(find("ns16550a")).toBe(true);
    expect<u64>(deviceBase).toBe(0x1000);
    expect<u64>(deviceLength).toBe(0x100);
    expect<i32>(deviceLine).toBe(10);
    expect(deviceIoPorts).toBe(false);
    const first = deviceNode;
    expect(find("ns16550a", first)).toBe(true);
    expect<u64>(deviceBase).toBe(0x100004000);
    expect<u64>(deviceLength).toBe(8);
    expect<i32>(deviceLine).toBe(-1);
    expect(deviceIoPorts).toBe(true);
    expect(find("ns16550a", deviceNode)).toBe(false);
  });
  test("numbers interrupts of the GIC: shared from 32, private from 16", () => {
    smallTree();
    open();
    expect(find("arm,pl011")).toBe(true);
    expect<i32>(deviceLine).toBe(33);
  });
  test("does not find half a name or a longer one", () => {
    smallTree();
    open();
    expect(find("ns1655")).toBe(false);
    expect(find("ns16550ab")).toBe(false);
    expect(find("")).toBe(false);
  });
});

describe("a broken tree", () => {
  test("without magic, or larger than allowed, is none", () => {
    expect(open()).toBe(false);
    smallTree();
    expect(fdtOpen(KERNEL_FDT, 64)).toBe(false);
    store<u32>(KERNEL_FDT + 8, bswap<u32>(0x7fffffff));
    expect(open()).toBe(false);
  });
  test("that nests too deep is given up", () => {
    beginTree();
    for (let i = 0; i < 40; ++i) beginNode("deeper");
    beginNode("serial");
    stringProperty("compatible", "ns16550a");
    cellsProperty("reg", [0, 1, 2]);
    endNode();
    for (let i = 0; i < 40; ++i) endNode();
    endTree();
    open();
    expect(find("ns16550a")).toBe(false);
  });
  test("with a range too short for its parent's cells has no device", () => {
    beginTree();
    beginNode("serial");
    stringProperty("compatible", "ns16550a");
    cellsProperty("reg", [1]);
    endNode();
    endTree();
    open();
    expect(find("ns16550a")).toBe(false);
  });
  test("with any of its bytes changed neither traps nor loops", () => {
    seedRandom();
    smallTree();
    const size = bswap<u32>(load<u32>(KERNEL_FDT + 4));
    for (let round = 0; round < 3000; ++round) {
      const at = KERNEL_FDT + 4 + random(size - 4);
      const kept = load<u8>(at);
      store<u8>(at, <u8>random(256));
      if (open()) {
        find("ns16550a");
        fdtCommandLine();
      }
      store<u8>(at, kept);
    }
    expect(open()).toBe(true);
    expect(find("ns16550a")).toBe(true);
  });
});
