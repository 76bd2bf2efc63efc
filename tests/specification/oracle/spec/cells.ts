/*
 * How a cell starts, ends and restarts: what the manifest gives, what the parent gives, and what an instance leaves to
 * the next: its clients' channels. Gifts at spawn are kept in a record that every instance starts with.
 */
import {
  CAUSE_KILLED,
  CAUSE_NONE,
  EVENT_CONNECTED,
  EVENT_ENDED,
  EVENT_GONE,
  EVENT_RESTARTED,
  PROMISE_DEVICE,
  WINDOWS_MAX,
} from "../../../../host/abi.js";
import * as channels from "./channels.js";
import { attachDevices, releaseDevices } from "./devices.js";
import { Account } from "./energy.js";
import { forget } from "./loans.js";
import { emptyMemory } from "./memory.js";
import { mayOpen } from "./quotas.js";
import { allVisible, restarted } from "./unveil.js";
import {
  firstFree,
  inSlot,
  isLive,
  LENDS,
  newNode,
  peerOf,
  type Capability,
  type Cell,
  type Image,
  type Node,
  type World,
} from "./world.js";

/** Bits for the windows of a manifest. */
const WINDOWS = (1 << WINDOWS_MAX) - 1;
const SPECTRUM = 62n;
const BITS = (1n << SPECTRUM) - 1n;

/** The intersection of promises: common bits, and the lower spectrum. */
export function commonPromises(one: bigint, other: bigint): bigint {
  const lower = one >> SPECTRUM < other >> SPECTRUM ? one : other;
  return (one & other & BITS) | ((lower >> SPECTRUM) << SPECTRUM);
}

/** The promises that a parent can give: its own, and those devices, never among its own promises, that it may give. */
function above(parent: Cell): bigint {
  const windows = BigInt(WINDOWS) * BigInt(PROMISE_DEVICE);
  return (parent.promises & ~windows) | (parent.gives.includes("devices") ? windows : 0n);
}

/** A newly spawned cell, without its slots. */
export function newCell(world: World, index: number, image: Image, parent: Cell | null, promises: bigint): Cell {
  const born = image.promises;
  const promised = parent ? commonPromises(commonPromises(born, above(parent)), promises) : born;
  const cell: Cell = {
    index,
    image,
    parent,
    held: null,
    generation: 1,
    state: "held",
    status: 0,
    cause: CAUSE_NONE,
    born: promised,
    promises: 0n,
    wires: new Set(image.channels.keys()),
    holdsCells: image.managesCells && (!parent || parent.gives.includes("cells")),
    gives: parent ? [] : image.gives,
    record: [],
    slots: new Map(),
    told: new Map(),
    veil: allVisible,
    memory: emptyMemory(),
    lends: noLends(),
    checkpoint: null,
    energy: 0n,
    account: new Account(Number(promised >> SPECTRUM)),
    loan: null,
    asleep: null,
    restarts: 0,
    restartsSince: 0n,
  };
  cell.promises = cell.born;
  world.cells.push(cell);
  world.verdicts.ask(image);
  return cell;
}

const noLends = () => Array<null>(LENDS).fill(null);

/**
 * Opens a channel to the server of a port and puts the client's end into `slot`; false when it has no server, or the
 * client may open no more.
 */
export function openChannel(world: World, cell: Cell, slot: number, port: number, rights: number, from: Node): boolean {
  const server = channels.serverOf(world, port, cell);
  const place = server && channels.roomAtServer(server, port, firstFree(server.image));
  if (!server || place === null) return false;
  const spec = server.image.ports.find((each) => each.port === port)!;
  const channel = channels.portChannel(spec, cell);
  if (!mayOpen(cell, channel)) return false;
  channels.holdAtServer(server, place, channel);
  channels.hold(cell, slot, channel, 0, { node: from, rights });
  channels.tell(server, EVENT_CONNECTED, place);
  return true;
}

/**
 * The only way to start an instance; none starts before its package is known to be good. It gets what its record keeps,
 * its devices, and all cells if it may have them.
 */
export function startInstance(world: World, cell: Cell): void {
  if (world.verdicts.of(cell.image) !== "good") return;
  cell.state = "alive";
  cell.memory = emptyMemory();
  for (const kept of cell.record.filter(isLive)) channels.put(instanceOf(kept));
  if (cell.image.restart === "never") cell.record = [];
  attachDevices(world, cell);
  if (cell.holdsCells) channels.place(cell, firstFree(cell.image) - 1, { kind: "cells" }, ALL_CELLS);
}

