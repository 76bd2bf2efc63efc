/*
 * What the system is made of, as the design describes it: images, cells, slots, derivation nodes, channels. This is
 * state only; the other files of this folder say what calls do with it. It is written only for clarity: trees are
 * trees, sets are sets, and everything is computed whenever it is needed.
 */
import type { Account } from "./energy.js";
import { Verdicts } from "./verdicts.js";

/** A port that an image serves. */
export interface PortSpec {
  readonly port: number;
  readonly stream: boolean;
  readonly inSize: number;
  readonly inCount: number;
  readonly outSize: number;
  readonly outCount: number;
  readonly clients: number;
  /** The promises of which a client needs one; 0 for none. */
  readonly needs: number;
}

/** A port that an image uses. */
export interface ChannelSpec {
  readonly port: number;
  readonly rights: number;
  readonly lazy: boolean;
}

/** A compiled manifest. */
export interface Image {
  readonly name: string;
  readonly boot: boolean;
  readonly acceptsGrants: boolean;
  readonly managesCells: boolean;
  /** may-give */
  readonly gives: readonly ("cells" | "ports" | "devices")[];
  readonly restart: "never" | "on-fault" | "always";
  readonly restartLimit: number;
  readonly restartWindow: bigint;
  /** With the spectrum in bits 63:62. */
  readonly promises: bigint;
  readonly ports: readonly PortSpec[];
  readonly channels: readonly ChannelSpec[];
  /** The `compatible` names of its device windows, in order. */
  readonly devices: readonly string[];
  /** Whether it may have bus masters. */
  readonly dma: boolean;
  /** Whether it verifies packages. */
  readonly seals: boolean;
  /** Most bytes of the arena and most channels that it pays for: quotas.ts. */
  readonly quota: { readonly arena: number; readonly channels: number };
}

/** A device of the machine. */
export interface Device {
  readonly compatible: string;
  readonly base: number;
  readonly length: number;
  readonly line: number;
}

/** A derivation node: a capability and what was granted from it. */
export interface Node {
  readonly parent: Node | null;
  readonly depth: number;
  readonly children: Set<Node>;
  dead: boolean;
}

export interface Ring {
  readonly size: number;
  readonly count: number;
  readonly messages: string[];
}

/** One end of a channel. */
export interface End {
  /** Only revoked capabilities still refer to it, if any. */
  gone: boolean;
  /** The next call on it returns -EPIPE once, because the server is a new instance. */
  broken: boolean;
  /** Where events about it go: the cell that got it last, or, after that one lost it, another holder. */
  owner: Capability | null;
  /** Cells that were refused because the ring was full, and get an event when there is room. */
  readonly wantsRoom: Set<Capability>;
}

/**
 * Two rings between two ends; ring e is what end e sends into. Of a port, end 0 is the client's and end 1 the server's.
 */
export interface Channel {
  readonly port: number;
  readonly stream: boolean;
  readonly ends: readonly [End, End];
  readonly rings: readonly [Ring | null, Ring | null];
  /**
   * Requests that the server has taken and answered since the channel was opened or renewed, and the last that it
   * reported.
   */
  readonly requests: { taken: number; answered: number; denied: number };
  /** The cell whose quota it is charged to: quotas.ts. */
  payer: Cell | null;
}

export type Side = 0 | 1;

/** Lends of one cell. */
export const LENDS = 16;

/** A range of a cell's memory that the holders of the other end of a channel may copy: lending.ts. */
export interface Lend {
  readonly channel: Channel;
  /** The end through which it was lent. */
  readonly side: Side;
  readonly at: number;
  readonly length: number;
  readonly flags: number;
}

interface Held {
  readonly node: Node;
  rights: number;
  /** Given by the parent at spawn: in the slot of an instance, or in the record, which every instance starts with. */
  readonly given: "" | "slot" | "record";
  readonly holder: Cell;
  readonly slot: number;
}

export type Capability = Held &
  (
    | { readonly kind: "channel"; readonly channel: Channel; readonly side: Side }
    | { readonly kind: "port"; readonly port: number }
    | { readonly kind: "cell"; readonly cell: Cell }
    | { readonly kind: "cells" }
    | { readonly kind: "device"; readonly device: Device; readonly window: number }
  );

/** The paths that a cell sees: unveil.ts. */
export interface Veil {
  /** What the parent allows: all paths ever listed by the parent and its ancestors, and the rights at any path. */
  readonly base: { readonly listed: readonly string[]; readonly at: (path: string) => number };
  /** What the cell listed itself; null before the first. */
  readonly own: ReadonlyMap<string, number> | null;
  readonly locked: boolean;
}

