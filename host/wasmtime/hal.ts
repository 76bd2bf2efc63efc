/*
 * The import module "hal": what the kernel may ask of this machine (docs/machine.md). Addresses, lengths and indices are
 * unsigned.
 */
import { CellReport } from "../../assembly/abi/cell";
import { EBUSY, EFAULT, EINVAL, ENOMEM, ENOSYS } from "../../assembly/abi/errno";
import { DeviceRecord, IMAGE_SIZE, ImageRecord } from "../../assembly/abi/image";
import { COPY_MAX, KERNEL_PAGES, WINDOWS_MAX } from "../../assembly/abi/systable";
import { deviceStore, regionAt, regionBase, REGION_NONE } from "./board";
import * as table from "./cells";
import { Cell, Window, findCell } from "./cells";
import { now } from "./clock";
import { flush } from "./console";
import { armTimer, deliverInterrupts, enterCell } from "./fibers";
import { LINE_COUNT, NO_CELL, bindLine, unmaskLine } from "./lines";
import { powerOff, say } from "./power";
import * as rack from "./rack";
import { randomGet } from "./wasi";
import { CELLS, WASM_PAGE } from "../../assembly/abi/sizes";

const KERNEL_BYTES: u64 = <u64>KERNEL_PAGES * WASM_PAGE;
const random: usize = memory.data(8, 8);

/** Whether [address, address + length) lies in the kernel's memory. */
function inKernel(address: u32, length: u32): bool {
  return <u64>address + length <= KERNEL_BYTES;
}

function inCell(cell: Cell, address: u32, length: u32): bool {
  return <u64>address + length <= table.bytesOf(cell);
}

export function hal_time_now(): i64 {
  return now();
}

export function hal_timer_arm(deadline: i64): void {
  armTimer(deadline);
}

export function hal_entropy(pointer: u32, length: u32): i32 {
  if (!inKernel(pointer, length)) return EFAULT;
  for (let at: u32 = 0; at < length; at++) {
    if ((at & 7) == 0) randomGet(random, 8);
    rack.kernelStore8(pointer + at, load<u8>(random + (at & 7)));
  }
  return 0;
}

/** -ENOMEM, with a line for the user, when all instances of the image are in use. */
export function hal_cell_create(image: u32, index: u32): i32 {
  if (image >= rack.imageCount() || index >= CELLS || findCell(index) !== null) return EINVAL;
  const instance = table.takeInstance(image);
  if (instance < 0) {
    say("all instances of " + table.imageName(image) + " are in use; its manifest can say: instances NUMBER");
    return ENOMEM;
  }
  table.placeCell(index, image, instance);
  return 0;
}

export function hal_cell_enter(index: u32, budget: i64): i32 {
  const cell = findCell(index);
  const reason = cell === null ? EINVAL : enterCell(index, cell, budget);
  deliverInterrupts();
  return reason;
}

export function hal_cell_fault(index: u32, out: u32): i32 {
  const cell = findCell(index);
  if (cell === null) return EINVAL;
  const size = <u32>offsetof<CellReport>();
  if (!inKernel(out, size)) return EFAULT;
  for (let at: u32 = 0; at < size; at += 8) rack.kernelStore64(out + at, 0);
  rack.kernelStore32(out + offsetof<CellReport>("cause"), cell.cause);
  rack.kernelStore32(out + offsetof<CellReport>("pages"), rack.pages(cell.instance));
  rack.kernelStore64(out + offsetof<CellReport>("address"), cell.address);
  rack.where(cell.image, cell.site, out + offsetof<CellReport>("where"));
  return 0;
}

export function hal_cell_destroy(index: u32): i32 {
  const cell = findCell(index);
  if (cell === null) return EINVAL;
  table.removeCell(cell);
  return 0;
}

export function hal_cell_read(index: u32, source: u32, target: u32, length: u32): i32 {
  const cell = findCell(index);
  if (cell === null || length > COPY_MAX) return EINVAL;
  if (!inCell(cell, source, length) || !inKernel(target, length)) return EFAULT;
  rack.readCell(cell.instance, source, target, length);
  return 0;
}

