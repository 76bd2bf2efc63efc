/*
 * Channels: who holds their ends, what happens when an end has no holder left, and the events about them. A cell whose
 * capability was revoked holds nothing, but its slot stays taken until it drops it.
 */
import { EVENT_GONE, EVENT_GRANT, EVENT_INTERRUPT, EVENT_ROOM, RIGHTS_ALL } from "../../../../host/abi.js";
import { settlePayer } from "./quotas.js";
import {
  holders,
  inSlot,
  isLive,
  isRecorded,
  newNode,
  peerOf,
  type Capability,
  type Cell,
  type Channel,
  type Device,
  type End,
  type Node,
  type PortSpec,
  type Ring,
  type Side,
  type Told,
  type World,
} from "./world.js";

const SLOTS = 63;

/** Posts an event about a slot to a cell. */
export function tell(cell: Cell, kind: number, slot: number): void {
  cell.told.set(`${kind}.${slot}`, { kind, slot });
}

/** Whether an event about the slot is unread; interrupts are about windows. */
export function isTold(cell: Cell, slot: number): boolean {
  return [...cell.told.values()].some((told) => isAbout(told, slot));
}

const isAbout = (told: Told, slot: number) => told.slot === slot && told.kind !== EVENT_INTERRUPT;

/** Free slots of a cell, lowest first. */
export function freeSlots(cell: Cell, first: number): number[] {
  const free: number[] = [];
  for (let slot = first; slot < SLOTS; slot++) if (!cell.slots.has(slot)) free.push(slot);
  return free;
}

interface Placed {
  readonly node: Node;
  readonly rights: number;
  readonly given?: Capability["given"];
}

/** Puts one end of a channel into a slot. */
export function hold(cell: Cell, slot: number, channel: Channel, side: Side, placed: Placed): Capability {
  const { node, rights, given = "" } = placed;
  const held: Capability = { kind: "channel", channel, side, node, rights, given, holder: cell, slot };
  put(held);
  return held;
}

/** Puts a capability into its slot; events about a channel's end go there from now on. */
export function put(held: Capability): void {
  held.holder.slots.set(held.slot, held);
  if (held.kind === "channel") held.channel.ends[held.side].owner = held;
}

type Thing =
  | { kind: "port"; port: number }
  | { kind: "cell"; cell: Cell }
  | { kind: "cells" }
  | { kind: "device"; device: Device; window: number };

/** Puts something other than a channel into a slot, derived from nothing. */
export function place(cell: Cell, slot: number, thing: Thing, rights: number): Capability {
  const held = {
    ...thing,
    node: newNode(null),
    rights,
    given: "",
    holder: cell,
    slot,
  } as Capability;
  put(held);
  return held;
}

const ring = (size: number, count: number): Ring | null => (size ? { size, count, messages: [] } : null);
const end = (): End => ({ gone: false, broken: false, owner: null, wantsRoom: new Set() });

const noRequests = () => ({ taken: 0, answered: 0, denied: 0 });

/** A channel to a server, as its port declares it. */
export function portChannel(spec: PortSpec, payer: Cell): Channel {
  const rings = [ring(spec.inSize, spec.inCount), ring(spec.outSize, spec.outCount)] as const;
  return { port: spec.port, stream: spec.stream, ends: [end(), end()], rings, requests: noRequests(), payer };
}

/** A channel that a cell makes for itself. */
export function ownChannel(size: number, count: number, payer: Cell): Channel {
  return {
    port: 0,
    stream: false,
    ends: [end(), end()],
    rings: [ring(size, count), ring(size, count)],
    requests: noRequests(),
    payer,
  };
}

/** Takes a capability out of its slot, with the unread events about that slot. */
export function dropSlot(world: World, cell: Cell, slot: number): void {
  const held = cell.slots.get(slot);
  cell.slots.delete(slot);
  for (const [key, told] of cell.told) if (isAbout(told, slot)) cell.told.delete(key);
  if (held?.kind === "device") world.claims.delete(held.device);
  if (held?.kind !== "channel" || !isLive(held)) return;
  const { channel, side } = held;
  if (isLeft(world, channel, side)) hangUp(channel, side);
  else if (channel.ends[side].owner === held) moveOwner(world, channel, side);
  settlePayer(world, cell, channel);
}

