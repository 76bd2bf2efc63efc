/*
 * The calls between two cells of a small system: send, recv, wait, map with copy, mask, grant, and what each answers
 * when it cannot.
 */
import {
  DISCARD,
  LEND_READ,
  LEND_WRITE,
  META_CHANNEL,
  META_COPY,
  META_ENERGY,
  META_LOOKUP,
  NEVER,
  NOWAIT,
} from "../../abi/calls";
import { CELL_BLOCKED, CELL_READY } from "../../abi/cell";
import { COST_RECV, COST_SEND } from "../../abi/energy";
import { EACCES, EAGAIN, EBADF, EFAULT, EINVAL, EMSGSIZE, ENOENT, EPERM, EPIPE, WOULD_BLOCK } from "../../abi/errno";
import { EVENT_CONNECTED, EVENT_GRANT, EVENT_ROOM } from "../../abi/event";
import { MASK_REVOKE, RIGHT_MASK, RIGHT_RECV, RIGHT_SEND, RIGHT_TICK, RIGHTS_ALL } from "../../abi/rights";
import { cellAt } from "../run/cell";
import { slotAt } from "../object/capability";
import { energyOf } from "../run/energy";
import { sys_grant, sys_map, sys_mask, sys_meta, sys_recv, sys_send, sys_wait } from "../kernel";
import { peek, poke, setTime } from "./machine";
import {
  FILES,
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  STREAM,
  STREAM_COUNT,
  STREAM_PAYLOAD,
  bootSystem,
} from "./system";

/** Memory of a cell in these tests, in bytes. */
const END: u32 = 2 << 16;

beforeEach(() => {
  expect<i32>(bootSystem()).toBe(0);
  takeConnects();
});

/** Reads the two "connected" events that the server starts with. */
function takeConnects(): void {
  for (let i = 0; i < 2; ++i) {
    expect<i64>(sys_recv(SERVER, 0, 0, 32, NOWAIT)).toBe(32);
    expect<i32>(peek(SERVER, 0)).toBe(EVENT_CONNECTED);
    expect<i32>(peek(SERVER, 8)).toBe(MAIN);
  }
}

describe("a client's connection", () => {
  test("must be read before anything on its slot is", () => {
    bootSystem();
    sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(EAGAIN);
    expect<i64>(sys_wait(SERVER, 1 << SERVER_STREAM, 0)).toBe(0);
    expect<i64>(sys_wait(SERVER, 1, 0)).toBe(1);
    takeConnects();
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(1);
  });
});

describe("send and recv", () => {
  test("carry the bytes, and cost what they cost", () => {
    poke(MAIN, 100, 0xab);
    poke(MAIN, 101, 0xcd);
    const before = sys_meta(MAIN, META_ENERGY, 0, 0, 0);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 100, 2, 0)).toBe(2);
    expect<i64>(sys_meta(MAIN, META_ENERGY, 0, 0, 0)).toBe(before + COST_SEND);
    const server = energyOf(cellAt(SERVER)).spent;
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 200, 64, 0)).toBe(2);
    expect<u64>(energyOf(cellAt(SERVER)).spent).toBe(server + COST_RECV);
    expect<i32>(peek(SERVER, 200)).toBe(0xab);
    expect<i32>(peek(SERVER, 201)).toBe(0xcd);
    expect<i32>(peek(SERVER, 202)).toBe(0);
  });
  test("change nothing when they fail", () => {
    sys_send(MAIN, MAIN_STREAM, 0, 10, 0);
    const energy = energyOf(cellAt(SERVER)).spent;
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 9, 0)).toBe(EMSGSIZE);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, END - 9, 64, 0)).toBe(EFAULT);
    expect<u64>(energyOf(cellAt(SERVER)).spent).toBe(energy);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 0, DISCARD)).toBe(10);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, END - 1, 2, 0)).toBe(EFAULT);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, NOWAIT)).toBe(EAGAIN);
  });
  test("block when full and when empty, and the repeat completes", () => {
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    sys_send(MAIN, MAIN_STREAM, 0, STREAM_PAYLOAD, 0);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    for (let i: u32 = 1; i < STREAM_COUNT; ++i) sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(STREAM_PAYLOAD);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(1);
  });
  test("a refused send arms one room event", () => {
    for (let i: u32 = 0; i < STREAM_COUNT; ++i) sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT)).toBe(EAGAIN);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, NOWAIT)).toBe(EAGAIN);
    sys_recv(SERVER, SERVER_STREAM, 0, 64, 0);
    sys_recv(SERVER, SERVER_STREAM, 0, 64, 0);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, NOWAIT)).toBe(32);
    expect<i32>(peek(MAIN, 0)).toBe(EVENT_ROOM);
    expect<i32>(peek(MAIN, 4)).toBe(MAIN_STREAM);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, NOWAIT)).toBe(EAGAIN);
  });
  test("on a ring that is absent, with bad flags, too long", () => {
    expect<i64>(sys_recv(MAIN, MAIN_STREAM, 0, 64, NOWAIT)).toBe(EACCES);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 2)).toBe(EINVAL);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 1, 4)).toBe(EINVAL);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, STREAM_PAYLOAD + 1, 0)).toBe(EMSGSIZE);
    expect<i64>(sys_send(MAIN, 0, 0, 1, 0)).toBe(EBADF);
  });
  test("what was sent before a hang-up can still be read, then -EPIPE", () => {
    sys_send(MAIN, MAIN_FILES, 0, 3, 0);
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, 0)).toBe(EAGAIN);
    sys_recv(SERVER, 0, 0, 32, NOWAIT);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, 0)).toBe(3);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, 0)).toBe(EPIPE);
    expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 1, 0)).toBe(EPIPE);
  });
});

