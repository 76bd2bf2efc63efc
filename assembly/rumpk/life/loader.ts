/*
 * The loader: from an image and a spawn record to a cell that is ready to run. Boot, spawn, restart and revive all come
 * through cellMake and cellEquip, the only path that makes an instance: it asks for the package's verdict itself and
 * gives exactly what the spawn record says (given.ts). The module's own code, its start function included, runs only
 * when the cell is first entered, on the cell's account.
 *
 * Slots of a new cell, fixed by its manifest:
 *   1 .. c            its channels (or what the parent granted for their ports), as far as its record wires them
 *                     (wire.ts)
 *   c + 1 .. c + d    its devices; a device that this machine lacks leaves its slot empty
 *   c + d + 1         all cells, when the record holds them
 *   c + d + 2         the event ring, for the cell that keeps the ledger, when the record holds it
 *   c + d + 3 ..      the ports that are mounted, up to MOUNTED_PORTS, for the cell that mounts, when the record holds
 *                     them
 */
import { AUDIT_DENIED, AUDIT_MAP } from "../../abi/audit";
import { CAUSE_NONE, CELL_FREE, CELL_HELD } from "../../abi/cell";
import { EINVAL, ENODEV } from "../../abi/errno";
import {
  GIVE_CELLS,
  GIVE_LEDGER,
  GIVE_MOUNTS,
  IMAGE_DMA,
  IMAGE_LEDGER,
  IMAGE_MANAGES_CELLS,
  IMAGE_MOUNTS,
  ImageRecord,
  RESTART_NEVER,
} from "../../abi/image";
import { PROMISE_DEVICE } from "../../abi/promise";
import {
  CAP_CHANNEL,
  CAP_NONE,
  RIGHT_INFO,
  RIGHT_KILL,
  RIGHT_MAP,
  RIGHT_RECV,
  RIGHT_SEND,
  RIGHT_TICK,
} from "../../abi/rights";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { setPromises } from "../authority/pledge";
import { putCells, putChannel, putDevice, putPort } from "../authority/slots";
import { unveilReset } from "../authority/unveil";
import { cellCreate } from "../base/hal";
import { NO_CELL } from "../base/limits";

import { audit, auditChannel, auditRestored } from "../keep/audit";
import { givenForget, givenOf, grantPlace } from "../keep/given";
import { NO_PLACE, capabilityIn, slotAt } from "../object/capability";
import { deviceAt, deviceAttach } from "../object/device";
import { NO_IMAGE, deviceOf, imageAt, imageMounted, mountedPort } from "../object/image";
import { holds } from "../run/assertions";
import { Cell, cellAt, cellTake } from "../run/cell";
import { energyClear } from "../run/energy";
import { eventsClear } from "../run/event";
import { callClear, makeReady } from "../run/pending";
import { turnClear } from "../run/ready";
import { restClear } from "../run/rest";
import { verified } from "./verify";
import { MOUNTED_PORTS } from "../../abi/sizes";

function wireDevices(index: u32, image: ImageRecord): void {
  for (let i: u32 = 0; i < image.devices; ++i) {
    if ((cellAt(index).promises & ((<u64>PROMISE_DEVICE) << i)) == 0) continue;
    const number = deviceAttach(index, i, deviceOf(image, i), (image.flags & IMAGE_DMA) != 0);
    if (number < 0 && number != ENODEV) audit(AUDIT_DENIED, index, 0, <u64>-(<i64>number), i);
    if (number < 0) continue;
    const device = deviceAt(number - 1);
    putDevice(index, 1 + image.channels + i, i, RIGHT_MAP, number, <u32>min<u64>(device.length, u32.MAX_VALUE));
    audit(AUDIT_MAP, index, 0, i, device.base, device.length);
  }
}

/** Gives the ledger's cell the reading end of the event ring; the kernel keeps the ring open while nobody reads it. */
function wireLedger(index: u32, slot: u32): void {
  const channelIndex = auditChannel();
  auditRestored(index);
  if (channelIndex >= 0) putChannel(index, slot, channelIndex, 1, RIGHT_RECV | RIGHT_TICK, NO_PLACE);
}

/** Gives the cell that mounts the port of each file server, in the order of the images. */
function wireMounts(index: u32, slot: u32): void {
  for (let n: u32 = 0; n < MOUNTED_PORTS; ++n) {
    const image = imageMounted(n);
    if (image == NO_IMAGE) return;
    const port = mountedPort(imageAt(image));
    putPort(index, slot + n, port, RIGHT_SEND | RIGHT_RECV | RIGHT_TICK, NO_PLACE);
    slotAt(index, slot + n).port = port;
  }
}

