/*
 * The device windows of cells, on machines whose memory cells cannot reach: Node and wasmtime. A window is a part of a
 * device on the bus, or of the boot archive, which is read-only memory:
 *
 *   0x4000_0000  boot archive, when the system has one
 *
 * A cell passes a window's number and an offset; an access that none of its windows allows goes to the rim's `refuse`
 * and has no effect. Whenever a window is unmapped, its line is unbound and the manifest's reset write is done.
 * Functions return 0, or a negative errno. The machine has checked that `cell` is below CELLS.
 */
import { LEND_READ, LEND_WRITE } from "../abi/calls";
import { EBUSY, EINVAL } from "../abi/errno";
import { CELLS } from "../abi/sizes";
import { WINDOWS_MAX } from "../abi/systable";
import { DEVICE_NONE, deviceAt, deviceBase, deviceLoad, deviceStore, isWithin } from "./bus";
import { archiveLoad, refuse } from "./host";
import { LINE_COUNT, bindLine, unmaskLine } from "./lines";

export const ARCHIVE_BASE: u64 = 0x40000000;

/** The boot archive, in place of a device. */
const ARCHIVE: u32 = u32.MAX_VALUE;
/** No interrupt line. */
const NO_LINE: i32 = -1;


@unmanaged
class Window {
  /** DEVICE_..., or ARCHIVE; DEVICE_NONE while it is not mapped. */
  device: u32;
  /** Offset in the device, and bytes. */
  start: u32;
  length: u32;
  /** LEND_READ, LEND_WRITE. */
  rights: i32;
  /** Interrupt line bound to the window, or NO_LINE. */
  line: i32;
  /** The write that stops the device: width in bytes, 0 for none; offset in the window; value. */
  resetWidth: u32;
  resetOffset: u32;
  resetLow: u32;
  resetHigh: u32;
}

const windows: usize = memory.data(CELLS * WINDOWS_MAX * offsetof<Window>(), 8);
/** By cell: the number of the window mapped last, which irq_bind refers to. */
const latest: usize = memory.data(CELLS);
/** Bytes of the boot archive; 0 when there is none. */
let archiveSize: u64 = 0;

/** Sets the size of the boot archive in bytes. */
export function windowArchive(size: u64): void {
  archiveSize = size;
}

function windowAt(cell: u32, number: u32): Window {
  return changetype<Window>(windows + (cell * WINDOWS_MAX + number) * offsetof<Window>());
}

/** The window with this number; null if it is not mapped. */
function mappedWindow(cell: u32, number: u32): Window | null {
  if (number >= WINDOWS_MAX) return null;
  const window = windowAt(cell, number);
  return window.device == DEVICE_NONE ? null : window;
}

/** Maps a window; a write of `resetWidth` bytes at `resetOffset` stops its device, 0 for none. */
export function windowMap(
  cell: u32,
  number: u32,
  base: u64,
  length: u64,
  rights: i32,
  resetWidth: u32,
  resetOffset: u32,
  resetValue: u64,
): i32 {
  if (number >= WINDOWS_MAX) return EINVAL;
  const window = windowAt(cell, number);
  if (window.device != DEVICE_NONE) return EBUSY;
  const archive = isWithin(base, length, ARCHIVE_BASE, archiveSize);
  const device = archive ? ARCHIVE : deviceAt(base, length);
  if (device == DEVICE_NONE) return EINVAL;
  window.device = device;
  window.start = <u32>(base - (archive ? ARCHIVE_BASE : deviceBase(device)));
  window.length = <u32>length;
  window.rights = rights;
  window.line = NO_LINE;
  window.resetWidth = <u64>resetOffset + resetWidth > length ? 0 : resetWidth;
  window.resetOffset = resetOffset;
  window.resetLow = <u32>resetValue;
  window.resetHigh = <u32>(resetValue >> 32);
  store<u8>(latest + cell, <u8>number);
  return 0;
}

