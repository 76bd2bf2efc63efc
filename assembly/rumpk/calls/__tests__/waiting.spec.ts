/*
 * wait and join: what is ready, what is refused, deadlines, and the turn that is given away.
 */
import { RIGHT_JOIN, RIGHT_TICK, RIGHTS_ALL } from "../../../abi/rights";
import { CAUSE_KILLED, CAUSE_MEMORY, CAUSE_NONE, CELL_BLOCKED, CELL_QUARANTINED, CELL_READY } from "../../../abi/cell";
import { META_KILL, NEVER } from "../../../abi/calls";
import { EACCES, EBADF, EINVAL, EPIPE, ETIMEDOUT, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_ENDED } from "../../../abi/event";
import { endCell } from "../../life/blink";
import { cellAt } from "../../run/cell";
import { sys_grant, sys_join, sys_mask, sys_meta, sys_recv, sys_send, sys_wait } from "../../kernel";
import { expire } from "../../run/scheduler";
import { makeReady, nextDeadline } from "../../run/pending";
import { bootFamily, childIn, crash, readEvent, skipEvents, spawnNamed } from "../../__tests__/family";
import { setTime } from "../../__tests__/machine";
import {
  MAIN,
  MAIN_CELLS,
  MAIN_FILES,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
} from "../../__tests__/system";

beforeEach(() => {
  bootFamily();
});

/** The set of one slot. */
function only(slot: u32): i64 {
  return (<i64>1) << slot;
}

describe("wait refuses", () => {
  test("bit 63, empty slots, slots that hold no channel or child, and a slot without TICK", () => {
    expect<i64>(sys_wait(MAIN, i64.MIN_VALUE | only(MAIN_FILES), 0)).toBe(EINVAL);
    expect<i64>(sys_wait(MAIN, only(62), 0)).toBe(EBADF);
    expect<i64>(sys_wait(MAIN, only(MAIN_CELLS), 0)).toBe(EBADF);
    sys_mask(MAIN, MAIN_FILES, RIGHTS_ALL & ~RIGHT_TICK);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 0)).toBe(EACCES);
  });
  test("the whole set for one bad slot, even when others are ready", () => {
    sys_send(SERVER, SERVER_FILES, 0, 1, 0);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES) | only(40), 0)).toBe(EBADF);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 0)).toBe(only(MAIN_FILES));
  });
});

describe("wait is over", () => {
  test("by a message, also one that came before", () => {
    expect<i64>(sys_wait(SERVER, only(SERVER_STREAM), NEVER)).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    sys_send(MAIN, MAIN_FILES, 0, 1, 0);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_BLOCKED);
    sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    expect<i64>(sys_wait(SERVER, only(SERVER_STREAM), NEVER)).toBe(only(SERVER_STREAM));
  });
  test("for a client by a server that is gone", () => {
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), NEVER)).toBe(WOULD_BLOCK);
    endCell(SERVER, CAUSE_KILLED, 0, true);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), NEVER)).toBe(only(MAIN_FILES));
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, 0)).toBe(EPIPE);
  });
  test("for a client by a server that was restarted, until it has been told", () => {
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), NEVER)).toBe(WOULD_BLOCK);
    crash(SERVER, CAUSE_MEMORY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), NEVER)).toBe(only(MAIN_FILES));
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, 0)).toBe(EPIPE);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 0)).toBe(0);
  });
  test("by an event on slot 0, while the slot that it is about is not ready", () => {
    sys_send(MAIN, MAIN_FILES, 0, 1, 0);
    sys_mask(MAIN, MAIN_FILES, 0);
    expect<i64>(sys_wait(SERVER, only(0) | only(SERVER_FILES), NEVER)).toBe(1);
    skipEvents(SERVER);
    expect<i64>(sys_wait(SERVER, only(0) | only(SERVER_FILES), NEVER)).toBe(only(SERVER_FILES));
  });
});

describe("a deadline", () => {
  test("in the past makes a poll; it does not give the turn away when there is something to ask", () => {
    setTime(1000);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 1000)).toBe(0);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), i64.MIN_VALUE)).toBe(0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED, "asleep as before");
  });
  test("in the future ends the wait with 0, and not before", () => {
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 1000)).toBe(WOULD_BLOCK);
    expect<i64>(nextDeadline()).toBe(1000);
    expire(999);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
    setTime(1000);
    expire(1000);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(nextDeadline()).toBe(NEVER);
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), 1000)).toBe(0);
  });
  test("holds for a sleeper that is woken for nothing", () => {
    expect<i64>(sys_wait(MAIN, 0, 1000)).toBe(WOULD_BLOCK);
    makeReady(MAIN);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_wait(MAIN, 0, 1000)).toBe(WOULD_BLOCK);
    expect<i64>(nextDeadline()).toBe(1000);
  });
  test("NEVER arms nothing", () => {
    expect<i64>(sys_wait(MAIN, only(MAIN_FILES), NEVER)).toBe(WOULD_BLOCK);
    expect<i64>(nextDeadline()).toBe(NEVER);
    expire(NEVER - 1);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
  });
});

