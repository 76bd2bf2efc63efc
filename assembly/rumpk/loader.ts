/*
 * The loader: from an image to a cell that is ready to run. Boot, spawn, restart and revive all come through cellStart, so
 * there is one path and it is the tested one: no other makes an instance, and it asks for the package's verdict itself. The module's own code, its start function included, runs only when the cell is
 * first entered, on the cell's account.
 *
 * Slots of a new cell, fixed by its manifest:
 *   1 .. c            its channels (or what the parent granted for their ports)
 *   c + 1 .. c + d    its devices; a device that this machine lacks leaves its slot empty
 *   c + d + 1         all cells, when the manifest manages cells
 *   c + d + 2         the event ring, for the cell that keeps the ledger
 */
import { AUDIT_DENIED, AUDIT_MAP, AUDIT_OPEN } from "../abi/audit";
import { CAUSE_NONE, CELL_FREE, CELL_HELD } from "../abi/cell";
import { PROMISE_DEVICE } from "../abi/energy";
import { EINVAL, EMFILE, ENODEV, ENOENT } from "../abi/errno";
import { EVENT_CONNECTED } from "../abi/event";
import { CHANNEL_LAZY, IMAGE_DMA, IMAGE_LEDGER, IMAGE_MANAGES_CELLS, ImageRecord, PortRecord } from "../abi/image";
import {
  CAP_CHANNEL,
  CAP_NONE,
  RIGHT_INFO,
  RIGHT_KILL,
  RIGHT_MAP,
  RIGHT_RECV,
  RIGHT_TICK,
  RIGHTS_ALL,
} from "../abi/rights";
import { holds } from "./assertions";
import { audit, auditChannel, auditRestored } from "./audit";
import { freeSlot, slotAt } from "./capability";
import { cellAt, cellClearInstance, cellIsComing } from "./cell";
import { channelAt, channelOpen } from "./channel";
import { deviceAt, deviceAttach } from "./device";
import { raise } from "./event";
import { cellCreate } from "./hal";
import { channelOf, deviceOf, imageAt, imageServes } from "./image";
import { CELLS, NO_CELL } from "./limits";
import { setPromises } from "./pledge";
import { makeReady } from "./scheduler";
import { putCells, putChannel, putDevice, putPort } from "./slots";
import { unveilReset } from "./unveil";
import { verified } from "./verify";

/** The cell that serves `port`, or NO_CELL. */
export function portServer(port: u32): u32 {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    if (cellIsComing(cell) && imageServes(imageAt(cell.image), port)) return index;
  }
  return NO_CELL;
}

function clientsOf(server: u32, port: u32): u32 {
  let clients: u32 = 0;
  for (let left = cellAt(server).slots; left != 0; left &= left - 1) {
    const capability = slotAt(server, <u32>ctz(left));
    if (capability.kind == CAP_CHANNEL && capability.end == 1 && channelAt(capability.object).port == port) ++clients;
  }
  return clients;
}

/** Opens a channel from slot `slot` of `client` to the server of `port`. Returns 0, -ENOENT (nobody serves it), -EMFILE (no slot or client too many) or -ENOBUFS. */
export function connectPort(client: u32, slot: u32, port: u32, rights: u32, above: u32): i32 {
  const server = portServer(port);
  if (server == NO_CELL || server == client) return ENOENT;
  const record = imageServes(imageAt(cellAt(server).image), port);
  if (!record) return ENOENT;
  const serverSlot = freeSlot(server, cellAt(server).firstSlot);
  if (serverSlot == 0 || clientsOf(server, port) >= record.clients) return EMFILE;
  const channel = openFor(record);
  if (channel < 0) return channel;
  putChannel(client, slot, channel, 0, rights, above);
  putChannel(server, serverSlot, channel, 1, RIGHTS_ALL, 0);
  raise(server, EVENT_CONNECTED, serverSlot);
  audit(AUDIT_OPEN, client, cellAt(server).entity, port);
  return 0;
}


@inline
function openFor(record: PortRecord): i32 {
  return channelOpen(record.port, record.flags, record.inSize, record.inCount, record.outSize, record.outCount);
}

/**
 * Fills the slots of the manifest's channels that are still empty, each for itself. A port that nobody serves leaves its
 * slot empty. Returns 0, or the first error of a server that has no room.
 */
export function wireChannels(index: u32): i32 {
  const image = imageAt(cellAt(index).image);
  let first = 0;
  for (let i: u32 = 0; i < image.channels; ++i) {
    const record = channelOf(image, i);
    const slot = 1 + i;
    if (slotAt(index, slot).kind != CAP_NONE) continue;
    if ((record.flags & CHANNEL_LAZY) != 0) {
      putPort(index, slot, record.port, record.rights, 0);
    } else {
      const failed = connectPort(index, slot, record.port, record.rights, 0);
      if (failed < 0 && failed != ENOENT && first == 0) first = failed;
      if (failed < 0) continue;
    }
    slotAt(index, slot).port = record.port;
  }
  return first;
}

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

/** Gives the ledger's cell the reading end of the event ring, which outlives its restarts. */
function wireLedger(index: u32, slot: u32): void {
  const channel = auditChannel();
  auditRestored(index);
  if (channel < 0 || slotAt(index, slot).kind != CAP_NONE) return;
  putChannel(index, slot, channel, 1, RIGHT_RECV | RIGHT_TICK, 0);
  slotAt(index, slot).given = 1;
}

/**
 * Makes a fresh instance of a held cell's image in its table entry and gives it its devices; it is READY then. A cell
 * whose package is not verified yet stays held, and is started by startVerified. The caller wires the channels when every
 * server it needs is in the table. Returns 0, -EKEYREJECTED or a negative errno of cell_create.
 */
export function cellStart(index: u32): i32 {
  const cell = cellAt(index);
  if (!holds(cell.state == CELL_HELD)) return EINVAL;
  const verdict = verified(cell.image);
  if (verdict <= 0) return verdict;
  const failed = cellCreate(cell.image, index);
  if (failed < 0) return failed;
  const image = imageAt(cell.image);
  wireDevices(index, image);
  if ((image.flags & IMAGE_MANAGES_CELLS) != 0) {
    const slot = 1 + image.channels + image.devices;
    if (slotAt(index, slot).kind == CAP_NONE) putCells(index, slot, RIGHT_INFO | RIGHT_KILL);
  }
  if ((image.flags & IMAGE_LEDGER) != 0) wireLedger(index, 2 + image.channels + image.devices);
  makeReady(index);
  return 0;
}

/** Fills the table entry of a new cell from its image; its promises are narrowed by the caller. */
export function cellPrepare(index: u32, imageIndex: u32, parent: u32): void {
  const cell = cellAt(index);
  const image = imageAt(imageIndex);
  assert(cell.state == CELL_FREE && index != parent);
  cell.image = imageIndex;
  cell.parent = parent;
  cell.parentSerial = parent == NO_CELL ? 0 : cellAt(parent).serial;
  cell.firstSlot = 2 + image.channels + image.devices + ((image.flags & IMAGE_LEDGER) != 0 ? 1 : 0);
  cell.given = image.promises;
  setPromises(index, image.promises);
  unveilReset(index);
  cell.cause = CAUSE_NONE;
  cell.state = CELL_HELD;
  cellClearInstance(cell);
}
