/*
 * The records that cross a boundary have the sizes and offsets that the machine contract promises: a field added,
 * dropped or moved shows up here before it shows up on a machine.
 */
import { CellInfo, CellReport } from "../cell";
import { Event } from "../event";
import {
  ChannelRecord,
  DeviceRecord,
  IMAGE_CHANNELS,
  IMAGE_CHANNELS_MAX,
  IMAGE_DEVICES,
  IMAGE_DEVICES_MAX,
  IMAGE_PORTS,
  IMAGE_PORTS_MAX,
  IMAGE_SIZE,
  ImageRecord,
  PortRecord,
} from "../image";
import { SpawnGrant, SpawnSpec } from "../spawn";
import { CALLS } from "../calls";
import { KERNEL_BOOT_AREA, KERNEL_FDT, KERNEL_FDT_MAX, KERNEL_PAGES, SYSTABLE_SIZE, SysTable } from "../systable";

describe("sizes of records", () => {
  test("SysTable", () => {
    expect<u32>(offsetof<SysTable>()).toBe(SYSTABLE_SIZE);
    expect<u32>(offsetof<SysTable>("entries")).toBe(48);
    expect<u32>(offsetof<SysTable>("ionBase")).toBe(48 + CALLS * 8);
  });
  test("Event", () => {
    expect<u32>(offsetof<Event>()).toBe(32);
  });
  test("CellReport and CellInfo", () => {
    expect<u32>(offsetof<CellReport>()).toBe(120);
    expect<u32>(offsetof<CellReport>("where")).toBe(24);
    expect<u32>(offsetof<CellInfo>()).toBe(232);
    expect<u32>(offsetof<CellInfo>("where")).toBe(112);
  });
  test("SpawnSpec and SpawnGrant", () => {
    expect<u32>(offsetof<SpawnSpec>()).toBe(64);
    expect<u32>(offsetof<SpawnGrant>()).toBe(16);
  });
});

describe("the image record", () => {
  test("head fits before the ports", () => {
    expect<u32>(offsetof<ImageRecord>()).toBeLessThanOrEqual(IMAGE_PORTS);
  });
  test("arrays follow one another and fill the record", () => {
    expect<u32>(IMAGE_PORTS + IMAGE_PORTS_MAX * offsetof<PortRecord>()).toBe(IMAGE_CHANNELS);
    expect<u32>(IMAGE_CHANNELS + IMAGE_CHANNELS_MAX * offsetof<ChannelRecord>()).toBe(IMAGE_DEVICES);
    expect<u32>(IMAGE_DEVICES + IMAGE_DEVICES_MAX * offsetof<DeviceRecord>()).toBe(IMAGE_SIZE);
  });
});

describe("the boot area", () => {
  test("holds the SysTable, then the device tree, and ends with the kernel's memory", () => {
    expect<u32>(KERNEL_BOOT_AREA + SYSTABLE_SIZE).toBeLessThanOrEqual(KERNEL_FDT);
    expect<u32>(KERNEL_FDT + KERNEL_FDT_MAX).toBe(KERNEL_PAGES * 65536);
  });
});