export function hal_cell_write(index: u32, target: u32, source: u32, length: u32): i32 {
  const cell = findCell(index);
  if (cell === null || length > COPY_MAX) return EINVAL;
  if (!inCell(cell, target, length) || !inKernel(source, length)) return EFAULT;
  rack.writeCell(cell.instance, target, source, length);
  return 0;
}

export function hal_cell_copy(targetIndex: u32, target: u32, sourceIndex: u32, source: u32, length: u32): i32 {
  const to = findCell(targetIndex);
  const from = findCell(sourceIndex);
  if (to === null || from === null || length > COPY_MAX) return EINVAL;
  if (!inCell(to, target, length) || !inCell(from, source, length)) return EFAULT;
  rack.copyCells(to.instance, target, from.instance, source, length);
  return 0;
}

export function hal_window_map(index: u32, number: u32, base: i64, length: i64, rights: i32): i32 {
  const cell = findCell(index);
  if (cell === null || number >= WINDOWS_MAX) return EINVAL;
  if (table.windowOf(cell, number) !== null) return EBUSY;
  const region = regionAt(<u64>base, <u64>length);
  if (region == REGION_NONE) return EINVAL;
  const window = cell.windows[number];
  window.region = region;
  window.start = <u32>(<u64>base - regionBase(region));
  window.length = <u32>length;
  window.rights = rights;
  window.line = -1;
  cell.latest = <i32>number;
  return 0;
}

/** Does the reset write of a window. The n-th device of a manifest is window n; the kernel maps none that it does not fit. */
function reset(cell: Cell, number: u32, window: Window): void {
  const width = table.device32(cell, number, offsetof<DeviceRecord>("resetWidth"));
  if (width == 0) return;
  const at = window.start + table.device32(cell, number, offsetof<DeviceRecord>("resetOffset"));
  const value = <u32>offsetof<DeviceRecord>("resetValue");
  deviceStore(window.region, at, table.device32(cell, number, value), min<u32>(width, 4));
  if (width == 8) deviceStore(window.region, at + 4, table.device32(cell, number, value + 4), 4);
}

/** However a window goes, its line is unbound and the manifest's reset write is done. False when there is none. */
function unmap(cell: Cell, number: u32): bool {
  const window = table.windowOf(cell, number);
  if (window === null) return false;
  if (window.line >= 0) bindLine(window.line, NO_CELL);
  reset(cell, number, window);
  window.region = REGION_NONE;
  return true;
}

export function hal_window_unmap(index: u32, number: u32): i32 {
  const cell = findCell(index);
  return cell !== null && unmap(cell, number) ? 0 : EINVAL;
}

export function hal_irq_bind(line: u32, index: i32): i32 {
  if (line >= LINE_COUNT) return EINVAL;
  if (index < 0) {
    const bound = table.windowOfLine(<i32>line);
    if (bound !== null) bound.line = -1;
    bindLine(line, NO_CELL);
    return 0;
  }
  const cell = findCell(index);
  if (cell === null || cell.latest < 0) return EINVAL;
  if (table.windowOfLine(<i32>line) !== null) return EBUSY;
  cell.windows[cell.latest].line = <i32>line;
  bindLine(line, index);
  return 0;
}

export function hal_irq_unmask(line: u32): i32 {
  return unmaskLine(line) ? 0 : EINVAL;
}

/** Unmaps every window of the cell. */
export function hal_quiesce(index: u32): i32 {
  const cell = findCell(index);
  if (cell === null) return EINVAL;
  for (let number: u32 = 0; number < WINDOWS_MAX; number++) unmap(cell, number);
  return 0;
}

export function hal_off(status: i32): void {
  flush();
  powerOff((<u32>status) & 0xff);
}

export function hal_images(out: u32): i32 {
  const count = rack.imageCount();
  if (!inKernel(out, count * IMAGE_SIZE)) return EFAULT;
  rack.records(out);
  return <i32>count;
}

/** The CLI instantiates every module before any code of ours runs; `rumpk run` verified the packages before that. */
export function hal_package_read(image: i32, offset: u32, target: u32, length: u32): i32 {
  return ENOSYS;
}
