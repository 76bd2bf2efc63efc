/*
 * Held cells whose package has been judged: they start, or are quarantined without having run.
 */
import { AUDIT_NO_CELL } from "../../abi/audit";
import { CAUSE_NO_MEMORY, CAUSE_SEAL, CELL_HELD, CELL_QUARANTINED } from "../../abi/cell";
import { EKEYREJECTED } from "../../abi/errno";
import { CELLS } from "../base/limits";
import { cellAt } from "../run/cell";
import { finish } from "./blink";
import { cellStart } from "./loader";
import { auditRefusal } from "./verify";

/** The package of a held cell may have been judged: then it starts now, or never. */
function startHeld(index: u32): void {
  const cell = cellAt(index);
  const failed = cellStart(index);
  if (failed == 0) return;
  if (failed == EKEYREJECTED) auditRefusal(AUDIT_NO_CELL, cell.image);
  cell.cause = failed == EKEYREJECTED ? CAUSE_SEAL : CAUSE_NO_MEMORY;
  finish(index, cell, CELL_QUARANTINED);
}

/** Starts every held cell whose package has been judged good, and quarantines those whose package was refused. */
export function startVerified(): void {
  for (let index: u32 = 0; index < CELLS; ++index) if (cellAt(index).state == CELL_HELD) startHeld(index);
}
