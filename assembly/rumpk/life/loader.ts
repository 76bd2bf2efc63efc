/*
 * The loader: from an image and a spawn record to a cell that is ready to run. Boot, spawn, restart and revive all come
 * through cellMake and cellEquip, so there is one path and it is the tested one: no other makes an instance, it asks for the
 * package's verdict itself, and it gives what the record says (given.ts). The module's own code, its start function
 * included, runs only when the cell is first entered, on the cell's account.
 *
 * Connections are made in two steps, so that what fails has told nobody: wireChannels opens them, announceWired tells the
 * servers and the ledger, takeBackWired undoes.
 *
 * Slots of a new cell, fixed by its manifest:
 *   1 .. c            its channels (or what the parent granted for their ports), as far as its record wires them
 *   c + 1 .. c + d    its devices; a device that this machine lacks leaves its slot empty
 *   c + d + 1         all cells, when the record holds them
 *   c + d + 2         the event ring, for the cell that keeps the ledger, when the record holds it
 */
import { AUDIT_DENIED, AUDIT_MAP, AUDIT_OPEN } from "../../abi/audit";
import { CAUSE_NONE, CELL_FREE, CELL_HELD, CELL_QUARANTINED } from "../../abi/cell";
import { PROMISE_DEVICE } from "../../abi/promise";
import { EINVAL, EMFILE, ENODEV, ENOENT } from "../../abi/errno";
import { EVENT_CONNECTED } from "../../abi/event";
import {
  CHANNEL_LAZY,
  GIVE_CELLS,
  GIVE_LEDGER,
  IMAGE_DMA,
  IMAGE_LEDGER,
  IMAGE_MANAGES_CELLS,
  ImageRecord,
  PORT_STREAM,
  PortRecord,
  RESTART_NEVER,
} from "../../abi/image";
import {
  CAP_CHANNEL,
  CAP_NONE,
  RIGHT_INFO,
  RIGHT_KILL,
  RIGHT_MAP,
  RIGHT_RECV,
  RIGHT_TICK,
  RIGHTS_ALL,
} from "../../abi/rights";
import { holds } from "../run/assertions";
import { SPAWN_GRANTS_MAX } from "../../abi/spawn";
import { audit, auditChannel, auditRestored, entityOf } from "../keep/audit";
import { NO_PLACE, capabilityIn, freeSlot, slotAt } from "../object/capability";
import { Cell, cellAt, cellIsComing, cellTake } from "../run/cell";
import { channelAt, channelOpen, endCell, endSlot } from "../object/channel";
import { deviceAt, deviceAttach } from "../object/device";
import { energyClear } from "../run/energy";
import { eventsClear, raise } from "../run/event";
import { givenForget, givenOf, grantPlace } from "../keep/given";
import { cellCreate } from "../base/hal";
import { channelOf, deviceOf, imageAt, imageServes } from "../object/image";
import { CELLS, NO_CELL } from "../base/limits";
import { setPromises } from "../authority/pledge";
import { restClear } from "../run/rest";
import { makeReady, turnClear } from "../run/scheduler";
import { dropSlot, putCells, putChannel, putDevice, putPort, takeBack } from "../authority/slots";
import { unveilReset } from "../authority/unveil";
import { verified } from "./verify";

/** The cell whose port `port` is, also while it is quarantined and serves nobody, or NO_CELL. */
export function portOwner(port: u32): u32 {
  for (let index: u32 = 0; index < CELLS; ++index) {
    const cell = cellAt(index);
    const there = cellIsComing(cell) || cell.state == CELL_QUARANTINED;
    if (there && imageServes(imageAt(cell.image), port)) return index;
  }
  return NO_CELL;
}

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

/**
 * Opens a channel from slot `slot` of `client` to the server of `port`, at the client's expense; who it concerns is told by
 * `announce`. Returns 0, -ENOENT (nobody serves it), -EMFILE (no slot or client too many) or -ENOBUFS.
 */
export function connectPort(client: u32, slot: u32, port: u32, rights: u32, above: u32): i32 {
  const server = portServer(port);
  if (server == NO_CELL || server == client) return ENOENT;
  const record = imageServes(imageAt(cellAt(server).image), port);
  if (!record) return ENOENT;
  const serverSlot = freeSlot(server, cellAt(server).firstSlot);
  if (serverSlot == 0 || clientsOf(server, port) >= record.clients) return EMFILE;
  const channel = openFor(client, record);
  if (channel < 0) return channel;
  putChannel(client, slot, channel, 0, rights, above);
  putChannel(server, serverSlot, channel, 1, RIGHTS_ALL, NO_PLACE);
  return 0;
}


@inline
function openFor(payer: u32, record: PortRecord): i32 {
  const flags = record.flags & PORT_STREAM;
  return channelOpen(payer, record.port, flags, record.inSize, record.inCount, record.outSize, record.outCount);
}

/** Tells the server of a channel that was just opened, and the ledger. */
export function announce(client: u32, slot: u32): void {
  const channel = channelAt(slotAt(client, slot).object);
  const server = endCell(channel, 1);
  raise(server, EVENT_CONNECTED, endSlot(channel, 1));
  audit(AUDIT_OPEN, client, entityOf(cellAt(server)), channel.port);
}

/** Bit n: the n-th channel of the manifest was opened by the last wireChannels and nobody has been told. */
let wired: u32 = 0;

