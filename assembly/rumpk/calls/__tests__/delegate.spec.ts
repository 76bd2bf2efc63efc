/*
 * mask, grant and map: rights never grow, a revoke reaches everything derived at once and wakes who waits on it, and
 * nobody gets what its manifest does not accept.
 */
import {
  COPY_TO_LENDER,
  LEND_READ,
  LEND_WRITE,
  META_CHANNEL,
  META_CONNECT,
  META_COPY,
  NEVER,
  NOWAIT,
} from "../../../abi/calls";
import { CAUSE_MEMORY, CELL_BLOCKED, CELL_READY } from "../../../abi/cell";
import { EACCES, EBADF, EINVAL, EMFILE, EPERM, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_GONE, EVENT_GRANT, EVENT_ROOM } from "../../../abi/event";
import {
  CAP_CELL,
  CAP_NONE,
  MASK_REVOKE,
  RIGHT_GRANT,
  RIGHT_INFO,
  RIGHT_JOIN,
  RIGHT_KILL,
  RIGHT_MAP,
  RIGHT_MASK,
  RIGHT_RECV,
  RIGHT_SEND,
  RIGHT_TICK,
  RIGHTS_ALL,
} from "../../../abi/rights";
import { arenaFree } from "../../base/arena";
import { checkSlot, slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { sys_grant, sys_join, sys_map, sys_mask, sys_meta, sys_recv, sys_send, sys_wait } from "../../kernel";
import { SLOTS } from "../../base/limits";
import { putCell, putDevice, putPort } from "../../authority/slots";
import {
  bootFamily,
  childIn,
  crash,
  eventsSlot,
  newChild,
  readEvent,
  skipEvents,
  spawnNamed,
} from "../../__tests__/family";
import {
  FILES,
  HELPER_CELLS,
  HELPER_FILES,
  MAIN,
  MAIN_CELLS,
  MAIN_FILES,
  SERVER,
  SERVER_FILES,
} from "../../__tests__/system";

/** A slot by which `cell` can grant to `receiver`. */
function putDoor(cell: u32, slot: u32, receiver: u32): void {
  putCell(cell, slot, receiver, RIGHT_GRANT, 0);
}

let helperSlot: u32 = 0;
let helper: u32 = 0;
let mine: u32 = 0;
let theirs: u32 = 0;

/** main, its helper, and a channel whose ends main holds. */
beforeEach(() => {
  bootFamily();
  helperSlot = <u32>spawnNamed("helper");
  helper = childIn(helperSlot);
  const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
  mine = (<u32>ends) & 0xff;
  theirs = ((<u32>ends) >> 8) & 0xff;
});

describe("mask", () => {
  test("narrows for good", () => {
    expect<i64>(sys_mask(MAIN, mine, RIGHT_SEND | RIGHT_MASK)).toBe(0);
    expect<i64>(sys_mask(MAIN, mine, RIGHTS_ALL)).toBe(0);
    expect<u32>(slotAt(MAIN, mine).rights).toBe(RIGHT_SEND | RIGHT_MASK);
    expect<i64>(sys_mask(MAIN, mine, RIGHT_SEND)).toBe(0);
    expect<i64>(sys_mask(MAIN, mine, RIGHT_SEND)).toBe(EACCES);
    expect<i64>(sys_mask(MAIN, mine, 0)).toBe(0);
    expect<u32>(slotAt(MAIN, mine).kind).toBe(CAP_NONE);
  });
  test("refuses bits that are no right, slot 0, empty slots and slots that are none", () => {
    expect<i64>(sys_mask(MAIN, mine, 0x400)).toBe(EINVAL);
    expect<i64>(sys_mask(MAIN, mine, 0x40000001)).toBe(EINVAL);
    expect<i64>(sys_mask(MAIN, 0, 0)).toBe(EBADF);
    expect<i64>(sys_mask(MAIN, 50, RIGHTS_ALL)).toBe(EBADF);
    expect<i64>(sys_mask(MAIN, SLOTS, 0)).toBe(EBADF);
    expect<i64>(sys_mask(MAIN, 0xffffffff, 0)).toBe(EBADF);
    expect<u32>(slotAt(MAIN, mine).rights).toBe(RIGHTS_ALL);
  });
});

describe("grant", () => {
  test("gives what is asked, announces it, and leaves the giver what it had", () => {
    const slot = sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<i64>(readEvent(helper)).toBe(EVENT_GRANT);
    expect<i64>(eventsSlot(helper)).toBe(slot);
    expect<u32>(slotAt(helper, <u32>slot).rights).toBe(RIGHT_SEND);
    expect<u32>(slotAt(MAIN, theirs).rights).toBe(RIGHTS_ALL);
    expect<i64>(sys_send(helper, <u32>slot, 0, 5, 0)).toBe(5);
    expect<i64>(sys_recv(MAIN, mine, 0, 64, 0)).toBe(5);
  });
  test("never widens, along the whole chain", () => {
    sys_mask(MAIN, theirs, RIGHT_SEND | RIGHT_GRANT | RIGHT_MASK);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND | RIGHT_RECV)).toBe(EPERM);
    const slot = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND | RIGHT_GRANT);
    expect<i64>(sys_grant(helper, slot, slot, RIGHT_MASK)).toBe(EPERM);
    sys_mask(MAIN, theirs, RIGHT_SEND);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND)).toBe(EACCES);
  });
  test("of a device, of all cells, or of no right is refused", () => {
    putDevice(MAIN, 30, 0, RIGHTS_ALL, 0, 0x100);
    expect<i64>(sys_grant(MAIN, 30, helperSlot, RIGHT_MAP)).toBe(EINVAL);
    expect<i64>(sys_grant(MAIN, MAIN_CELLS, helperSlot, RIGHT_INFO)).toBe(EINVAL);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, 0)).toBe(EINVAL);
    expect<i64>(sys_grant(MAIN, 50, helperSlot, RIGHT_SEND)).toBe(EBADF);
    expect<i64>(sys_grant(MAIN, 0, helperSlot, RIGHT_SEND)).toBe(EBADF);
  });
  test("needs a receiver: a child, or the peer of a channel, that accepts grants", () => {
    expect<i64>(sys_grant(MAIN, theirs, MAIN_CELLS, RIGHT_SEND)).toBe(EBADF);
    expect<i64>(sys_grant(MAIN, theirs, 50, RIGHT_SEND)).toBe(EBADF);
    expect<i64>(sys_grant(MAIN, theirs, 0, RIGHT_SEND)).toBe(EBADF);
    expect<i64>(sys_grant(MAIN, theirs, <u32>spawnNamed("child"), RIGHT_SEND)).toBe(EACCES);
    expect<i64>(sys_grant(SERVER, SERVER_FILES, SERVER_FILES, RIGHT_SEND)).toBe(EACCES);
    expect<i64>(sys_grant(MAIN, theirs, MAIN_FILES, RIGHT_SEND)).toBeGreaterThan(0);
    sys_mask(MAIN, helperSlot, RIGHT_JOIN);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND)).toBe(EBADF);
  });
  test("of a child hands on what was asked of it", () => {
    const childSlot = <u32>spawnNamed("child");
    const slot = <u32>sys_grant(MAIN, childSlot, helperSlot, RIGHT_JOIN);
    expect<i32>(checkSlot(helper, slot, CAP_CELL, RIGHT_JOIN)).toBe(0);
    expect<i32>(checkSlot(helper, slot, CAP_CELL, RIGHT_KILL)).toBe(EACCES);
    expect<u32>(cellAt(childIn(childSlot)).references).toBe(2);
  });
  test("to a receiver without a free slot is -EMFILE and changes nothing", () => {
    let given = 0;
    while (sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND) > 0) ++given;
    expect<i32>(given).toBe(SLOTS - HELPER_CELLS - 1);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND)).toBe(EMFILE);
  });
});

