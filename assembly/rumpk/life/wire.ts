/*
 * Wiring: the channels of a new instance, from its slots to the cells that serve their ports.
 *
 * Connections are made in two steps, so that a failure has told nobody: wireChannels opens them, announceWired tells
 * the servers and the ledger, takeBackWired undoes them.
 */
import { AUDIT_OPEN } from "../../abi/audit";
import { CELL_QUARANTINED } from "../../abi/cell";
import { EMFILE, ENOENT } from "../../abi/errno";
import { EVENT_CONNECTED } from "../../abi/event";
import { CHANNEL_LAZY, PORT_STREAM, PortRecord } from "../../abi/image";
import { CAP_CHANNEL, CAP_NONE, RIGHTS_ALL } from "../../abi/rights";
import { dropSlot, putChannel, putPort, takeBack } from "../authority/slots";
import { CELLS, NO_CELL } from "../base/limits";
import { audit, entityOf } from "../keep/audit";
import { givenOf } from "../keep/given";
import { NO_PLACE, freeSlot, slotAt } from "../object/capability";
import { channelAt, endOf } from "../object/channel";
import { channelOpen } from "../object/ends";
import { channelOf, imageAt, imageServes } from "../object/image";
import { cellAt, cellIsComing } from "../run/cell";
import { raise } from "../run/event";

/** The cell that owns `port`, even while it is quarantined and serves nobody, or NO_CELL. */
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
 * Opens a channel from slot `slot` of `client` to the server of `port`, charged to the client; `announce` tells the
 * others. Returns 0, -ENOENT (nobody serves it), -EMFILE (no free slot, or too many clients) or -ENOBUFS.
 */
export function connectPort(client: u32, slot: u32, port: u32, rights: u32, above: u32): i32 {
  const server = portServer(port);
  if (server == NO_CELL || server == client) return ENOENT;
  const record = imageServes(imageAt(cellAt(server).image), port);
  if (!record) return ENOENT;
  const serverSlot = freeSlot(server, cellAt(server).firstSlot);
  if (serverSlot == 0 || clientsOf(server, port) >= record.clients) return EMFILE;
  const channelIndex = openFor(client, record);
  if (channelIndex < 0) return channelIndex;
  putChannel(client, slot, channelIndex, 0, rights, above);
  putChannel(server, serverSlot, channelIndex, 1, RIGHTS_ALL, NO_PLACE);
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
  const server = endOf(channel, 1).cell;
  raise(server, EVENT_CONNECTED, endOf(channel, 1).slot);
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
 * Connects the manifest's channels that the cell's record wires and whose slots are empty. Goes on after an error;
 * returns 0 or the first one.
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

/** A spawn has failed: empties the new cell's slots and closes what was opened for it before anybody hears of it. */
export function takeBackWired(index: u32): void {
  for (let left = cellAt(index).slots; left != 0; left &= left - 1) takeBack(index, <u32>ctz(left));
}

/** A client's server has a new instance: opens that one channel again, with the same rights. */
export function rewire(index: u32, slot: u32): void {
  const capability = slotAt(index, slot);
  const port = channelAt(capability.object).port;
  const rights: u32 = capability.rights;
  dropSlot(index, slot);
  if (connectPort(index, slot, port, rights, NO_PLACE) < 0) return;
  slotAt(index, slot).port = port;
  announce(index, slot);
}
