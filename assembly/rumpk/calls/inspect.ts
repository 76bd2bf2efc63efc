/*
 * Operations on another cell, by a capability to it or to all cells: META_INFO, META_KILL, META_REVIVE.
 */
import { CAUSE_KILLED, CELL_FREE, CellInfo } from "../../abi/cell";
import { EBADF, EFAULT, EINVAL, ENOENT } from "../../abi/errno";
import { CAP_CELL, CAP_CELLS, CAP_CHANNEL, RIGHT_INFO, RIGHT_KILL } from "../../abi/rights";
import { cellWrite } from "../base/hal";
import { CELLS, WHERE_SIZE } from "../base/limits";
import { ramSize } from "../base/machine";
import { fitsU32 } from "../base/numbers";
import { readReport } from "../base/report";
import { SCRATCH_INFO, SCRATCH_INFO_SIZE } from "../base/tables";
import { endCell, revive } from "../life/blink";
import { endingsOf } from "../life/endings";
import { checkSlot, slotAt } from "../object/capability";
import { imageAt } from "../object/image";
import { Cell, cellAt, cellIsAlive, cellIsComing, whereAt } from "../run/cell";
import { energyOf } from "../run/energy";
import { restOf } from "../run/rest";

if (offsetof<CellInfo>() > SCRATCH_INFO_SIZE) ERROR("a CellInfo is larger than its place");

/** The cell that INFO and KILL mean, or a negative errno. */
function cellMeant(index: u32, slot: i64, which: i64, right: u32): i32 {
  if (!fitsU32(slot)) return EBADF;
  if (checkSlot(index, <u32>slot, CAP_CELLS, right) == 0) {
    if (<u64>which >= CELLS) return EINVAL;
    return cellAt(<u32>which).state == CELL_FREE ? ENOENT : <i32>which;
  }
  const refused = checkSlot(index, <u32>slot, CAP_CELL, right);
  return refused < 0 ? refused : slotAt(index, <u32>slot).object;
}

function openChannels(index: u32): u32 {
  let count: u32 = 0;
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    if (slotAt(index, <u32>ctz(left)).kind == CAP_CHANNEL) ++count;
  }
  return count;
}

function fillInfo(index: u32, cell: Cell): void {
  const info = changetype<CellInfo>(SCRATCH_INFO);
  const energy = energyOf(cell);
  const ends = endingsOf(cell);
  memory.copy(SCRATCH_INFO, changetype<usize>(imageAt(cell.image)), 32);
  info.cell = index;
  info.generation = cell.generation;
  info.state = cell.state;
  info.spectrum = cell.spectrum;
  info.pages = cellIsAlive(cell) ? readReport(index).pages : 0;
  info.channels = openChannels(index);
  info.faults = ends.faults;
  info.cause = cell.cause;
  info.runtime = energy.runtime;
  info.energy = energy.spent;
  info.address = ends.address;
  info.pc = ends.pc;
  info.status = cell.status;
  info.parent = cell.parent;
  info.ram = ramSize;
  info.promises = cell.promises;
  info.policy = imageAt(cell.image).restart;
  info.restarts = ends.restarts;
  info.restartLimit = imageAt(cell.image).restartLimit;
  info.strikes = restOf(cell).strikes;
  memory.copy(SCRATCH_INFO + offsetof<CellInfo>("where"), whereAt(index), WHERE_SIZE);
}

/** META_INFO: a CellInfo about a cell. Its size, or a negative errno. */
export function info(index: u32, slot: i64, which: i64, pointer: i64): i64 {
  const meant = cellMeant(index, slot, which, RIGHT_INFO);
  if (meant < 0) return meant;
  if (!fitsU32(pointer)) return EFAULT;
  fillInfo(meant, cellAt(meant));
  const size = <u32>offsetof<CellInfo>();
  return cellWrite(index, <u32>pointer, SCRATCH_INFO, size) < 0 ? <i64>EFAULT : <i64>size;
}

/**
 * META_KILL: kills a cell: for good by the slot that holds it, up to its restart policy by the slot that holds all
 * cells.
 */
export function kill(index: u32, slot: i64, which: i64): i64 {
  const meant = cellMeant(index, slot, which, RIGHT_KILL);
  if (meant < 0) return meant;
  if (meant == index) return EINVAL;
  if (!cellIsComing(cellAt(meant))) return 0;
  endCell(meant, CAUSE_KILLED, 0, slotAt(index, <u32>slot).kind == CAP_CELL);
  return 0;
}

/** META_REVIVE: lets a quarantined cell run again. 0 or a negative errno. */
export function reviveCell(index: u32, slot: i64, which: i64): i64 {
  if (!fitsU32(slot)) return EBADF;
  const refused = checkSlot(index, <u32>slot, CAP_CELLS, RIGHT_KILL);
  if (refused < 0) return refused;
  return <u64>which < CELLS ? revive(<u32>which) : EINVAL;
}