describe("revoke", () => {
  test("kills what was derived from it, in all cells at once, and spares itself", () => {
    const first = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHTS_ALL & ~RIGHT_MASK);
    const second = <u32>sys_grant(MAIN, theirs, MAIN_FILES, RIGHT_SEND);
    const third = <u32>sys_grant(helper, first, <u32>sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0), RIGHT_SEND);
    expect<i64>(sys_send(SERVER, third, 0, 1, NOWAIT)).toBe(1);
    expect<i64>(sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE)).toBe(0);
    expect<i64>(sys_send(helper, first, 0, 1, NOWAIT)).toBe(EBADF);
    expect<i64>(sys_send(SERVER, second, 0, 1, NOWAIT)).toBe(EBADF);
    expect<i64>(sys_send(SERVER, third, 0, 1, NOWAIT)).toBe(EBADF);
    expect<i64>(sys_send(MAIN, theirs, 0, 1, NOWAIT)).toBe(1);
  });
  test("needs the MASK right, and an intact slot", () => {
    const slot = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<i64>(sys_mask(helper, slot, RIGHT_SEND | MASK_REVOKE)).toBe(EACCES);
    sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(sys_mask(helper, slot, RIGHT_SEND | MASK_REVOKE)).toBe(EBADF);
    expect<i64>(sys_mask(helper, slot, 0)).toBe(0);
  });
  test("wakes those who are blocked on what it kills: in recv, in wait, in join", () => {
    const slot = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHTS_ALL);
    skipEvents(helper);
    expect<i64>(sys_recv(helper, slot, 0, 64, 0)).toBe(WOULD_BLOCK);
    sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
    expect<u32>(cellAt(helper).state).toBe(CELL_READY);
    expect<i64>(sys_recv(helper, slot, 0, 64, 0)).toBe(EBADF);
    const childSlot = <u32>spawnNamed("child");
    const joined = <u32>sys_grant(MAIN, childSlot, helperSlot, RIGHT_JOIN);
    expect<i64>(sys_join(helper, joined, NEVER)).toBe(WOULD_BLOCK);
    sys_mask(MAIN, childSlot, RIGHTS_ALL | MASK_REVOKE);
    expect<u32>(cellAt(helper).state).toBe(CELL_READY);
    expect<i64>(sys_join(helper, joined, NEVER)).toBe(EBADF);
  });
  test("gives the events about a channel end back to who still holds it", () => {
    sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    const toHelper = SERVER_FILES + 1;
    expect<i64>(sys_grant(SERVER, SERVER_FILES, toHelper, RIGHT_RECV)).toBeGreaterThan(0);
    sys_mask(SERVER, SERVER_FILES, RIGHTS_ALL | MASK_REVOKE);
    skipEvents(SERVER);
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_GONE);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_FILES);
  });
  test("of a port kills the channels that were opened by it", () => {
    putPort(MAIN, 30, FILES, RIGHTS_ALL, 0);
    const port = <u32>sys_grant(MAIN, 30, helperSlot, RIGHT_SEND);
    const open = <u32>sys_meta(helper, META_CONNECT, port, 0, 0);
    expect<i64>(sys_send(helper, open, 0, 1, 0)).toBe(1);
    sys_mask(MAIN, 30, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(sys_meta(helper, META_CONNECT, port, 0, 0)).toBe(EBADF);
    expect<i64>(sys_send(helper, open, 0, 1, 0)).toBe(EBADF);
  });
});

