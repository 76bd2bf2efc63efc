/*
 * Devices: which cell has which window of which device, and whom an interrupt line belongs to. A device is a node of the
 * device tree; it is claimed by the first cell whose manifest names it, and free again when that cell ends. The n-th
 * device of a manifest is window n of its cell.
 *
 *   claims: node u32, cell u32 (node 0: free)      lines: cell u16 + 1, window u16 (0: nobody's)
 */
import { EVENT_INTERRUPT } from "../abi/event";
import { DeviceRecord } from "../abi/image";
import { WINDOW_IO_PORTS } from "../abi/systable";
import { ENODEV } from "../abi/errno";
import { raise } from "./event";
import { deviceBase, deviceIoPorts, deviceLength, deviceLine, deviceNode, fdtFindDevice } from "./fdt";
import { irqBind, quiesce, windowMap, windowUnmap } from "./hal";
import { CLAIMS, LINES, NO_CELL } from "./limits";
import { CLAIMS_AT, LINES_AT } from "./tables";

/** Bytes of a compatible string in a DeviceRecord. */
const COMPATIBLE_SIZE: u32 = 64;

function isClaimed(node: u32): bool {
  for (let i: u32 = 0; i < CLAIMS; ++i) if (load<u32>(CLAIMS_AT + ((<usize>i) << 3)) == node) return true;
  return false;
}

function claim(node: u32, cell: u32): bool {
  for (let i: u32 = 0; i < CLAIMS; ++i) {
    const at = CLAIMS_AT + ((<usize>i) << 3);
    if (load<u32>(at) != 0) continue;
    store<u32>(at, node);
    store<u32>(at, cell, 4);
    return true;
  }
  return false;
}

function compatibleLength(record: DeviceRecord): u32 {
  let length: u32 = 0;
  while (length < COMPATIBLE_SIZE && load<u8>(changetype<usize>(record) + length) != 0) ++length;
  return length;
}

function findFree(record: DeviceRecord): bool {
  const length = compatibleLength(record);
  let after: u32 = 0;
  while (fdtFindDevice(changetype<usize>(record), length, after)) {
    if (!isClaimed(deviceNode)) return true;
    after = deviceNode;
  }
  return false;
}

/** Maps the first free device that `record` describes as window `window` of `cell` and binds its line. Returns the interrupt line + 1 (0: it has none), or a negative errno: -ENODEV when this machine has no such device. */
export function deviceAttach(cell: u32, window: u32, record: DeviceRecord): i32 {
  if (!findFree(record) || !claim(deviceNode, cell)) return ENODEV;
  const base = (<i64>deviceBase) | (deviceIoPorts ? WINDOW_IO_PORTS : 0);
  const failed = windowMap(cell, window, base, <i64>deviceLength, record.rights);
  if (failed < 0) return failed;
  if (<u32>deviceLine >= LINES) return 0;
  const line = <u32>deviceLine;
  store<u16>(LINES_AT + (line << 2), <u16>(cell + 1));
  store<u16>(LINES_AT + (line << 2), <u16>window, 2);
  const unbound = irqBind(line, cell);
  return unbound < 0 ? unbound : deviceLine + 1;
}

/** Takes one window and its line away from a cell, in this call: the hard pledge. `line` is what deviceAttach answered. */
export function deviceDetach(cell: u32, window: u32, line: u32): void {
  if (line != 0) {
    irqBind(line - 1, NO_CELL);
    store<u32>(LINES_AT + ((line - 1) << 2), 0);
  }
  windowUnmap(cell, window);
}

/** The cell has ended: its lines are masked, its devices stopped and its claims given up. Windows are detached by their slots. */
export function devicesRelease(cell: u32): void {
  quiesce(cell);
  for (let i: u32 = 0; i < CLAIMS; ++i) {
    const at = CLAIMS_AT + ((<usize>i) << 3);
    if (load<u32>(at) != 0 && load<u32>(at, 4) == cell) store<u32>(at, 0);
  }
}

/** A line fired: its cell gets an event. A line that is nobody's stays masked. */
export function deviceInterrupt(line: u32): void {
  if (line >= LINES) return;
  const owner: u32 = load<u16>(LINES_AT + (line << 2));
  if (owner != 0) raise(owner - 1, EVENT_INTERRUPT, load<u16>(LINES_AT + (line << 2), 2));
}
