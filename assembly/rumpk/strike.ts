/*
 * Strikes: what a cell pays for a window that it emptied before its end, on its own account and without a rest, while
 * others that have a budget were ready: the first warns, the second takes one spectrum away for as long as the instance
 * lives, the third kills with CAUSE_ENERGY, and the restart policy decides what follows. Void has no window, so a cell that
 * was demoted to it gets no third one. An instance that is still starting gets none either, nor one whose last rest was a
 * moment ago: windows are short beside the times for which a host can stop the whole machine. STRIKE_RUN is longer than
 * any budget, so who is tired has not rested in the window that it emptied.
 */
import { AUDIT_DEMOTION, AUDIT_STRIKE } from "../abi/audit";
import { CAUSE_ENERGY } from "../abi/cell";
import { SPECTRUM_SHIFT, SPECTRUM_VOID, STRIKE_DEMOTE, STRIKE_GRACE, STRIKE_KILL, STRIKE_RUN } from "../abi/energy";
import { audit } from "./audit";
import { endCell, recordFault } from "./blink";
import { Cell, cellAt } from "./cell";
import { setPromises, tellServers } from "./pledge";

/** Takes one spectrum from a ready cell and from its promises, and tells its servers. */
function demote(index: u32, cell: Cell): void {
  const before = cell.spectrum;
  if (before == SPECTRUM_VOID) return;
  setPromises(index, cell.promises - ((<u64>1) << SPECTRUM_SHIFT));
  audit(AUDIT_DEMOTION, index, cell.entity, before, cell.spectrum);
  tellServers(index);
}

/** The cell has emptied its window while others were ready. True when that is a strike, which is counted in that window. */
export function strike(cell: Cell): bool {
  if (cell.tired < (cell.up != 0 ? <i64>STRIKE_RUN : <i64>STRIKE_GRACE)) return false;
  ++cell.strikes;
  cell.clean = -1;
  return true;
}

/** What follows from a cell's last strike, once its run is over. True when that ended its instance. */
export function punish(index: u32): bool {
  const cell = cellAt(index);
  audit(AUDIT_STRIKE, index, cell.entity, cell.strikes);
  if (cell.strikes == STRIKE_DEMOTE) demote(index, cell);
  if (cell.strikes < STRIKE_KILL) return false;
  recordFault(index);
  endCell(index, CAUSE_ENERGY, 0, false);
  return true;
}