describe("what a revoke leaves behind", () => {
  test("is a peer that hears of the hang-up, and rings that come back", () => {
    const free = arenaFree();
    const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
    const near = (<u32>ends) & 0xff;
    const far = ((<u32>ends) >> 8) & 0xff;
    putPort(MAIN, 30, FILES, RIGHTS_ALL, 0);
    const port = <u32>sys_grant(MAIN, 30, helperSlot, RIGHTS_ALL);
    const open = <u32>sys_meta(helper, META_CONNECT, port, 0, 0);
    expect<i64>(sys_send(helper, open, 0, 1, 0)).toBe(1);
    skipEvents(SERVER);
    sys_mask(MAIN, 30, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_GONE, "the server of a client that cannot reach it");
    sys_mask(SERVER, eventsSlot(SERVER), 0);
    sys_mask(MAIN, near, 0);
    sys_mask(MAIN, far, 0);
    expect<u32>(arenaFree()).toBe(free);
  });
  test("is a slot that its holder has to drop, of which it was told", () => {
    const slot = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(readEvent(helper)).toBe(EVENT_GRANT);
    expect<u32>(eventsSlot(helper)).toBe(slot);
    expect<i64>(sys_mask(helper, slot, RIGHT_SEND)).toBe(EBADF);
    expect<i64>(sys_grant(helper, slot, slot, RIGHT_SEND)).toBe(EBADF);
    const next = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<u32>(next).not.toBe(slot);
    expect<i64>(sys_mask(helper, slot, 0)).toBe(0);
    expect<u32>(<u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND)).toBe(slot);
  });
  test("is everybody asleep who held nothing of it", () => {
    sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<i64>(sys_wait(helper, 1, NEVER)).toBeGreaterThan(0);
    skipEvents(helper);
    expect<i64>(sys_wait(helper, 1, NEVER)).toBe(WOULD_BLOCK);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, 0)).toBe(WOULD_BLOCK);
    for (let round = 0; round < 100; ++round) {
      sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
      sys_grant(MAIN, theirs, MAIN_FILES, RIGHT_SEND);
    }
    expect<u32>(cellAt(helper).state).toBe(CELL_BLOCKED);
  });
});