/** Puts what the record holds into the slots of a new instance. */
function putGrants(index: u32): void {
  for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) {
    const grant = capabilityIn(grantPlace(index, n));
    if (grant.kind == CAP_NONE) continue;
    const slot: u32 = grant.slot;
    if (grant.kind == CAP_CHANNEL) putChannel(index, slot, grant.object, grant.end, grant.rights, grant.above);
    else putPort(index, slot, grant.object, grant.rights, grant.above);
    const held = slotAt(index, slot);
    held.level = grant.level;
    held.given = 1;
    held.port = grant.port;
  }
}

/** Gives a new instance what its record says, except its channels, and makes it ready to run. */
export function cellEquip(index: u32): void {
  const image = imageAt(cellAt(index).image);
  const given = givenOf(index);
  wireDevices(index, image);
  putGrants(index);
  if (image.restart == RESTART_NEVER) givenForget(index);
  const free = 1 + image.channels + image.devices;
  if ((given.holds & GIVE_CELLS) != 0) putCells(index, free, RIGHT_INFO | RIGHT_KILL);
  if ((given.holds & GIVE_LEDGER) != 0) wireLedger(index, free + 1);
  if ((given.holds & GIVE_MOUNTS) != 0) wireMounts(index, free + 2);
  makeReady(index);
}

/**
 * Makes a fresh instance of a held cell's image in its table entry. Returns 1; 0 when its package is not verified yet:
 * it stays held; -EKEYREJECTED or a negative errno of cell_create.
 */
export function cellMake(index: u32): i32 {
  const cell = cellAt(index);
  if (!holds(cell.state == CELL_HELD)) return EINVAL;
  const verdict = verified(cell.image);
  if (verdict <= 0) return verdict;
  const failed = cellCreate(cell.image, index);
  return failed < 0 ? failed : 1;
}

/**
 * Makes the instance of a held cell and equips it; it is READY then. A cell whose package is not verified yet stays
 * held, and is started by startVerified. The caller wires the channels when every server it needs is in the table.
 * Returns 0, -EKEYREJECTED or a negative errno of cell_create.
 */
export function cellStart(index: u32): i32 {
  const made = cellMake(index);
  if (made > 0) cellEquip(index);
  return min(made, 0);
}

/** What a boot cell is given: all that its manifest says. */
function giveAll(index: u32, image: ImageRecord): void {
  const given = givenOf(index);
  given.promises = image.promises;
  given.wires = ((<u32>1) << image.channels) - 1;
  given.mayGive = image.mayGive;
  given.holds = holdsOf(image);
}

/** GIVE_CELLS, GIVE_LEDGER and GIVE_MOUNTS, as the manifest asks for them. */
export function holdsOf(image: ImageRecord): u32 {
  const cells = (image.flags & IMAGE_MANAGES_CELLS) != 0 ? GIVE_CELLS : 0;
  const ledger = (image.flags & IMAGE_LEDGER) != 0 ? GIVE_LEDGER : 0;
  return cells | ledger | ((image.flags & IMAGE_MOUNTS) != 0 ? GIVE_MOUNTS : 0);
}

/** The first slot that an image leaves free: those behind what its manifest fixes. */
function firstSlotOf(image: ImageRecord): u32 {
  const cells = 1 + image.channels + image.devices;
  if ((image.flags & IMAGE_MOUNTS) != 0) return cells + 2 + MOUNTED_PORTS;
  return cells + ((image.flags & IMAGE_LEDGER) != 0 ? 2 : 1);
}

/** Clears what belongs to one instance: its turn and pending call, events, energy period, watchdog and strikes. */
export function cellClearInstance(cell: Cell): void {
  cell.doom = CAUSE_NONE;
  turnClear(cell);
  callClear(cell);
  eventsClear(cell);
  energyClear(cell);
  restClear(cell);
}

/**
 * Makes a new cell of an image in a free table entry: held, with the spawn record of a boot cell, which spawn narrows.
 * NO_CELL when the table is full.
 */
export function cellNew(imageIndex: u32, parent: u32): u32 {
  const index = cellTake();
  if (index == NO_CELL) return NO_CELL;
  const cell = cellAt(index);
  const image = imageAt(imageIndex);
  assert(cell.state == CELL_FREE && index != parent);
  cell.image = imageIndex;
  cell.parent = parent;
  cell.parentSerial = parent == NO_CELL ? 0 : cellAt(parent).serial;
  cell.firstSlot = firstSlotOf(image);
  giveAll(index, image);
  setPromises(index, image.promises);
  unveilReset(index);
  cell.cause = CAUSE_NONE;
  cell.state = CELL_HELD;
  cellClearInstance(cell);
  return index;
}
