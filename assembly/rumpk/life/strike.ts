/*
 * Strikes: what a cell pays for a period that it emptied before its end, on its own account and without a rest, while
 * others that have a budget were ready: the first warns, the second takes one spectrum away for as long as the instance
 * lives, the third kills with CAUSE_ENERGY, and the restart policy decides what follows. Void has no period, so a cell
 * demoted to it gets no third strike. Nor does an instance that is still starting, or one that rested a moment ago: a
 * host can stop the whole machine for longer than a period. STRIKE_RUN is longer than any budget, so a tired cell has
 * not rested in the period that it emptied.
 */
import { AUDIT_DEMOTION, AUDIT_STRIKE } from "../../abi/audit";
import { CAUSE_ENERGY } from "../../abi/cell";
import { STRIKE_DEMOTE, STRIKE_KILL } from "../../abi/energy";
import { SPECTRUM_SHIFT, SPECTRUM_VOID } from "../../abi/promise";
import { audit, entityOf } from "../keep/audit";
import { endCell } from "./blink";
import { recordFault } from "./endings";
import { Cell, cellAt } from "../run/cell";
import { setPromises, tellServers } from "../authority/pledge";
import { restOf } from "../run/rest";

/** Takes one spectrum from a ready cell and from its promises, and tells its servers. */
function demote(index: u32, cell: Cell): void {
  const before = cell.spectrum;
  if (before == SPECTRUM_VOID) return;
  setPromises(index, cell.promises - ((<u64>1) << SPECTRUM_SHIFT));
  audit(AUDIT_DEMOTION, index, entityOf(cell), before, cell.spectrum);
  tellServers(index);
}

/** What follows from a cell's last strike, once its run is over. True when that ended its instance. */
export function punish(index: u32): bool {
  const cell = cellAt(index);
  const strikes = restOf(cell).strikes;
  audit(AUDIT_STRIKE, index, entityOf(cell), strikes);
  if (strikes == STRIKE_DEMOTE) demote(index, cell);
  if (strikes < STRIKE_KILL) return false;
  recordFault(index);
  endCell(index, CAUSE_ENERGY, 0, false);
  return true;
}
