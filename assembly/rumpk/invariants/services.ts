/*
 * Invariants of verify.ts, spawn.ts and blink.ts: a port has one server, and there is one sealing cell and one ledger;
 * who asks for a verdict, or the sealing cell for work, waits; a verdict is one of those that there are; who lives has
 * not used up its restarts.
 */
import { CELL_BLOCKED, CELL_QUARANTINED } from "../../abi/cell";
import { IMAGE_LEDGER, IMAGE_SEAL } from "../../abi/image";
import { SEAL_NO_CELL } from "../../abi/seal";
import { endingsOf } from "../life/endings";
import { cellAt, cellIsComing } from "../run/cell";
import { imageAt, imageCount, portOf } from "../object/image";
import { CELLS } from "../base/limits";
import { portOwner } from "../life/wire";
import { GOOD, REFUSED, askers, idle, seals, stateOf } from "../life/verify";

function checkPorts(index: u32): void {
  const image = imageAt(cellAt(index).image);
  for (let n: u32 = 0; n < image.ports; ++n) assert(portOwner(portOf(image, n).port) == index, "a port has one server");
}

function checkWaits(index: u32): void {
  const asks = (((askers | idle) >> index) & 1) != 0;
  assert(!asks || cellAt(index).state == CELL_BLOCKED, "who asks for a verdict, or for work, waits");
  assert(((idle >> index) & 1) == 0 || seals(index), "who asks for work seals");
}

export function checkServices(): void {
  let sealing: u32 = 0;
  let ledgers: u32 = 0;
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    checkWaits(index);
    if (!cellIsComing(cell) && cell.state != CELL_QUARANTINED) continue;
    const image = imageAt(cell.image);
    sealing += <u32>((image.flags & IMAGE_SEAL) != 0);
    ledgers += <u32>((image.flags & IMAGE_LEDGER) != 0);
    assert(
      cell.state == CELL_QUARANTINED || endingsOf(cell).restarts <= image.restartLimit,
      "who lives has restarts left",
    );
    checkPorts(index);
  }
  assert(sealing <= 1 && ledgers <= 1, "there is one sealing cell and one ledger");
  for (let image: u32 = 0; image < imageCount(); ++image) {
    const state = stateOf(image);
    assert(state <= GOOD || state - REFUSED <= SEAL_NO_CELL, "a verdict is one that there is");
  }
}
