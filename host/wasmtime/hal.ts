/*
 * The import module "hal": what the kernel may ask of this machine (docs/machine.md). Addresses, lengths and indices
 * are unsigned.
 */
import { CellReport } from "../../assembly/abi/cell";
import { EFAULT, EINVAL, ENOMEM, ENOSYS } from "../../assembly/abi/errno";
import { DeviceRecord, IMAGE_SIZE, ImageRecord } from "../../assembly/abi/image";
import { COPY_MAX, KERNEL_PAGES, WINDOWS_MAX } from "../../assembly/abi/systable";
import { unmaskLine } from "../../assembly/board/lines";
import { windowBindLine, windowMap, windowQuiesce, windowUnbindLine, windowUnmap } from "../../assembly/board/window";
import * as table from "./cells";
import { Cell, findCell } from "./cells";
import { now } from "./clock";
import { flush } from "./console";
import { armTimer, deliverInterrupts, enterCell } from "./fibers";
import { powerOff, say } from "./power";
import * as rack from "./rack";
import { randomGet } from "./wasi";
import { CELLS, WASM_PAGE } from "../../assembly/abi/sizes";

const KERNEL_BYTES: u64 = <u64>KERNEL_PAGES * WASM_PAGE;
const random: usize = memory.data(8, 8);

/** Whether [address, address + length) is in the kernel's memory. */
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
  windowQuiesce(index);
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
  const width = table.device32(cell, number, offsetof<DeviceRecord>("resetWidth"));
  const offset = table.device32(cell, number, offsetof<DeviceRecord>("resetOffset"));
  const at = <u32>offsetof<DeviceRecord>("resetValue");
  const value = table.device32(cell, number, at) | ((<u64>table.device32(cell, number, at + 4)) << 32);
  return windowMap(index, number, base, length, rights, width, offset, value);
}

export function hal_window_unmap(index: u32, number: u32): i32 {
  return findCell(index) === null ? EINVAL : windowUnmap(index, number);
}

export function hal_irq_bind(line: u32, index: i32): i32 {
  if (index < 0) return windowUnbindLine(line);
  return findCell(index) === null ? EINVAL : windowBindLine(line, index);
}

export function hal_irq_unmask(line: u32): i32 {
  return unmaskLine(line) ? 0 : EINVAL;
}

export function hal_quiesce(index: u32): i32 {
  if (findCell(index) === null) return EINVAL;
  windowQuiesce(index);
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

/** The CLI instantiates every module before any of our code runs; `rumpk run` has verified the packages before that. */
export function hal_package_read(image: i32, offset: u32, target: u32, length: u32): i32 {
  return ENOSYS;
}