/** Gives a new instance the channels of its manifest that it may have. */
export function wireManifest(world: World, cell: Cell): void {
  for (const [n, { port, rights, lazy }] of cell.image.channels.entries()) {
    if (!cell.wires.has(n)) continue;
    const slot = 1 + n;
    if (cell.slots.has(slot)) continue;
    if (lazy) channels.place(cell, slot, { kind: "port", port }, rights);
    else openChannel(world, cell, slot, port, rights, newNode(null));
  }
}

/** Whether the next instance keeps a capability. */
function survives(cell: Cell, held: Capability): boolean {
  if (inSlot(cell, held.slot) !== held) return false;
  if (held.given) return false;
  if (held.kind !== "channel" || held.side !== 1) return false;
  const { port, ends, rings, stream } = held.channel;
  if (!cell.image.ports.some((spec) => spec.port === port)) return false;
  return !ends[0].gone || (stream && (rings[0]?.messages.length ?? 0) > 0);
}

function mayRestart(world: World, cell: Cell, cause: number): boolean {
  const { restart, restartWindow } = cell.image;
  if (restart === "never" || (restart === "on-fault" && cause === CAUSE_NONE)) return false;
  if (cell.restarts === 0 || world.now - cell.restartsSince > restartWindow) {
    cell.restarts = 0;
    cell.restartsSince = world.now;
  }
  return true;
}

/** Ends the instance of a cell. `final`: it does not restart, whatever its policy. Returns whether it restarted. */
export function endCell(world: World, cell: Cell, cause: number, status: number, final: boolean): boolean {
  forget(world, cell);
  cell.cause = cause;
  cell.status = status;
  if (world.verdicts.isSealer(cell)) world.verdicts.stopped(cause !== CAUSE_KILLED);
  const wanted = !final && mayRestart(world, cell, cause);
  const again = wanted && ++cell.restarts <= cell.image.restartLimit;
  dropAll(world, cell, again);
  releaseDevices(world, cell);
  if (!again) finish(world, cell, wanted ? "quarantined" : "ended");
  else restart(world, cell);
  return again;
}

function dropAll(world: World, cell: Cell, again: boolean): void {
  const all = [...cell.slots.values()].sort((one, other) => one.slot - other.slot);
  for (const held of all) channels.revoke(world, held);
  for (const held of all) if (!again || !survives(cell, held)) channels.dropSlot(world, cell, held.slot);
  cell.told.clear();
  cell.lends = noLends();
}

/** The cell does not restart by itself. */
export function finish(world: World, cell: Cell, state: "ended" | "quarantined"): void {
  dropAll(world, cell, false);
  channels.forgetRecord(world, cell);
  cell.state = state;
  if (state === "ended") cell.checkpoint = null;
  tellParent(cell, EVENT_ENDED);
}

function tellParent({ parent, held }: Cell, kind: number): void {
  if (parent?.state === "alive" && held && inSlot(parent, held.slot) === held) channels.tell(parent, kind, held.slot);
}

/** The next instance of a cell. */
export function restart(world: World, cell: Cell): void {
  ++cell.generation;
  cell.promises = cell.born;
  cell.veil = restarted(cell.veil);
  cell.state = "held";
  for (const held of cell.slots.values()) if (held.kind === "channel" && held.side === 1) renew(cell, held);
  startInstance(world, cell);
  wireManifest(world, cell);
  tellParent(cell, EVENT_RESTARTED);
}

/** An instance's share of a grant that its record keeps: it dies whenever the record's grant would. */
export function instanceOf(kept: Capability): Capability {
  return { ...kept, node: newNode(kept.node.parent), given: "slot" };
}

/** Rights over all cells: KILL and INFO. */
export const ALL_CELLS = 0x300;

/** Reconnects a client's channel to the new instance of its server. */
function renew(cell: Cell, held: Capability & { kind: "channel" }): void {
  const { channel, slot, given } = held;
  if (given || channel.port === 0) return;
  const client = channel.ends[0];
  channel.ends[1].owner = held;
  channels.tell(cell, EVENT_CONNECTED, slot);
  if (client.gone) {
    channels.tell(cell, EVENT_GONE, slot);
    return;
  }
  client.broken = true;
  if (!channel.stream) {
    for (const each of channel.rings) each?.messages.splice(0);
    Object.assign(channel.requests, { taken: 0, answered: 0, denied: 0 });
    // Refusals of the old instance do not carry over to the next.
    channel.ends[1].wantsRoom.delete(held);
    channels.giveRoom(channel, 1);
  }
  channels.giveRoom(channel, 0);
}

/** The cell at the other end of a channel, or null. */
export function peerCell({ channel, side }: Capability & { kind: "channel" }): Cell | null {
  const end = channel.ends[peerOf(side)];
  return end.gone ? null : (end.owner?.holder ?? null);
}