describe("wait", () => {
  test("answers the ready slots, and 0 at its deadline", () => {
    const both: i64 = (1 << SERVER_STREAM) | (1 << SERVER_FILES);
    expect<i64>(sys_wait(SERVER, both, 0)).toBe(0);
    sys_send(MAIN, MAIN_FILES, 0, 1, 0);
    expect<i64>(sys_wait(SERVER, both, NEVER)).toBe(1 << SERVER_FILES);
    sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    expect<i64>(sys_wait(SERVER, both, NEVER)).toBe(both);
    expect<i64>(sys_wait(MAIN, 0, 1000)).toBe(WOULD_BLOCK);
    setTime(1000);
    expect<i64>(sys_wait(MAIN, 0, 1000)).toBe(0);
  });
  test("refuses bit 63 and slots that hold nothing", () => {
    expect<i64>(sys_wait(MAIN, i64.MIN_VALUE, 0)).toBe(EINVAL);
    expect<i64>(sys_wait(MAIN, (<i64>1) << 40, 0)).toBe(EBADF);
  });
});

describe("a lend", () => {
  test("is copied both ways within its range, by the peer alone", () => {
    poke(MAIN, 500, 77);
    const id = <u32>sys_map(MAIN, MAIN_FILES, 500, 16, LEND_READ | LEND_WRITE);
    expect<u32>(id).toBe(0);
    const one = (<i64>1) << 32;
    expect<i64>(sys_meta(SERVER, META_COPY, SERVER_FILES, 0, one | 900)).toBe(1);
    expect<i32>(peek(SERVER, 900)).toBe(77);
    poke(SERVER, 901, 88);
    expect<i64>(sys_meta(SERVER, META_COPY, SERVER_FILES | 0x10000, 15, one | 901)).toBe(1);
    expect<i32>(peek(MAIN, 515)).toBe(88);
    expect<i64>(sys_meta(SERVER, META_COPY, SERVER_FILES, 16, one | 900)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_COPY, SERVER_STREAM, 0, one | 900)).toBe(EBADF);
    expect<i64>(sys_meta(MAIN, META_COPY, MAIN_FILES, 0, one | 900)).toBe(EBADF);
  });
  test("dies with its channel", () => {
    sys_map(MAIN, MAIN_FILES, 500, 16, LEND_READ);
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(sys_meta(SERVER, META_COPY, SERVER_FILES, 0, ((<i64>1) << 32) | 900)).toBe(EBADF);
  });
  test("must lie in the lender's memory", () => {
    expect<i64>(sys_map(MAIN, MAIN_FILES, END - 15, 16, LEND_READ)).toBe(EFAULT);
    expect<i64>(sys_map(MAIN, MAIN_FILES, 0xffffffff, 0xffffffff, LEND_READ)).toBe(EFAULT);
  });
});

describe("mask and grant", () => {
  test("rights only shrink", () => {
    expect<i64>(sys_mask(MAIN, MAIN_FILES, RIGHT_SEND | RIGHT_MASK)).toBe(0);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, NOWAIT)).toBe(EACCES);
    expect<i64>(sys_mask(MAIN, MAIN_FILES, RIGHTS_ALL)).toBe(0);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, NOWAIT)).toBe(EACCES);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, 0)).toBe(1);
  });
  test("a grant is announced, has no more rights than given, and dies by a revoke", () => {
    const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
    const mine = <u32>(ends & 0xff);
    const theirs = <u32>((ends >> 8) & 0xff);
    expect<i64>(sys_grant(MAIN, theirs, MAIN_STREAM, 0x400)).toBe(EPERM);
    const slot = sys_grant(MAIN, theirs, MAIN_STREAM, RIGHT_SEND | RIGHT_TICK);
    expect<i64>(slot).toBeGreaterThan(0);
    expect<i64>(sys_recv(SERVER, 0, 0, 32, NOWAIT)).toBe(32);
    expect<i32>(peek(SERVER, 0)).toBe(EVENT_GRANT);
    expect<i32>(peek(SERVER, 4)).toBe(<i32>slot);
    expect<i64>(sys_send(SERVER, <u32>slot, 0, 5, NOWAIT)).toBe(5);
    expect<i64>(sys_recv(SERVER, <u32>slot, 0, 64, NOWAIT)).toBe(EACCES);
    expect<i64>(sys_recv(MAIN, mine, 0, 64, NOWAIT)).toBe(5);
    expect<i64>(sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE)).toBe(0);
    expect<i64>(sys_send(SERVER, <u32>slot, 0, 5, NOWAIT)).toBe(EBADF);
    expect<i64>(sys_send(MAIN, theirs, 0, 5, NOWAIT)).toBe(5);
  });
  test("a cell that accepts no grants gets none", () => {
    expect<i64>(sys_grant(SERVER, SERVER_STREAM, SERVER_FILES, RIGHT_RECV)).toBe(EACCES);
    expect<u32>(slotAt(MAIN, 10).kind).toBe(0);
  });
});

describe("lookup", () => {
  test("finds the manifest's ports in its order and nothing else", () => {
    expect<i64>(sys_meta(MAIN, META_LOOKUP, STREAM, 0, 0)).toBe(MAIN_STREAM);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, FILES, 0, 0)).toBe(MAIN_FILES);
    expect<i64>(sys_meta(MAIN, META_LOOKUP, 0x7777, 0, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(SERVER, META_LOOKUP, STREAM, 0, 0)).toBe(ENOENT);
  });
});
