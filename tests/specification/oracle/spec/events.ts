/*
 * Slot 0: what an event says when it is read. The record is made at that moment, from the state at that moment, so that
 * it is never outdated.
 */
import {
  Event,
  EVENT_CONNECTED,
  EVENT_ENDED,
  EVENT_GRANT,
  EVENT_RESTARTED,
  EVENT_ROOM,
  EVENT_SHRUNK,
} from "../../../../host/abi.js";
import { peerCell } from "./cells.js";
import { type Cell, type Told } from "./world.js";

export const EVENT_BYTES: number = Event.size;

/** The record of an event, as latin1 text. */
export function eventBytes(cell: Cell, { kind, slot }: Told): string {
  const held = cell.slots.get(slot);
  const child = held?.kind === "cell" ? held.cell : null;
  const client = held?.kind === "channel" ? peerCell(held) : null;
  if (kind === EVENT_RESTARTED || kind === EVENT_ENDED)
    return record(kind, slot, child?.index ?? 0, child?.cause ?? 0, child?.promises ?? 0n, child?.generation ?? 0);
  if ((kind === EVENT_CONNECTED || kind === EVENT_SHRUNK) && held?.kind === "channel") {
    const data = kind === EVENT_CONNECTED ? held.channel.port : 0;
    return record(kind, slot, client?.index ?? 0, data, client?.promises ?? 0n, client?.generation ?? 0);
  }
  return record(kind, slot, 0, 0, 0n, 0);
}

function record(kind: number, slot: number, cell: number, data: number, promises: bigint, generation: number): string {
  const bytes = Buffer.alloc(EVENT_BYTES);
  const { fields } = Event;
  bytes.writeUInt32LE(kind, fields.kind.offset);
  bytes.writeUInt32LE(slot, fields.slot.offset);
  bytes.writeUInt32LE(cell, fields.cell.offset);
  bytes.writeUInt32LE(data, fields.data.offset);
  bytes.writeBigUInt64LE(promises, fields.promises.offset);
  bytes.writeBigUInt64LE(BigInt(generation), fields.generation.offset);
  return bytes.toString("latin1");
}

/** The part of a record that is compared: all of it if the ABI defines it, else kind and slot. */
export function comparable(bytes: string): string {
  const read = Buffer.from(bytes, "latin1");
  const [kind, slot] = [read.readUInt32LE(Event.fields.kind.offset), read.readUInt32LE(Event.fields.slot.offset)];
  return kind === EVENT_GRANT || kind === EVENT_ROOM || kind === 3 ? record(kind, slot, 0, 0, 0n, 0) : bytes;
}
