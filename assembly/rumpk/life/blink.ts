/*
 * Blink: how a cell ends and comes back. One path for exit, fault and kill:
 *
 *   cause recorded -> what it granted is revoked -> device quiesced, windows unmapped -> channels hung up or, where it
 *   is the server, kept -> instance destroyed -> by its restart policy a fresh instance through the loader, generation
 *   + 1, with "connected" for every surviving client; or the end, which wakes the cells that join it.
 *
 * Guarantees: no capability of the dead instance survives except its clients' channels; the next instance starts with
 * what the spawn record gives (given.ts), and quarantine empties that record; restarts are bounded (restartLimit in
 * restartSpanMs), then the cell is quarantined; the sealing cell and the ledger's come back without a limit; the kernel
 * itself never stops.
 */
import { AUDIT_EXIT, AUDIT_FAULT, AUDIT_QUARANTINE, AUDIT_RESTART, AUDIT_REVIVE } from "../../abi/audit";
import {
  CAUSE_KILLED,
  CAUSE_NONE,
  CAUSE_NO_MEMORY,
  CAUSE_SEAL,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_HELD,
  CELL_QUARANTINED,
} from "../../abi/cell";
import { EINVAL, EKEYREJECTED, ENOMEM } from "../../abi/errno";
import { EVENT_ENDED, EVENT_RESTARTED } from "../../abi/event";
import { IMAGE_LEDGER, IMAGE_MAIN, ImageRecord, RESTART_ALWAYS, RESTART_NEVER } from "../../abi/image";
import { CAP_CELL, CAP_CHANNEL } from "../../abi/rights";
import { setPromises } from "../authority/pledge";
import { dropSlot, revokeSlot } from "../authority/slots";
import { unveilRestart } from "../authority/unveil";
import { cellDestroy, quiesce, timeNow } from "../base/hal";
import { CELLS, NO_CELL } from "../base/limits";
import { audit, entityOf } from "../keep/audit";
import { checkpointsDrop } from "../keep/checkpoint";
import { givenForget, givenOf } from "../keep/given";
import { slotAt } from "../object/capability";
import { channelAt, endGone, streamPending } from "../object/channel";
import { channelMoveOwner, channelRenew } from "../object/ends";
import { imageAt, imageServes } from "../object/image";
import { lendsDrop } from "../object/lend";
import { holds } from "../run/assertions";
import { Cell, cellAt, cellIsAlive, cellIsComing, cellRelease } from "../run/cell";
import { raise } from "../run/event";
import { callOf, forgetCell, wakeOnSlot } from "../run/pending";
import { running } from "../run/ready";
import { restOf } from "../run/rest";
import { endingsOf } from "./endings";
import { cellClearInstance, cellStart } from "./loader";
import { sealEnded, sealStopped, seals } from "./verify";
import { announceWired, rewire, wireChannels } from "./wire";

/** In place of a status: the main cell has not ended. */
export const RUNNING: i32 = -1;
/** The main cell's status, with which the machine powers off (shutdown.ts); RUNNING until it ends. */
export let mainStatus: i32 = RUNNING;

/** The state at boot. */
export function blinkReset(): void {
  mainStatus = RUNNING;
}

/** Whether a slot holds the server's end of a channel to a port that the cell itself serves. */
function servesOn(index: u32, slot: u32): bool {
  const capability = slotAt(index, slot);
  if (capability.kind != CAP_CHANNEL || capability.end != 1) return false;
  return imageServes(imageAt(cellAt(index).image), channelAt(capability.object).port) != null;
}

/** Whether the next instance keeps a slot: a channel to a client that lives or left data. */
function survives(index: u32, slot: u32): bool {
  const capability = slotAt(index, slot);
  return (
    capability.given == 0 &&
    servesOn(index, slot) &&
    (!endGone(channelAt(capability.object), 0) || streamPending(capability.object))
  );
}

/** Revokes what the cell granted, then empties its slots but those that `keep` lets the next instance have. */
function dropSlots(index: u32, keep: bool): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) revokeSlot(index, <u32>ctz(left));
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    if (!keep || !survives(index, slot)) dropSlot(index, slot);
  }
}

/** Whether the system cannot do without this cell: it keeps the ledger or judges packages. */
function isKeeper(index: u32): bool {
  return seals(index) || (imageAt(cellAt(index).image).flags & IMAGE_LEDGER) != 0;
}

/** Whether the policy wants another instance after this end. Keepers always come back. */
function mayRestart(index: u32, cause: u32): bool {
  const image = imageAt(cellAt(index).image);
  if (isKeeper(index)) return true;
  if (image.restart == RESTART_NEVER) return false;
  return cause != CAUSE_NONE || image.restart == RESTART_ALWAYS;
}

/**
 * Counts a restart; false when there were too many in the restart span. For a keeper only its own faults before its
 * first rest count, so that another cell cannot disable it by killing it.
 */
function withinLimit(index: u32, now: i64): bool {
  const cell = cellAt(index);
  const image = imageAt(cell.image);
  const ends = endingsOf(cell);
  if (isKeeper(index) && (cell.cause == CAUSE_KILLED || restOf(cell).up != 0)) return true;
  if (now - ends.since > <i64>image.restartSpanMs * 1_000_000 || ends.restarts == 0) {
    ends.since = now;
    ends.restarts = 0;
  }
  return ++ends.restarts <= image.restartLimit;
}

function renewClients(index: u32): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) {
    const slot = <u32>ctz(left);
    if (!servesOn(index, slot) || slotAt(index, slot).given != 0) continue;
    const channelIndex = slotAt(index, slot).object;
    channelMoveOwner(channelIndex, 1, index, slot);
    channelRenew(channelIndex);
  }
}