describe("giving the turn away", () => {
  test("parks the cell, ready, and the repeat is answered", () => {
    setTime(50);
    for (let round = 0; round < 3; ++round) {
      expect<i64>(sys_wait(MAIN, 0, 0)).toBe(WOULD_BLOCK);
      expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
      expect<i64>(sys_wait(MAIN, 0, 0)).toBe(0);
    }
  });
  test("is part of no sleep: after one, the next yield yields again", () => {
    expect<i64>(sys_wait(MAIN, 0, 100)).toBe(WOULD_BLOCK);
    setTime(100);
    expect<i64>(sys_wait(MAIN, 0, 100)).toBe(0);
    expect<i64>(sys_wait(MAIN, 0, 0)).toBe(WOULD_BLOCK);
  });
});

describe("join", () => {
  test("answers the status as 32 bits under the cause, as often as it is asked", () => {
    const slot = <u32>spawnNamed("child");
    const child = childIn(slot);
    endCell(child, CAUSE_NONE, -2, false);
    expect<i64>(sys_join(MAIN, slot, 0)).toBe(0xfffffffe);
    expect<i64>(sys_join(MAIN, slot, NEVER)).toBe(0xfffffffe);
  });
  test("is woken by the end, and by its deadline", () => {
    const slot = <u32>spawnNamed("child");
    expect<i64>(sys_join(MAIN, slot, 1000)).toBe(WOULD_BLOCK);
    setTime(1000);
    expire(1000);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_join(MAIN, slot, 1000)).toBe(ETIMEDOUT);
    expect<i64>(sys_join(MAIN, slot, NEVER)).toBe(WOULD_BLOCK);
    endCell(childIn(slot), CAUSE_MEMORY, 0, false);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_join(MAIN, slot, NEVER)).toBe((<i64>CAUSE_MEMORY) << 32);
  });
  test("is woken for every cell that was granted it, not only for the parent", () => {
    const slot = <u32>spawnNamed("child");
    const helperSlot = <u32>spawnNamed("helper");
    const helper = childIn(helperSlot);
    const joined = <u32>sys_grant(MAIN, slot, helperSlot, RIGHT_JOIN);
    expect<i64>(sys_join(helper, joined, NEVER)).toBe(WOULD_BLOCK);
    endCell(childIn(slot), CAUSE_NONE, 9, false);
    expect<u32>(cellAt(helper).state).toBe(CELL_READY);
    expect<i64>(sys_join(helper, joined, NEVER)).toBe(9);
  });
  test("does not take a restart for the end, but takes quarantine", () => {
    const slot = <u32>spawnNamed("crashy");
    const child = childIn(slot);
    for (let end: u32 = 0; end < RESTARTS; ++end) {
      crash(child, CAUSE_MEMORY);
      expect<i64>(sys_join(MAIN, slot, 0)).toBe(ETIMEDOUT);
    }
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_QUARANTINED);
    expect<i64>(sys_join(MAIN, slot, 0)).toBe((<i64>CAUSE_MEMORY) << 32);
  });
  test("needs the right", () => {
    const slot = <u32>spawnNamed("child");
    sys_mask(MAIN, slot, RIGHTS_ALL & ~RIGHT_JOIN);
    expect<i64>(sys_join(MAIN, slot, 0)).toBe(EACCES);
    expect<i64>(sys_wait(MAIN, only(slot), 0)).toBe(EACCES);
  });
  test("a child's slot is ready for wait when it has ended and the event is read", () => {
    const slot = <u32>spawnNamed("child");
    expect<i64>(sys_wait(MAIN, only(0) | only(slot), NEVER)).toBe(WOULD_BLOCK);
    sys_meta(MAIN, META_KILL, slot, 0, 0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<i64>(sys_wait(MAIN, only(0) | only(slot), NEVER)).toBe(1);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ENDED);
    expect<i64>(sys_wait(MAIN, only(0) | only(slot), NEVER)).toBe(only(slot));
  });
});