/** Fills one slot of the manifest. A port that nobody serves leaves it empty. 0 or a negative errno. */
function wire(index: u32, n: u32): i32 {
  const record = channelOf(imageAt(cellAt(index).image), n);
  const slot = 1 + n;
  if (slotAt(index, slot).kind != CAP_NONE) return 0;
  if ((record.flags & CHANNEL_LAZY) != 0) putPort(index, slot, record.port, record.rights, NO_PLACE);
  else {
    const failed = connectPort(index, slot, record.port, record.rights, NO_PLACE);
    if (failed < 0) return failed == ENOENT ? 0 : failed;
    wired |= (<u32>1) << n;
  }
  slotAt(index, slot).port = record.port;
  return 0;
}

/**
 * Fills the empty slots of those of the manifest's channels that the cell's record wires, each for itself. Returns 0, or the
 * first error of a server that has no room.
 */
export function wireChannels(index: u32): i32 {
  wired = 0;
  let first = 0;
  for (let left = givenOf(index).wires; left != 0; left &= left - 1) {
    const failed = wire(index, <u32>ctz(left));
    if (first == 0) first = failed;
  }
  return first;
}

/** Tells of what the last wireChannels opened. */
export function announceWired(index: u32): void {
  for (let left = wired; left != 0; left &= left - 1) announce(index, 1 + <u32>ctz(left));
}

/** A new cell comes to nothing: empties its slots, and what was opened for it closes before anybody hears of it. */
export function takeBackWired(index: u32): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) takeBack(index, <u32>ctz(left));
}

/** The server of a client's channel ended and another instance is there: opens that one channel again, with its rights. */
export function rewire(index: u32, slot: u32): void {
  const capability = slotAt(index, slot);
  const port = channelAt(capability.object).port;
  const rights: u32 = capability.rights;
  dropSlot(index, slot);
  if (connectPort(index, slot, port, rights, NO_PLACE) < 0) return;
  slotAt(index, slot).port = port;
  announce(index, slot);
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

/** Gives the ledger's cell the reading end of the event ring, which the kernel keeps open while nobody reads it. */
function wireLedger(index: u32, slot: u32): void {
  const channel = auditChannel();
  auditRestored(index);
  if (channel >= 0) putChannel(index, slot, channel, 1, RIGHT_RECV | RIGHT_TICK, NO_PLACE);
}

/** Puts what the record holds into the slots of a new instance. */
function putGrants(cell: u32): void {
  for (let n: u32 = 0; n < SPAWN_GRANTS_MAX; ++n) {
    const grant = capabilityIn(grantPlace(cell, n));
    if (grant.kind == CAP_NONE) continue;
    const slot: u32 = grant.slot;
    if (grant.kind == CAP_CHANNEL) putChannel(cell, slot, grant.object, grant.end, grant.rights, grant.above);
    else putPort(cell, slot, grant.object, grant.rights, grant.above);
    const held = slotAt(cell, slot);
    held.level = grant.level;
    held.given = 1;
    held.port = grant.port;
  }
}

/** Gives an instance that was just made what its record says, but for its channels; it is ready to run then. */
export function cellEquip(index: u32): void {
  const image = imageAt(cellAt(index).image);
  const given = givenOf(index);
  wireDevices(index, image);
  putGrants(index);
  if (image.restart == RESTART_NEVER) givenForget(index);
  const free = 1 + image.channels + image.devices;
  if ((given.holds & GIVE_CELLS) != 0) putCells(index, free, RIGHT_INFO | RIGHT_KILL);
  if ((given.holds & GIVE_LEDGER) != 0) wireLedger(index, free + 1);
  makeReady(index);
}

/**
 * Makes a fresh instance of a held cell's image in its table entry. Returns 1; 0 when its package is not verified yet: it
 * stays held; -EKEYREJECTED or a negative errno of cell_create.
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
 * Makes the instance of a held cell and equips it; it is READY then. A cell whose package is not verified yet stays held,
 * and is started by startVerified. The caller wires the channels when every server it needs is in the table. Returns 0,
 * -EKEYREJECTED or a negative errno of cell_create.
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

/** GIVE_CELLS and GIVE_LEDGER, as the manifest asks for them. */
export function holdsOf(image: ImageRecord): u32 {
  const cells = (image.flags & IMAGE_MANAGES_CELLS) != 0 ? GIVE_CELLS : 0;
  return cells | ((image.flags & IMAGE_LEDGER) != 0 ? GIVE_LEDGER : 0);
}

/** Clears what belongs to one instance: its turn and pending call, events, energy period, watchdog and strikes. */
export function cellClearInstance(cell: Cell): void {
  cell.doom = CAUSE_NONE;
  turnClear(cell);
  eventsClear(cell);
  energyClear(cell);
  restClear(cell);
}

/**
 * A new cell of an image, held, in a free table entry, its record as for a boot cell: spawn narrows it. NO_CELL when the table
 * is full.
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
  cell.firstSlot = 2 + image.channels + image.devices + ((image.flags & IMAGE_LEDGER) != 0 ? 1 : 0);
  giveAll(index, image);
  setPromises(index, image.promises);
  unveilReset(index);
  cell.cause = CAUSE_NONE;
  cell.state = CELL_HELD;
  cellClearInstance(cell);
  return index;
}