function tellParent(cell: Cell, kind: u32): void {
  if (cell.parent == NO_CELL || !holdsChild(cell)) return;
  raise(cell.parent, kind, cell.parentSlot);
}

/** Whether the parent still lives and still holds this cell in the slot where spawn put it. */
function holdsChild(cell: Cell): bool {
  const parent = cellAt(cell.parent);
  if (parent.serial != cell.parentSerial || !cellIsAlive(parent)) return false;
  const capability = slotAt(cell.parent, cell.parentSlot);
  return capability.kind == CAP_CELL && cellAt(capability.object) == cell;
}

/** Wakes every cell whose pending call waits for the end of this one. */
function wakeJoiners(index: u32): void {
  for (let holder: u32 = 0; holder < CELLS; ++holder) {
    const cell = cellAt(holder);
    if (cell.state != CELL_BLOCKED) continue;
    for (let left = callOf(cell).waitSet; left != 0; left &= left - 1) {
      const slot = <u32>ctz(left);
      const capability = slotAt(holder, slot);
      if (capability.kind == CAP_CELL && capability.object == index) wakeOnSlot(holder, slot);
    }
  }
}

/** Starts the next instance of a held cell. False, with a cause, when that failed. */
function restart(index: u32, cell: Cell): bool {
  ++cell.generation;
  setPromises(index, givenOf(index).promises);
  unveilRestart(index);
  cellClearInstance(cell);
  const failed = cellStart(index);
  if (failed < 0) {
    cell.cause = failed == EKEYREJECTED ? CAUSE_SEAL : CAUSE_NO_MEMORY;
    return false;
  }
  audit(AUDIT_RESTART, index, entityOf(cell), cell.generation, endingsOf(cell).restarts);
  renewClients(index);
  wireChannels(index);
  announceWired(index);
  tellParent(cell, EVENT_RESTARTED);
  return true;
}

export function finish(index: u32, cell: Cell, state: u32): void {
  assert(cell.state == CELL_HELD);
  dropSlots(index, false);
  givenForget(index);
  cell.state = state;
  cellClearInstance(cell);
  if (state == CELL_QUARANTINED) audit(AUDIT_QUARANTINE, index, entityOf(cell), endingsOf(cell).restarts);
  sealEnded(index);
  tellParent(cell, EVENT_ENDED);
  wakeJoiners(index);
  if ((imageAt(cell.image).flags & IMAGE_MAIN) != 0 && cell.parent == NO_CELL) {
    mainStatus = cell.cause != CAUSE_NONE ? 128 + <i32>cell.cause : cell.status & 0xff;
  }
  if (cellRelease(index) || state == CELL_ENDED) checkpointsDrop(index);
}

/**
 * Ends a cell and its instance, if it has one, in a call of another cell or between two runs; the running cell is
 * doomed instead (doomOrEnd). `cause` CAUSE_NONE is a plain exit with `status`; with `final` it is not restarted,
 * whatever its policy.
 */
export function endCell(index: u32, cause: u32, status: i32, final: bool): void {
  const cell = cellAt(index);
  const image = imageAt(cell.image);
  if (!holds(index != running && cellIsComing(cell))) return;
  const started = cellIsAlive(cell);
  cell.cause = cause;
  cell.status = status;
  if (cause != CAUSE_NONE && cause != CAUSE_KILLED) ++endingsOf(cell).faults;
  if (cause == CAUSE_NONE) audit(AUDIT_EXIT, index, entityOf(cell), status);
  else audit(AUDIT_FAULT, index, entityOf(cell), cause, endingsOf(cell).address, cell.generation);
  forgetCell(index);
  sealStopped(index, cause != CAUSE_KILLED);
  const wanted = !final && mayRestart(index, cause);
  const again = wanted && withinLimit(index, timeNow());
  if (started && image.devices != 0) quiesce(index);
  dropSlots(index, again);
  lendsDrop(index);
  if (started) cellDestroy(index);
  if (again && restart(index, cell)) return;
  finish(index, cell, wanted ? CELL_QUARANTINED : CELL_ENDED);
}

/**
 * Ends a cell from a call, which may be its own: the running cell does not return from it and ends when its run is
 * over.
 */
export function doomOrEnd(index: u32, cause: u32): void {
  if (index == running) cellAt(index).doom = cause;
  else endCell(index, cause, 0, false);
}

/** Reconnects every client that lost its channel to a port of this image to the new instance. */
function rewireClients(image: ImageRecord): void {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (!cellIsComing(cell)) continue;
    for (let left = givenOf(index).wires; left != 0; left &= left - 1) {
      const slot = 1 + <u32>ctz(left);
      const capability = slotAt(index, slot);
      if (capability.kind != CAP_CHANNEL || capability.end != 0) continue;
      const channel = channelAt(capability.object);
      if (endGone(channel, 1) && imageServes(image, channel.port)) rewire(index, slot);
    }
  }
}

/**
 * Restarts a quarantined cell, with its restarts forgiven, and reconnects its clients. Returns 0, -EINVAL or -ENOMEM.
 */
export function revive(index: u32): i32 {
  const cell = cellAt(index);
  if (cell.state != CELL_QUARANTINED || cell.cause == CAUSE_SEAL) return EINVAL;
  endingsOf(cell).restarts = 0;
  cell.state = CELL_HELD;
  audit(AUDIT_REVIVE, index, entityOf(cell));
  if (!restart(index, cell)) {
    cell.state = CELL_QUARANTINED;
    return ENOMEM;
  }
  rewireClients(imageAt(cell.image));
  return 0;
}