describe("an end shared by a grant", () => {
  test("wakes every cell that waits on it, not only the last one that got it", () => {
    sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<i64>(sys_recv(MAIN, theirs, 0, 64, 0)).toBe(WOULD_BLOCK);
    sys_send(MAIN, mine, 0, 3, 0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
  });
  test("tells the cells that asked of room", () => {
    sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    while (sys_send(MAIN, theirs, 0, 1, NOWAIT) == 1) {}
    expect<i64>(sys_wait(MAIN, 1, NEVER)).toBe(WOULD_BLOCK);
    sys_recv(MAIN, mine, 0, 64, 0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ROOM);
    expect<u32>(eventsSlot(MAIN)).toBe(theirs);
    sys_send(MAIN, theirs, 0, 1, 0);
    expect<i64>(sys_send(MAIN, theirs, 0, 1, 0)).toBe(WOULD_BLOCK);
    sys_recv(MAIN, mine, 0, 64, 0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
  });
});

describe("the death of a cell", () => {
  test("kills what it granted, and wakes who waits on that", () => {
    const other = newChild("helper");
    const ends = sys_meta(helper, META_CHANNEL, 64, 4, 0);
    const near = (<u32>ends) & 0xff;
    const far = ((<u32>ends) >> 8) & 0xff;
    putDoor(helper, 40, other);
    putDoor(helper, 41, SERVER);
    const here = <u32>sys_grant(helper, near, 40, RIGHTS_ALL);
    const there = <u32>sys_grant(helper, far, 41, RIGHTS_ALL);
    skipEvents(other);
    skipEvents(SERVER);
    expect<i64>(sys_recv(other, here, 0, 64, 0)).toBe(WOULD_BLOCK);
    expect<i64>(sys_wait(SERVER, (<i64>1) << there, NEVER)).toBe(WOULD_BLOCK);
    crash(helper, CAUSE_MEMORY);
    expect<u32>(cellAt(other).state).toBe(CELL_READY);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    expect<i64>(sys_recv(other, here, 0, 64, 0)).toBe(EBADF);
    expect<i64>(sys_wait(SERVER, (<i64>1) << there, NEVER)).toBe(EBADF);
  });
});

describe("what was lent", () => {
  test("is read with RECV and written with SEND", () => {
    expect<i64>(sys_map(MAIN, mine, 100, 16, LEND_READ | LEND_WRITE)).toBe(0);
    const range: i64 = (16 << 32) | 500;
    const full = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHTS_ALL);
    expect<i64>(sys_meta(helper, META_COPY, full, 0, range)).toBe(16);
    expect<i64>(sys_meta(helper, META_COPY, full | COPY_TO_LENDER, 0, range)).toBe(16);
    const ticks = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_TICK);
    expect<i64>(sys_meta(helper, META_COPY, ticks, 0, range)).toBe(EACCES);
    expect<i64>(sys_meta(helper, META_COPY, ticks | COPY_TO_LENDER, 0, range)).toBe(EACCES);
    const reads = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_RECV);
    expect<i64>(sys_meta(helper, META_COPY, reads, 0, range)).toBe(16);
    expect<i64>(sys_meta(helper, META_COPY, reads | COPY_TO_LENDER, 0, range)).toBe(EACCES);
    const writes = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHT_SEND);
    expect<i64>(sys_meta(helper, META_COPY, writes, 0, range)).toBe(EACCES);
    expect<i64>(sys_meta(helper, META_COPY, writes | COPY_TO_LENDER, 0, range)).toBe(16);
  });
  test("is lent no more when the lender lost its end, also when it gets it back", () => {
    const slot = <u32>sys_grant(MAIN, theirs, helperSlot, RIGHTS_ALL);
    expect<i64>(sys_map(helper, slot, 100, 16, LEND_READ)).toBe(0);
    expect<i64>(sys_meta(MAIN, META_COPY, mine, 0, (16 << 32) | 500)).toBe(16);
    sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(sys_grant(MAIN, theirs, helperSlot, RIGHTS_ALL)).toBeGreaterThan(0);
    expect<i64>(sys_meta(MAIN, META_COPY, mine, 0, (16 << 32) | 500)).toBe(EBADF);
  });
});

describe("map", () => {
  test("of a channel needs MAP and memory of one's own; of a device it names the window", () => {
    expect<i64>(sys_map(MAIN, mine, 0, 2 << 16, LEND_READ)).toBe(0);
    expect<i64>(sys_map(MAIN, mine, 0, 16, 0)).toBe(EINVAL);
    putDevice(MAIN, 30, 2, RIGHT_MAP, 0, 0x100);
    expect<i64>(sys_map(MAIN, 30, 0, 0, 0)).toBe(2);
    expect<i64>(sys_map(MAIN, MAIN_CELLS, 0, 16, LEND_READ)).toBe(EBADF);
    expect<i64>(sys_map(MAIN, 0, 0, 16, LEND_READ)).toBe(EBADF);
    sys_mask(MAIN, mine, RIGHTS_ALL & ~RIGHT_MAP);
    expect<i64>(sys_map(MAIN, mine, 0, 16, LEND_READ)).toBe(EACCES);
  });
});
