/*
 * Shutdown: the main cell has ended, and the machine powers off with its status. Programs end with it; drivers get
 * DRAIN_TIME to write out what was sent.
 */
import { NEVER } from "../../abi/calls";
import { CAUSE_KILLED } from "../../abi/cell";
import { KIND_NPK } from "../../abi/image";
import { off } from "../base/hal";
import { CELLS, CHANNELS, DRAIN_TIME } from "../base/limits";
import { streamPending } from "../object/channel";
import { imageAt } from "../object/image";
import { cellAt, cellIsAlive, cellIsComing } from "../run/cell";
import { anyTimed, nextDeadline } from "../run/pending";
import { endCell, mainStatus } from "./blink";

/** When the machine powers off at the latest, ns; NEVER while the programs run. */
let deadline: i64 = NEVER;

/** The state at boot. */
export function shutdownReset(): void {
  deadline = NEVER;
}

function endPrograms(): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cellIsComing(cell) && imageAt(cell.image).kind == KIND_NPK) endCell(index, CAUSE_KILLED, 0, true);
  }
}

/**
 * Called in every pass of dispatch once the main cell has ended: ends the programs, and at the deadline powers off.
 * True when it powered off, which only the machine of the tests lives to see.
 */
export function shutDown(now: i64): bool {
  if (deadline == NEVER) {
    deadline = now + DRAIN_TIME;
    endPrograms();
  }
  if (now < deadline) return false;
  off(mainStatus);
  return true;
}

/**
 * Whether a driver still has output on its way: a stream that is not read to its end, or a driver that waits with a
 * deadline.
 */
function draining(): bool {
  for (let channel: u32 = 0; channel < CHANNELS; ++channel) if (streamPending(channel)) return true;
  let drivers: u64 = 0;
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cellIsAlive(cell) && imageAt(cell.image).devices != 0) drivers |= (<u64>1) << index;
  }
  return anyTimed(drivers);
}

/** No cell is ready: powers off if the drivers have written everything out, else answers when to check again. */
export function drain(): i64 {
  if (draining()) return min(nextDeadline(), deadline);
  off(mainStatus);
  return NEVER;
}
