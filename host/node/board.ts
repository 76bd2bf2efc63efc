/*
 * The simulated board: what lies where, and the device tree that says so.
 *
 *   0x0c00_0000  interrupt controller       0x4000_0000  boot archive, read-only, when the system has one
 *   0x1000_0000  16550 UART, line 10        0x8000_0000  memory of the cells
 *   0x2000_0000  folders of the host, when there are any
 *
 * The interrupt controller has no registers, since the kernel asks the machine (hal) for its lines; the tree names it
 * because `interrupts` need a parent. The memory is the sum that the cells' linear memories may reach together; cells
 * do not see its addresses.
 */
import { HOSTDIR_SIZE } from "../abi.js";
import { cells64, writeDeviceTree, type Node } from "./fdt.js";
import type { Device } from "./device.js";

export const UART_BASE = 0x1000_0000;
export const UART_SIZE = 0x100;
export const UART_LINE = 10;
export const HOSTDIR_BASE = 0x2000_0000;
export const ROOTFS_BASE = 0x4000_0000;
export const RAM_BASE = 0x8000_0000;
/** Bytes that all cells' memories may have together. */
export const RAM_SIZE = 0x8000_0000;
/** Interrupt lines of the board. */
export const LINE_COUNT = 32;

const CONTROLLER_BASE = 0x0c00_0000;
const CONTROLLER_SIZE = 0x1000;
const CONTROLLER_HANDLE = 1;
const UART_CLOCK = 3_686_400;

/** A device at its place on the bus. */
export interface Region {
  readonly base: number;
  readonly size: number;
  readonly device: Device;
}

/** The devices of a board with this UART, this boot archive and these folders of the host. */
export function boardRegions(uart: Device, rootfs: Uint8Array | null, hostdir: Device | null = null): Region[] {
  const regions: Region[] = [{ base: UART_BASE, size: UART_SIZE, device: uart }];
  if (hostdir !== null) regions.push({ base: HOSTDIR_BASE, size: HOSTDIR_SIZE, device: hostdir });
  if (rootfs !== null) regions.push({ base: ROOTFS_BASE, size: rootfs.length, device: readOnlyMemory(rootfs) });
  return regions;
}

/** Read-only memory: stores have no effect. */
function readOnlyMemory(bytes: Uint8Array): Device {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    load(offset, width) {
      if (width === 1) return view.getUint8(offset);
      return width === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
    },
    store() {},
  };
}

/** The packed device tree of the board. `rootfsSize` in bytes, null without a boot archive. */
export function boardTree(commandLine: string, rootfsSize: number | null, hasHostdir = false): Uint8Array {
  const wide = { "#address-cells": [2], "#size-cells": [2] };
  const range = (base: number, size: number): number[] => [...cells64(base), ...cells64(size)];
  const uart = `serial@${UART_BASE.toString(16)}`;
  const children: Node[] = [
    { name: "chosen", properties: { bootargs: commandLine, "stdout-path": `/${uart}` } },
    { name: `memory@${RAM_BASE.toString(16)}`, properties: { device_type: "memory", reg: range(RAM_BASE, RAM_SIZE) } },
    {
      name: `interrupt-controller@${CONTROLLER_BASE.toString(16)}`,
      properties: {
        compatible: "rumpk,lines",
        reg: range(CONTROLLER_BASE, CONTROLLER_SIZE),
        "#interrupt-cells": [1],
        "interrupt-controller": null,
        phandle: [CONTROLLER_HANDLE],
      },
    },
    {
      name: uart,
      properties: {
        compatible: "ns16550a",
        reg: range(UART_BASE, UART_SIZE),
        interrupts: [UART_LINE],
        "interrupt-parent": [CONTROLLER_HANDLE],
        "clock-frequency": [UART_CLOCK],
      },
    },
  ];
  if (hasHostdir) {
    const properties = { compatible: "rumpk,hostdir", reg: range(HOSTDIR_BASE, HOSTDIR_SIZE) };
    children.push({ name: `hostdir@${HOSTDIR_BASE.toString(16)}`, properties });
  }
  if (rootfsSize !== null) {
    const rootfs = { compatible: "rumpk,tar", reg: range(ROOTFS_BASE, rootfsSize) };
    children.push({
      name: "rumpk",
      properties: { ...wide, ranges: null },
      children: [{ name: "rootfs", properties: rootfs }],
    });
  }
  return writeDeviceTree({
    name: "",
    properties: { compatible: "rumpk,node", model: "Rumpk on Node", ...wide },
    children,
  });
}
