/*
 * send and recv over a channel: whole and in order, -EPIPE once after a restart, room told in every way that a ring can
 * get room, spectra lent while a client waits, and a peer that lies.
 */
import { DISCARD, NEVER, NOWAIT } from "../../../abi/calls";
import { CAUSE_KILLED, CAUSE_MEMORY, CELL_BLOCKED, CELL_READY } from "../../../abi/cell";
import { SPECTRUM_MATTER, SPECTRUM_VOID } from "../../../abi/promise";
import { EAGAIN, EFAULT, EMSGSIZE, EPIPE, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_CONNECTED, EVENT_GONE, EVENT_ROOM } from "../../../abi/event";
import { RING_ENTRIES } from "../../../abi/ring";
import { endCell } from "../../life/blink";
import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { ringTowards } from "../../object/channel";
import { sys_mask, sys_recv, sys_send, sys_wait } from "../../kernel";
import { turnOf } from "../../run/ready";
import { bootFamily, crash, eventsSlot, newChild, peekWord, readEvent, skipEvents } from "../../__tests__/family";
import { peek, poke } from "../../__tests__/machine";
import {
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  STREAM_COUNT,
} from "../../__tests__/system";

const END: u32 = 2 << 16;

beforeEach(() => {
  bootFamily();
});

/** Fills main's stream; every message holds one byte, its number. */
function fillStream(): void {
  for (let i: u32 = 0; i < STREAM_COUNT; ++i) {
    poke(MAIN, 100, i);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 100, 1, NOWAIT)).toBe(1);
  }
}

/** Where the ring lies that carries main's stream. */
function streamRing(): usize {
  return ringTowards(slotAt(MAIN, MAIN_STREAM).object, 1).base;
}

describe("messages", () => {
  test("arrive whole and in order, empty ones too, however the sides take turns", () => {
    let received: u32 = 0;
    for (let sent: u32 = 0; sent < 50; ++sent) {
      for (let i: u32 = 0; i < 60; ++i) poke(MAIN, 100 + i, sent);
      expect<i64>(sys_send(MAIN, MAIN_STREAM, 100, sent, 0)).toBe(sent);
      if (sent % 2 == 0) continue;
      for (let i = 0; i < 2; ++i, ++received) {
        expect<i64>(sys_recv(SERVER, SERVER_STREAM, 500, 64, 0)).toBe(received);
        if (received != 0) expect<i32>(peek(SERVER, 500 + received - 1)).toBe(received);
      }
    }
    expect<u32>(received).toBe(50);
  });
  test("go both ways at once without meeting", () => {
    sys_send(MAIN, MAIN_FILES, 0, 11, 0);
    sys_send(SERVER, SERVER_FILES, 0, 22, 0);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, 0)).toBe(22);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 128, 0)).toBe(11);
  });
});

describe("a restarted server", () => {
  test("is told by -EPIPE once on each slot, to send and to recv alike", () => {
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(EPIPE);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(1);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, NOWAIT)).toBe(EPIPE);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, NOWAIT)).toBe(EAGAIN);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, 0)).toBe(1);
  });
  test("wakes a client that is blocked in recv, whose repeat is told", () => {
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, 0)).toBe(WOULD_BLOCK);
    crash(SERVER, CAUSE_MEMORY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, 0)).toBe(EPIPE);
  });
  test("wakes a client that is blocked in send, whose repeat is told", () => {
    fillStream();
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(WOULD_BLOCK);
    crash(SERVER, CAUSE_MEMORY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(EPIPE);
  });
  test("finds old messages of a stream in front of new ones", () => {
    fillStream();
    crash(SERVER, CAUSE_MEMORY);
    skipEvents(SERVER);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 500, 64, 0)).toBe(1);
    expect<i32>(peek(SERVER, 500)).toBe(0);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 500, 64, 0)).toBe(1);
    expect<i32>(peek(SERVER, 500)).toBe(1);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 500, 64, NOWAIT)).toBe(EAGAIN);
  });
});