/** Unmaps a window. */
export function windowUnmap(cell: u32, number: u32): i32 {
  const window = mappedWindow(cell, number);
  if (window === null) return EINVAL;
  if (window.line >= 0) bindLine(window.line, false);
  reset(window);
  window.device = DEVICE_NONE;
  return 0;
}

function reset(window: Window): void {
  const width = window.resetWidth;
  if (width == 0) return;
  storeBytes(window, window.resetOffset, window.resetLow, min<u32>(width, 4));
  if (width == 8) storeBytes(window, window.resetOffset + 4, window.resetHigh, 4);
}

/** Unmaps all windows of a cell. */
export function windowQuiesce(cell: u32): void {
  for (let number: u32 = 0; number < WINDOWS_MAX; number++) windowUnmap(cell, number);
}

/** The window that a line is bound to; null when there is none. */
function windowOfLine(line: i32): Window | null {
  for (let index: u32 = 0; index < CELLS * WINDOWS_MAX; index++) {
    const window = windowAt(0, index);
    if (window.device != DEVICE_NONE && window.line == line) return window;
  }
  return null;
}

/** Binds a line to the window of `cell` that was mapped last. */
export function windowBindLine(line: u32, cell: u32): i32 {
  if (line >= LINE_COUNT) return EINVAL;
  const window = mappedWindow(cell, load<u8>(latest + cell));
  if (windowOfLine(<i32>line) !== null) return EBUSY;
  if (window === null) return EINVAL;
  window.line = <i32>line;
  bindLine(line, true);
  return 0;
}

/** Unbinds a line. */
export function windowUnbindLine(line: u32): i32 {
  if (line >= LINE_COUNT) return EINVAL;
  const window = windowOfLine(<i32>line);
  if (window !== null) window.line = NO_LINE;
  bindLine(line, false);
  return 0;
}

/** irq_ack of the running cell: unmasks the line of a window. */
export function windowAck(cell: u32, number: u32): void {
  const window = mappedWindow(cell, number);
  if (window === null) refuse(0);
  else if (window.line >= 0) unmaskLine(window.line);
}

/** The window for an access of the running cell; null, after telling the machine, if it is not allowed. */
function windowFor(cell: u32, number: u32, offset: u32, width: u32, right: i32): Window | null {
  const window = mappedWindow(cell, number);
  if (window !== null && <u64>offset + width <= window.length && (window.rights & right) != 0) return window;
  refuse(offset);
  return null;
}

function loadBytes(window: Window, offset: u32, width: u32): u32 {
  const at = window.start + offset;
  return window.device == ARCHIVE ? archiveLoad(at, width) : deviceLoad(window.device, at, width);
}

function storeBytes(window: Window, offset: u32, value: u32, width: u32): void {
  if (window.device != ARCHIVE) deviceStore(window.device, window.start + offset, value, width);
}

/** Reads 1, 2 or 4 bytes for the running cell. */
export function windowLoad(cell: u32, number: u32, offset: u32, width: u32): u32 {
  const window = windowFor(cell, number, offset, width, LEND_READ);
  return window === null ? 0 : loadBytes(window, offset, width);
}

/** Reads 8 bytes for the running cell. */
export function windowLoad64(cell: u32, number: u32, offset: u32): u64 {
  const window = windowFor(cell, number, offset, 8, LEND_READ);
  if (window === null) return 0;
  const low: u64 = loadBytes(window, offset, 4);
  return low | ((<u64>loadBytes(window, offset + 4, 4)) << 32);
}

/** Writes 1, 2 or 4 bytes for the running cell. */
export function windowStore(cell: u32, number: u32, offset: u32, value: u32, width: u32): void {
  const window = windowFor(cell, number, offset, width, LEND_WRITE);
  if (window !== null) storeBytes(window, offset, value, width);
}

/** Writes 8 bytes for the running cell. */
export function windowStore64(cell: u32, number: u32, offset: u32, value: u64): void {
  const window = windowFor(cell, number, offset, 8, LEND_WRITE);
  if (window === null) return;
  storeBytes(window, offset, <u32>value, 4);
  storeBytes(window, offset + 4, <u32>(value >> 32), 4);
}
