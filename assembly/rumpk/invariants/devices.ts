/*
 * Invariants of device.ts: a window is a device's, a device's is a slot's, and a line goes to the device that is bound
 * to it, so no window is left without a slot and no line without a window; who has one promised it, and bus masters are
 * for DMA.
 */
import { PROMISE_DEVICE } from "../../abi/promise";
import { IMAGE_DMA } from "../../abi/image";
import { CAP_DEVICE } from "../../abi/rights";
import { slotAt } from "../object/capability";
import { Cell, cellAt, cellIsAlive } from "../run/cell";
import { Device, deviceAt, deviceCount, lineDevice, mayAttach, nameLength } from "../object/device";
import { deviceOf, imageAt } from "../object/image";
import { CELLS, LINES } from "../base/limits";

/** The cell promised the window, and may have a device like this one. */
function checkMay(cell: Cell, device: Device, window: u32): void {
  const image = imageAt(cell.image);
  const record = deviceOf(image, window);
  const dma = (image.flags & IMAGE_DMA) != 0;
  assert((cell.promises & ((<u64>PROMISE_DEVICE) << window)) != 0, "a window is promised");
  assert(mayAttach(device, changetype<usize>(record), nameLength(record), dma), "only DMA has bus masters");
}

/** Slots that hold a window of cell `index`. */
function windowsOf(index: u32): u32 {
  let windows: u32 = 0;
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const capability = slotAt(index, <u32>ctz(left));
    if (capability.kind != CAP_DEVICE) continue;
    assert(capability.serial - 1 < deviceCount(), "a window names a device that is there");
    const device = deviceAt(capability.serial - 1);
    assert(device.holder == index + 1 && device.window == capability.object, "a window is that of its device");
    checkMay(cellAt(index), device, capability.object);
    ++windows;
  }
  return windows;
}

function checkDevice(index: u32): void {
  const device = deviceAt(index);
  const line = <u32>device.line;
  const bound = line < LINES && lineDevice(line) == index + 1;
  assert(bound == (device.holder != 0 && device.line != -1), "a device has its line while it has a holder");
  assert(device.holder == 0 || cellIsAlive(cellAt(<u32>device.holder - 1)), "who has a device lives");
}

export function checkDevices(): void {
  let windows: u32 = 0;
  let held: u32 = 0;
  let lines: u32 = 0;
  for (let index: u32 = 0; index < CELLS; ++index) windows += windowsOf(index);
  for (let index: u32 = 0; index < deviceCount(); ++index) {
    checkDevice(index);
    held += <u32>(deviceAt(index).holder != 0);
  }
  assert(held == windows, "every window has a slot");
  for (let line: u32 = 0; line < LINES; ++line) {
    const number = lineDevice(line);
    if (number == 0) continue;
    assert(<u32>deviceAt(number - 1).line == line, "a line goes to its device");
    ++lines;
  }
  assert(lines <= held, "no line is bound without a window");
}