describe("room after a refused send", () => {
  test("is told when a message is taken, once", () => {
    fillStream();
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT)).toBe(EAGAIN);
    expect<i64>(readEvent(MAIN)).toBe(EAGAIN);
    sys_recv(SERVER, SERVER_STREAM, 0, 0, DISCARD);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ROOM);
    expect<u32>(eventsSlot(MAIN)).toBe(MAIN_STREAM);
    sys_recv(SERVER, SERVER_STREAM, 0, 64, 0);
    expect<i64>(readEvent(MAIN)).toBe(EAGAIN);
  });
  test("is told when the server is restarted and its session starts empty", () => {
    for (let i: u32 = 0; i < STREAM_COUNT; ++i) sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(EAGAIN);
    expect<i64>(sys_wait(MAIN, 1, NEVER)).toBe(WOULD_BLOCK);
    crash(SERVER, CAUSE_MEMORY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ROOM);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(EPIPE);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(1);
  });
  test("is told when the server is gone: the next send then says why", () => {
    fillStream();
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT)).toBe(EAGAIN);
    expect<i64>(sys_wait(MAIN, 1, NEVER)).toBe(WOULD_BLOCK);
    endCell(SERVER, CAUSE_KILLED, 0, true);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ROOM);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT)).toBe(EPIPE);
  });
});

describe("events", () => {
  test("say who it is: slot, cell, port, promises, generation", () => {
    const child = newChild("child");
    expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    expect<u32>(slotAt(SERVER, eventsSlot(SERVER)).object).toBe(slotAt(child, 1).object);
    expect<u32>(peekWord(SERVER, 8192 + 8)).toBe(child);
    expect<u32>(peekWord(SERVER, 8192 + 12)).toBe(0x1001);
    expect<u32>(peekWord(SERVER, 8192 + 16)).toBe(<u32>cellAt(child).promises);
    expect<u32>(peekWord(SERVER, 8192 + 20)).toBe(<u32>(cellAt(child).promises >> 32));
    expect<u32>(peekWord(SERVER, 8192 + 24)).toBe(1);
  });
  test("stay when the buffer is too short or outside, and go when they are discarded", () => {
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(sys_recv(SERVER, 0, 0, 31, NOWAIT)).toBe(EMSGSIZE);
    expect<i64>(sys_recv(SERVER, 0, END - 31, 32, NOWAIT)).toBe(EFAULT);
    expect<i64>(sys_recv(SERVER, 0, 0, 0, DISCARD)).toBe(32);
    expect<i64>(sys_recv(SERVER, 0, 0, 32, NOWAIT)).toBe(EAGAIN);
  });
  test("block a reader when there is none, and wake it", () => {
    expect<i64>(sys_recv(SERVER, 0, 0, 32, 0)).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_GONE);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_FILES);
  });
});

describe("a client that waits", () => {
  test("lends its spectrum to its server until that blocks", () => {
    const server = cellAt(SERVER);
    server.spectrum = SPECTRUM_VOID;
    turnOf(server).rank = 1 + SPECTRUM_VOID;
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, 0)).toBe(WOULD_BLOCK);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_MATTER);
    expect<i64>(sys_wait(SERVER, 1, NEVER)).toBe(WOULD_BLOCK);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_VOID);
  });
  test("never takes from a server that ranks higher, and lends nothing while it only asks", () => {
    const server = cellAt(SERVER);
    const own = turnOf(server).rank;
    sys_recv(MAIN, MAIN_FILES, 0, 128, 0);
    expect<u32>(turnOf(server).rank).toBe(own);
    server.spectrum = SPECTRUM_VOID;
    turnOf(server).rank = 1 + SPECTRUM_VOID;
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, NOWAIT)).toBe(EAGAIN);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_VOID);
  });
});

describe("a ring that lies", () => {
  test("with a length beyond its slot is not believed", () => {
    fillStream();
    store<u32>(streamRing() + RING_ENTRIES, 61);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 500, 1024, 0)).toBe(EPIPE);
  });
});
