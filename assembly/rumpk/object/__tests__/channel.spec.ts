/*
 * Channels: ends and rings come and go in the right order, a hang-up is told, a restart keeps streams and empties
 * sessions.
 */
import { CELL_BLOCKED, CELL_HELD, CELL_READY } from "../../../abi/cell";
import { NEVER } from "../../../abi/calls";
import { ENOBUFS } from "../../../abi/errno";
import { PORT_STREAM } from "../../../abi/image";
import { arenaFree } from "../../base/arena";
import { cellAt } from "../../run/cell";
import { channelAt, endGone, peerCell, ringTowards, streamPending, takeBroken } from "../channel";
import { channelAttach, channelDetach, channelOpen, channelRenew } from "../ends";
import { eventsOf } from "../../run/event";
import { CHANNELS, NO_CELL } from "../../base/limits";
import { NO_PAYER } from "../quota";
import { ringCommit, ringPeek, ringReserve } from "../../base/ring";
import { block, makeReady } from "../../run/pending";
import { pick, schedulerReset } from "../../run/scheduler";
import { freshKernel } from "../../__tests__/machine";

const PORT: u32 = 0x1001;

beforeEach(() => {
  freshKernel();
  schedulerReset();
});

/** A channel between cell 1 slot 4 (client) and cell 2 slot 5 (server), two slots of 64 bytes each way. */
function pair(flags: u32): u32 {
  const index = <u32>channelOpen(NO_PAYER, PORT, flags, 64, 2, 64, 2);
  channelAttach(index, 0, 1, 4);
  channelAttach(index, 1, 2, 5);
  return index;
}

function blockOn(cell: u32, slot: u32): void {
  cellAt(cell).state = CELL_HELD;
  makeReady(cell);
  pick();
  block(cell, (<u64>1) << slot, 0, NEVER);
}

describe("opening", () => {
  test("makes both rings, or only those that have a size", () => {
    const both = <u32>channelOpen(NO_PAYER, PORT, 0, 64, 2, 128, 4);
    expect<u32>(ringTowards(both, 1).entrySize).toBe(64);
    expect<u32>(ringTowards(both, 0).entrySize).toBe(128);
    expect<u32>(ringTowards(both, 0).entryCount).toBe(4);
    const one = <u32>channelOpen(NO_PAYER, PORT, 0, 64, 2, 0, 0);
    expect<usize>(ringTowards(one, 0).base).toBe(0);
  });
  test("refuses rings that the arena cannot hold, and keeps nothing of them", () => {
    const free = arenaFree();
    expect<i32>(channelOpen(NO_PAYER, PORT, 0, 65536, 65536, 0, 0)).toBe(ENOBUFS);
    expect<i32>(channelOpen(NO_PAYER, PORT, 0, 64, 2, 65536, 64)).toBeLessThan(CHANNELS);
    expect<i32>(channelOpen(NO_PAYER, PORT, 0, 1024, 16, 65536, 65536)).toBe(ENOBUFS);
    expect<u32>(arenaFree()).toBeLessThan(free);
  });
  test("refuses one more than the table holds", () => {
    for (let i: u32 = 0; i < CHANNELS; ++i) expect<i32>(channelOpen(NO_PAYER, PORT, 0, 16, 1, 0, 0)).toBe(i);
    expect<i32>(channelOpen(NO_PAYER, PORT, 0, 16, 1, 0, 0)).toBe(ENOBUFS);
  });
});

describe("hanging up", () => {
  test("tells a server by an event, wakes it, and names nobody as the peer", () => {
    const index = pair(0);
    blockOn(2, 5);
    expect<u32>(peerCell(channelAt(index), 1)).toBe(1);
    channelDetach(index, 0);
    expect<u64>(eventsOf(cellAt(2)).gone).toBe(1 << 5);
    expect<u32>(cellAt(2).state).toBe(CELL_READY);
    expect(endGone(channelAt(index), 0)).toBe(true);
    expect<u32>(peerCell(channelAt(index), 1)).toBe(NO_CELL);
  });
  test("wakes a client that waits", () => {
    const index = pair(0);
    blockOn(1, 4);
    expect<u32>(cellAt(1).state).toBe(CELL_BLOCKED);
    channelDetach(index, 1);
    expect<u32>(cellAt(1).state).toBe(CELL_READY);
  });
  test("is complete when both ends are gone: rings and entry come back, the serial changes", () => {
    const free = arenaFree();
    const index = pair(0);
    const serial = channelAt(index).serial;
    channelDetach(index, 0);
    expect<u32>(arenaFree()).toBeLessThan(free);
    channelDetach(index, 1);
    expect<u32>(arenaFree()).toBe(free);
    expect<u32>(channelAt(index).used).toBe(0);
    expect<u32>(channelAt(index).serial).not.toBe(serial);
    expect<u32>(pair(0)).toBe(index);
  });
  test("waits for the last slot that refers to the end", () => {
    const index = pair(0);
    channelAttach(index, 0, 3, 6);
    channelDetach(index, 0);
    expect(endGone(channelAt(index), 0)).toBe(false);
    channelDetach(index, 0);
    expect(endGone(channelAt(index), 0)).toBe(true);
  });
});

describe("a restarted server", () => {
  test("is told about its client, and the client once about the restart", () => {
    const index = pair(0);
    channelRenew(index);
    expect<u64>(eventsOf(cellAt(2)).connected).toBe(1 << 5);
    expect(takeBroken(channelAt(index), 1)).toBe(false);
    expect(takeBroken(channelAt(index), 0)).toBe(true);
    expect(takeBroken(channelAt(index), 0)).toBe(false);
  });
  test("finds what was not consumed in a stream, and an empty session", () => {
    for (let flags: u32 = 0; flags <= PORT_STREAM; flags += PORT_STREAM) {
      const index = pair(flags);
      const ring = ringTowards(index, 1);
      ringCommit(ring, ringReserve(ring), 1);
      expect(streamPending(index)).toBe(flags == PORT_STREAM);
      channelRenew(index);
      expect(ringPeek(ring) != 0).toBe(flags == PORT_STREAM);
    }
  });
  test("finds what a client that is gone left in a stream, and that it is gone", () => {
    const index = pair(PORT_STREAM);
    const ring = ringTowards(index, 1);
    ringCommit(ring, ringReserve(ring), 1);
    channelDetach(index, 0);
    channelRenew(index);
    expect<u64>(eventsOf(cellAt(2)).connected).toBe(1 << 5);
    expect<u64>(eventsOf(cellAt(2)).gone).toBe(1 << 5);
    expect(ringPeek(ring) != 0).toBe(true);
  });
});
