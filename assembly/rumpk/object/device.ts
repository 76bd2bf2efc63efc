/*
 * Devices: what the machine has, which cell has a window on each, and who owns an interrupt line. The table is filled
 * from the device tree at boot and never grows; the n-th device of a manifest is window n of its cell.
 *
 *   devices: DEVICES x 32, in tree order      lines: u16 a line, the device + 1 that its interrupts belong to, 0 for
 *                                             none
 *
 * Guarantees: a device and a line belong to one cell at a time, from deviceAttach to deviceDetach; an attach that fails
 * leaves nothing behind. A cell without DMA gets windows only on devices that are known not to be bus masters, whatever
 * its manifest asks for, and no cell gets one on interrupt controllers, timers or flash (abi/device.ts).
 */
import { DEVICES_PLAIN, DEVICES_RESERVED } from "../../abi/device";
import { EVENT_INTERRUPT } from "../../abi/event";
import { DeviceRecord } from "../../abi/image";
import { EACCES, EBUSY, EINVAL, ENODEV } from "../../abi/errno";
import { raise } from "../run/event";
import { irqBind, windowMap, windowUnmap } from "../base/hal";
import { DEVICES, LINES, NO_CELL } from "../base/limits";
import { DEVICE_STRIDE, DEVICES_AT, LINE_STRIDE, LINES_AT } from "../base/tables";
import { COMPATIBLE_SIZE } from "../../abi/sizes";

const SPACE: u32 = 0x20;


@unmanaged
export class Device {
  /** First register; WINDOW_IO_PORTS for I/O ports. */
  base: i64;
  length: u64;
  /** Its compatible strings in the device tree, each with a NUL behind it. */
  names: usize;
  namesLength: u32;
  /** Interrupt line, or -1. */
  line: i32;
  /** Its holder, as cell + 1, and the number of that cell's window; 0 when it is free. */
  holder: u16;
  window: u16;
}

if (offsetof<Device>() > DEVICE_STRIDE) ERROR("a Device is larger than its place");

let count: u32 = 0;


@inline
export function deviceAt(index: u32): Device {
  return changetype<Device>(DEVICES_AT + <usize>index * DEVICE_STRIDE);
}

/** Devices of the machine. */
export function deviceCount(): u32 {
  return count;
}

/** The device + 1 to which the interrupts of a line go, or 0. */
@inline
export function lineDevice(line: u32): u32 {
  return load<u16>(LINES_AT + ((<usize>line) << 1));
}


@inline
function setLineDevice(line: u32, deviceIndex: u32): void {
  store<u16>(LINES_AT + ((<usize>line) << 1), <u16>deviceIndex);
}

/** The state at boot: no devices, and no line has an owner. */
export function devicesReset(): void {
  count = 0;
  memory.fill(LINES_AT, 0, LINES * LINE_STRIDE);
}

/** Whether the list of NUL-ended strings has this name in it. */
function listHas(list: usize, listLength: u32, name: usize, length: u32): bool {
  let start: u32 = 0;
  for (let i: u32 = 0; i < listLength; ++i) {
    if (load<u8>(list + i) != 0) continue;
    if (i - start == length && memory.compare(list + start, name, length) == 0) return true;
    start = i + 1;
  }
  return false;
}

/** Whether the words of `words` have this name among them. */
function wordsHave(words: string, name: usize, length: u32): bool {
  const end = <u32>words.length;
  let same: u32 = 0;
  let start: u32 = 0;
  for (let i: u32 = 0; i <= end; ++i) {
    const letter = i < end ? <u32>words.charCodeAt(i) : SPACE;
    if (letter != SPACE) {
      if (i - start == same && same < length && load<u8>(name + same) == letter) ++same;
      continue;
    }
    if (same == length && i - start == length) return true;
    start = i + 1;
    same = 0;
  }
  return false;
}

/** Whether one of a device's names is on the list of devices that no cell gets. */
function isReserved(device: Device): bool {
  const names = device.names;
  let start: u32 = 0;
  for (let i: u32 = 0; i < device.namesLength; ++i) {
    if (load<u8>(names + i) != 0) continue;
    if (wordsHave(DEVICES_RESERVED, names + start, i - start)) return true;
    start = i + 1;
  }
  return false;
}

