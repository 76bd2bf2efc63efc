/*
 * Quotas: how much of the kernel's arena, and how many channels, a cell may have. The cell that asks for a channel pays
 * for it: the client of a port, the maker of a pair. A payer that drops it is no longer charged: then the first cell
 * that still holds an end of a pair pays for it, whatever its quota, and nobody pays for the channel of a port.
 */
import { CHECKPOINT_MAX, RING_ENTRIES } from "../../../../host/abi.js";
import { inSlot, type Cell, type Channel, type Image, type World } from "./world.js";

/** The arena is allocated in units of this many bytes. */
const UNIT = 1024;
/** A checkpoint is kept twice, each copy with a header of this many bytes. */
const COPIES = 2;
const COPY_HEAD = 16;

const rounded = (bytes: number) => Math.ceil(bytes / UNIT) * UNIT;
const CHECKPOINT_BYTES = rounded(COPIES * (COPY_HEAD + CHECKPOINT_MAX));

/** Bytes of the arena that a channel takes. */
function bytesOf({ rings }: Channel): number {
  return rings.reduce((sum, ring) => sum + (ring ? rounded(RING_ENTRIES + ring.size * ring.count) : 0), 0);
}

/** The channels of which a cell holds an end. */
function channelsOf(cell: Cell): Set<Channel> {
  const found = new Set<Channel>();
  for (const slot of cell.slots.keys()) {
    const held = inSlot(cell, slot);
    if (held?.kind === "channel") found.add(held.channel);
  }
  return found;
}

/** Whether the quota of an image has room for all of this. */
export function fits({ quota }: Image, channels: readonly Channel[], checkpoint: boolean): boolean {
  const bytes = channels.reduce((sum, each) => sum + bytesOf(each), checkpoint ? CHECKPOINT_BYTES : 0);
  return bytes <= quota.arena && channels.length <= quota.channels;
}

/** Everything that a cell pays for. */
const paidBy = (cell: Cell) => [...channelsOf(cell)].filter(({ payer }) => payer === cell);

/** Whether a cell may open one more channel. */
export function mayOpen(cell: Cell, more: Channel): boolean {
  return fits(cell.image, [...paidBy(cell), more], cell.checkpoint !== null);
}

/** Whether a cell may make a checkpoint: the first one takes space, later ones reuse it. */
export function mayCheckpoint(cell: Cell): boolean {
  if (cell.checkpoint) return true;
  const bytes = paidBy(cell).reduce((sum, each) => sum + bytesOf(each), CHECKPOINT_BYTES);
  return bytes <= cell.image.quota.arena;
}

/** A cell has dropped one end of a channel: updates who pays from now on. */
export function settlePayer(world: World, cell: Cell, channel: Channel): void {
  if (channel.payer !== cell || channelsOf(cell).has(channel)) return;
  const holders = world.coming().filter((each) => channelsOf(each).has(channel));
  const first = holders.sort((one, other) => one.index - other.index)[0];
  channel.payer = channel.port === 0 ? (first ?? null) : null;
}