/** Whether nothing refers to an end. */
function isLeft(world: World, channel: Channel, side: Side): boolean {
  return holders(world, channel, side).length === 0 && !isRecorded(world, channel, side);
}

/** A cell will have no further instance: its record drops everything that it kept. */
export function forgetRecord(world: World, cell: Cell): void {
  const { record } = cell;
  cell.record = [];
  for (const held of record) if (isLive(held)) letGo(world, held);
}

/**
 * Everything derived from a capability dies, with the unread events about it; the capability itself does not. Holders
 * of dead capabilities let go of them: an end that nobody else holds is gone. Only the grant event remains, so that the
 * holder can drop the slot.
 */
export function revoke(world: World, held: Capability): void {
  if (held.node.children.size === 0) return;
  const before = lives(world);
  for (const child of held.node.children) child.dead = true;
  held.node.children.clear();
  for (const each of before) if (!isLive(each)) letGo(world, each);
}

/** Every live capability. */
const lives = (world: World) =>
  world.coming().flatMap((cell) => [...cell.slots.values(), ...cell.record].filter(isLive));

/** A holder lost an end by revocation. */
function letGo(world: World, held: Capability): void {
  const { holder, slot } = held;
  if (held.given !== "record")
    for (const [key, told] of holder.told)
      if (isAbout(told, slot) && told.kind !== EVENT_GRANT) holder.told.delete(key);
  if (held.kind !== "channel") return;
  const { channel, side } = held;
  settlePayer(world, holder, channel);
  const end = channel.ends[side];
  if (end.gone) return;
  if (isLeft(world, channel, side)) hangUp(channel, side);
  else if (end.owner && !isLive(end.owner)) moveOwner(world, channel, side);
}

/** Events about the end go to another slot with it from now on. */
function moveOwner(world: World, channel: Channel, side: Side): void {
  channel.ends[side].owner = holders(world, channel, side)[0] ?? null;
}

/** Nothing refers to an end any more: a server learns of it from an event, a client from its next call. */
function hangUp(channel: Channel, side: Side): void {
  channel.ends[side].gone = true;
  const peer = peerOf(side);
  const other = channel.ends[peer];
  if (other.gone) return;
  if (peer === 1 && channel.port !== 0 && other.owner) tell(other.owner.holder, EVENT_GONE, other.owner.slot);
  giveRoom(channel, peer);
}

/**
 * Cells that were refused on this end because the ring was full learn that there is room, or that there never will be.
 */
export function giveRoom(channel: Channel, side: Side): void {
  const { wantsRoom } = channel.ends[side];
  for (const held of wantsRoom) if (inSlot(held.holder, held.slot) === held) tell(held.holder, EVENT_ROOM, held.slot);
  wantsRoom.clear();
}

/** The cell that serves a port to `client`; no cell serves itself. */
export function serverOf(world: World, port: number, client: Cell | null): Cell | null {
  const serves = (cell: Cell) => cell !== client && cell.image.ports.some((spec) => spec.port === port);
  return world.coming().find(serves) ?? null;
}

/** Clients that a server has on a port, including those that left and were not dropped yet. */
function clientsOn(server: Cell, port: number): number {
  let count = 0;
  for (const held of [...server.slots.values()].filter(isLive))
    if (held.kind === "channel" && held.side === 1 && held.channel.port === port) ++count;
  return count;
}

/** The slot for a new client in its server; null when the server takes no more. */
export function roomAtServer(server: Cell, port: number, first: number): number | null {
  const spec = server.image.ports.find((each) => each.port === port);
  if (!spec || clientsOn(server, port) >= spec.clients) return null;
  return freeSlots(server, first)[0] ?? null;
}

/** The server's end of a new client's channel. */
export function holdAtServer(server: Cell, slot: number, channel: Channel): void {
  hold(server, slot, channel, 1, { node: newNode(null), rights: RIGHTS_ALL });
}