/** An unread event: kind and slot; the rest is filled in when it is read. */
export interface Told {
  readonly kind: number;
  readonly slot: number;
}

export interface Cell {
  readonly index: number;
  readonly image: Image;
  readonly parent: Cell | null;
  /** The parent's instance, and the capability with which it holds this cell. */
  held: Capability | null;
  generation: number;
  /** Held: it has no instance, because its package is not verified yet. */
  state: "alive" | "held" | "ended" | "quarantined";
  status: number;
  cause: number;
  /** Promises at spawn, which a restart restores. */
  readonly born: bigint;
  promises: bigint;
  /** The channels of the manifest that every instance gets, by number. */
  readonly wires: Set<number>;
  /** Whether every instance gets the slot of all cells. */
  readonly holdsCells: boolean;
  /** What it may give to children beyond what it has itself; nothing for spawned cells. */
  readonly gives: readonly ("cells" | "ports" | "devices")[];
  /** What its parent granted at spawn, kept for the next instance; empty when there can be none. */
  record: Capability[];
  readonly slots: Map<number, Capability>;
  readonly told: Map<string, Told>;
  veil: Veil;
  /** Of this instance: memory.ts. */
  memory: Uint8Array;
  /** What it lends, by number. */
  lends: (Lend | null)[];
  checkpoint: Uint8Array | null;
  energy: bigint;
  /** Its energy periods. */
  readonly account: Account;
  /** Its loan, if any: loans.ts. */
  loan: Loan | null;
  /** While it sleeps in a call, the slots on which something can end that. */
  asleep: readonly number[] | null;
  restarts: number;
  restartsSince: bigint;
}

/** What a cell runs on while another cell waits for it: loans.ts. */
export interface Loan {
  readonly lender: Cell;
  readonly rank: number;
  readonly steps: number;
}

/** The run in progress: who pays for it, and what the cell had spent at its start. */
interface CellRun {
  readonly cell: Cell;
  readonly payer: Cell;
  readonly energy: bigint;
}

export class World {
  readonly cells: Cell[] = [];
  /** The holder of each device. */
  readonly claims = new Map<Device, Cell>();
  readonly verdicts: Verdicts<Image>;
  run: CellRun | null = null;
  now = 0n;

  constructor(
    readonly images: readonly Image[],
    readonly devices: readonly Device[],
    sealed: boolean,
  ) {
    this.verdicts = new Verdicts(images, sealed);
  }

  /** The cells that run. */
  alive(): Cell[] {
    return this.cells.filter((cell) => cell.state === "alive");
  }

  /** The cells that run or will run: they hold slots, and serve. */
  coming(): Cell[] {
    return this.cells.filter(isComing);
  }

  /** The cell at this index that runs or waits to be joined: the last one made. */
  at(index: number): Cell | undefined {
    return this.cells.filter((cell) => cell.index === index).at(-1);
  }
}

/** Whether a cell runs or will. */
export function isComing({ state }: Cell): boolean {
  return state === "alive" || state === "held";
}

/** Whether no ancestor of a capability was revoked since it was granted. */
export function isLive(held: Capability): boolean {
  for (let node: Node | null = held.node; node; node = node.parent) if (node.dead) return false;
  return true;
}

/** The live capability in a slot. */
export function inSlot(cell: Cell, slot: number): Capability | null {
  const held = cell.slots.get(slot);
  return held && isLive(held) ? held : null;
}

/** A node below another one, or a new root. A capability that nobody granted is at level 1; each grant adds a level. */
export function newNode(parent: Node | null): Node {
  const node = { parent, depth: parent ? parent.depth + 1 : 1, children: new Set<Node>(), dead: false };
  parent?.children.add(node);
  return node;
}

/**
 * The first slot that the manifest does not fix: after channels and devices comes the slot of all cells, which stays
 * free if the manifest does not ask for it.
 */
export function firstFree(image: Image): number {
  return 2 + image.channels.length + image.devices.length;
}

/** Whether a record keeps an end of a channel for the next instance of its cell. */
export function isRecorded(world: World, channel: Channel, side: Side): boolean {
  return world
    .coming()
    .flatMap((cell) => cell.record)
    .some((held) => held.kind === "channel" && held.channel === channel && held.side === side && isLive(held));
}

/** The slots that refer to an end of a channel, in the order of cells and slots. */
export function holders(world: World, channel: Channel, side: Side): Capability[] {
  const slots = world.coming().flatMap((cell) => [...cell.slots.values()].sort((one, other) => one.slot - other.slot));
  return slots.filter(
    (held) => held.kind === "channel" && held.channel === channel && held.side === side && isLive(held),
  );
}

export function peerOf(side: Side): Side {
  return side === 0 ? 1 : 0;
}