/** Whether a cell with or without DMA may have the device that its record asks for by this name. */
export function mayAttach(device: Device, name: usize, length: u32, dma: bool): bool {
  return wordsHave(DEVICES_PLAIN, name, length) || (dma && !isReserved(device));
}

/** Adds a device of the tree. False when the table is full. */
export function deviceAdd(base: i64, length: u64, line: i32, names: usize, namesLength: u32): bool {
  if (count == DEVICES) return false;
  const device = deviceAt(count++);
  device.base = base;
  device.length = length;
  device.names = names;
  device.namesLength = namesLength;
  device.line = line;
  device.holder = 0;
  return true;
}

/** Length of the compatible string of a record. */
export function nameLength(record: DeviceRecord): u32 {
  let length: u32 = 0;
  while (length < COMPATIBLE_SIZE && load<u8>(changetype<usize>(record) + length) != 0) ++length;
  return length;
}

/** Whether the reset write of a record is one that the machine can do on a window of `length` bytes. */
function resetFits(record: DeviceRecord, length: u64): bool {
  const width = record.resetWidth;
  if (width == 0) return true;
  if (width > 8 || popcnt(width) != 1 || record.resetOffset % width != 0) return false;
  return <u64>record.resetOffset + width <= length;
}

/** The first device of this name that is free and whose line is free, or -ENODEV; -EBUSY when only lines are taken. */
function findFree(name: usize, length: u32): i32 {
  let answer = ENODEV;
  for (let index: u32 = 0; index < count; ++index) {
    const device = deviceAt(index);
    if (device.holder != 0 || !listHas(device.names, device.namesLength, name, length)) continue;
    if (<u32>device.line >= LINES || lineDevice(device.line) == 0) return index;
    answer = EBUSY;
  }
  return answer;
}

/** Binds the line of a device, if it has one, to the window that was mapped last. 0 or a negative errno. */
function bindLine(index: u32, cellIndex: u32): i32 {
  const line = deviceAt(index).line;
  if (line == -1) return 0;
  if (<u32>line >= LINES) return EINVAL;
  const unbound = irqBind(line, cellIndex);
  if (unbound >= 0) setLineDevice(line, index + 1);
  return unbound;
}

/**
 * Maps the first free device that `record` describes as window `window` of `cellIndex` and binds its line. `dma` says
 * that the cell may have bus masters. Returns the device + 1, or a negative errno: -ENODEV when this machine has no
 * such device, -EACCES when the cell may not have it, -EBUSY when its line is another device's, -EINVAL when its reset
 * write does not fit the window.
 */
export function deviceAttach(cellIndex: u32, window: u32, record: DeviceRecord, dma: bool): i32 {
  const name = changetype<usize>(record);
  const length = nameLength(record);
  const index = findFree(name, length);
  if (index < 0) return index;
  const device = deviceAt(index);
  if (!mayAttach(device, name, length, dma)) return EACCES;
  if (!resetFits(record, device.length)) return EINVAL;
  const failed = windowMap(cellIndex, window, device.base, <i64>device.length, record.rights);
  if (failed < 0) return failed;
  const unbound = bindLine(index, cellIndex);
  if (unbound < 0) {
    windowUnmap(cellIndex, window);
    return unbound;
  }
  device.holder = <u16>(cellIndex + 1);
  device.window = <u16>window;
  return index + 1;
}

/** Takes a device and its line away from its cell at once: the hard pledge. `number` is what deviceAttach answered. */
export function deviceDetach(number: u32): void {
  const device = deviceAt(number - 1);
  const line = <u32>device.line;
  if (line < LINES && lineDevice(line) == number) {
    irqBind(line, NO_CELL);
    setLineDevice(line, 0);
  }
  windowUnmap(<u32>device.holder - 1, device.window);
  device.holder = 0;
}

/** A line fired: its cell gets an event. A line without an owner stays masked. */
export function deviceInterrupt(line: u32): void {
  const number = line < LINES ? lineDevice(line) : 0;
  if (number == 0) return;
  const device = deviceAt(number - 1);
  raise(<u32>device.holder - 1, EVENT_INTERRUPT, device.window);
}
