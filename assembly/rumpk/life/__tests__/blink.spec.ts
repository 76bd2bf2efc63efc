/*
 * Blink: what is left of an instance when it ends, what the next one finds, and when there is no next one.
 */
import { LEND_READ, META_CHANNEL, META_CONNECT, META_COPY, META_LOOKUP, NEVER, NOWAIT } from "../../../abi/calls";
import {
  CAUSE_KILLED,
  CAUSE_MEMORY,
  CAUSE_NO_MEMORY,
  CAUSE_NONE,
  CAUSE_SPIN,
  CELL_ENDED,
  CELL_FREE,
  CELL_QUARANTINED,
  CELL_READY,
} from "../../../abi/cell";
import { EAGAIN, EBADF, ENOMEM, EPIPE, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_CONNECTED, EVENT_ENDED, EVENT_GONE, EVENT_RESTARTED } from "../../../abi/event";
import { CAP_CELL, CAP_NONE, CAP_PORT, MASK_REVOKE, RIGHT_GRANT, RIGHT_SEND, RIGHTS_ALL } from "../../../abi/rights";
import { arenaFree } from "../../base/arena";
import { RUNNING, endCell, mainStatus } from "../blink";
import { endingsOf } from "../endings";
import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { eventsOf } from "../../run/event";
import { sys_grant, sys_map, sys_mask, sys_meta, sys_recv, sys_send } from "../../kernel";
import { NO_CELL } from "../../base/limits";
import { block } from "../../run/pending";
import { endRun, pick } from "../../run/scheduler";
import {
  bootFamily,
  childIn,
  crash,
  eventsSlot,
  newChild,
  readEvent,
  skipEvents,
  spawnNamed,
  spawnWith,
} from "../../__tests__/family";
import { createFails, hasCell, quiesces, setTime } from "../../__tests__/machine";
import {
  HELPER_FILES,
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  STREAM,
} from "../../__tests__/system";

/** The restart span of every image, ns. */
const WINDOW: i64 = 1_000_000_000;

beforeEach(() => {
  bootFamily();
});

describe("the restart policy", () => {
  test("never: any end is the end", () => {
    const child = newChild("child");
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
    expect(hasCell(child)).toBe(false);
  });
  test("on fault: a plain exit is the end, a fault or a kill is not", () => {
    const child = newChild("crashy");
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).generation).toBe(2);
    endCell(child, CAUSE_KILLED, 0, false);
    expect<u32>(cellAt(child).generation).toBe(3);
    endCell(child, CAUSE_NONE, 7, false);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
    expect<i32>(cellAt(child).status).toBe(7);
  });
  test("always: also after a plain exit, until somebody who may says no", () => {
    const helper = newChild("helper");
    endCell(helper, CAUSE_NONE, 0, false);
    expect<u32>(cellAt(helper).state).toBe(CELL_READY);
    expect<u32>(cellAt(helper).generation).toBe(2);
    endCell(helper, CAUSE_KILLED, 0, true);
    expect<u32>(cellAt(helper).state).toBe(CELL_ENDED);
  });
});

describe("restarts are bounded", () => {
  test("one more than the limit within the window is quarantine", () => {
    const child = newChild("crashy");
    for (let end: u32 = 0; end < RESTARTS; ++end) crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
    crash(child, CAUSE_SPIN);
    expect<u32>(cellAt(child).state).toBe(CELL_QUARANTINED);
    expect<u32>(cellAt(child).generation).toBe(1 + RESTARTS);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_SPIN);
    expect(hasCell(child)).toBe(false);
  });
  test("a window later they are forgiven", () => {
    const child = newChild("crashy");
    for (let end: u32 = 0; end < RESTARTS; ++end) crash(child, CAUSE_MEMORY);
    setTime(WINDOW + 1);
    for (let end: u32 = 0; end < RESTARTS; ++end) crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
    expect<u32>(endingsOf(cellAt(child)).faults).toBe(2 * RESTARTS);
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_QUARANTINED);
  });
  test("a machine without memory for the next instance ends it", () => {
    const slot = spawnNamed("crashy");
    const child = childIn(slot);
    createFails(ENOMEM);
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_QUARANTINED);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_NO_MEMORY);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ENDED);
  });
  test("a quarantined cell that nobody holds stays to be seen; one that its parent drops does not", () => {
    for (let end: u32 = 0; end <= RESTARTS; ++end) crash(SERVER, CAUSE_MEMORY);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_QUARANTINED);
    const slot = spawnNamed("crashy");
    const child = childIn(slot);
    for (let end: u32 = 0; end <= RESTARTS; ++end) crash(child, CAUSE_MEMORY);
    sys_mask(MAIN, <u32>slot, 0);
    expect<u32>(cellAt(child).state).toBe(CELL_FREE);
  });
});

describe("the next instance of a server", () => {
  test("has its clients and is told of them; nothing else is left", () => {
    const ends = sys_meta(SERVER, META_CHANNEL, 64, 2, 0);
    crash(SERVER, CAUSE_MEMORY);
    expect<u64>(eventsOf(cellAt(SERVER)).connected).toBe((1 << SERVER_STREAM) | (1 << SERVER_FILES));
    expect<u64>(eventsOf(cellAt(SERVER)).gone).toBe(0);
    expect<u32>(slotAt(SERVER, (<u32>ends) & 0xff).kind).toBe(CAP_NONE);
    expect<u32>(slotAt(SERVER, (<u32>ends) >> 8).kind).toBe(CAP_NONE);
  });
  test("is not told of a client that hung up before, unless that left something in a stream", () => {
    sys_send(MAIN, MAIN_STREAM, 0, 1, 0);
    sys_send(MAIN, MAIN_FILES, 0, 1, 0);
    sys_mask(MAIN, MAIN_STREAM, 0);
    sys_mask(MAIN, MAIN_FILES, 0);
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_STREAM);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_GONE);
    expect<i64>(readEvent(SERVER)).toBe(EAGAIN);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(1);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 0)).toBe(EPIPE);
    expect<u32>(slotAt(SERVER, SERVER_FILES).kind).toBe(CAP_NONE);
  });
  test("has lent nothing: the memory is gone", () => {
    const id = sys_map(SERVER, SERVER_FILES, 100, 16, LEND_READ);
    const copy: i64 = MAIN_FILES | (id << 8);
    const one = (<i64>1) << 32;
    expect<i64>(sys_meta(MAIN, META_COPY, copy, 0, one)).toBe(1);
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(sys_meta(MAIN, META_COPY, copy, 0, one)).toBe(EBADF);
  });
});

describe("the next instance of a client", () => {
  test("is connected afresh; the server learns of the end and of the new one", () => {
    const helper = newChild("helper");
    const slot = <u32>sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    skipEvents(SERVER);
    sys_send(helper, slot, 0, 3, 0);
    crash(helper, CAUSE_MEMORY);
    expect<u32>(slotAt(helper, slot).kind).toBe(CAP_NONE);
    expect<u32>(slotAt(helper, HELPER_FILES).kind).toBe(CAP_PORT);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_GONE);
    const dead = eventsSlot(SERVER);
    expect<i64>(sys_recv(SERVER, dead, 0, 64, 0)).toBe(3);
    expect<i64>(sys_recv(SERVER, dead, 0, 64, 0)).toBe(EPIPE);
    const again = <u32>sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    expect<i64>(sys_send(helper, again, 0, 1, 0)).toBe(1);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    expect<u32>(eventsSlot(SERVER)).not.toBe(dead);
  });
  test("keeps what its parent gave at spawn, under its port, and nothing of its own", () => {
    const child = childIn(spawnWith("crashy", MAIN_STREAM, RIGHT_SEND, STREAM));
    const slot = <u32>sys_meta(child, META_LOOKUP, STREAM, 0, 0);
    sys_meta(child, META_CHANNEL, 64, 2, 0);
    crash(child, CAUSE_MEMORY);
    expect<i64>(sys_meta(child, META_LOOKUP, STREAM, 0, 0)).toBe(slot);
    expect<u32>(slotAt(child, slot).rights).toBe(RIGHT_SEND);
    expect<i64>(sys_send(child, slot, 0, 1, NOWAIT)).toBe(1);
    expect<u32>(slotAt(child, slot + 1).kind).toBe(CAP_NONE);
  });
  test("does not keep what was revoked, and does not empty a session that is no longer its own", () => {
    const helperSlot = <u32>spawnNamed("helper");
    const helper = childIn(helperSlot);
    sys_send(MAIN, MAIN_FILES, 0, 5, 0);
    const door = <u32>sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    skipEvents(SERVER);
    const toHelper = SERVER_FILES + 1;
    const given = <u32>sys_grant(SERVER, SERVER_FILES, toHelper, RIGHTS_ALL);
    expect<u32>(slotAt(helper, given).end).toBe(1);
    sys_mask(SERVER, SERVER_FILES, RIGHTS_ALL | MASK_REVOKE);
    crash(helper, CAUSE_MEMORY);
    expect<u32>(slotAt(helper, given).kind).toBe(CAP_NONE);
    expect<u32>(slotAt(helper, door).kind).toBe(CAP_NONE);
    skipEvents(SERVER);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 128, NOWAIT)).toBe(5);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 6, 0)).toBe(6);
  });
});

describe("a parent", () => {
  test("is told of restarts and of the end, each by an event about the child's slot", () => {
    const slot = <u32>spawnNamed("crashy");
    const child = childIn(slot);
    crash(child, CAUSE_MEMORY);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_RESTARTED);
    expect<u32>(eventsSlot(MAIN)).toBe(slot);
    endCell(child, CAUSE_NONE, 0, false);
    expect<i64>(readEvent(MAIN)).toBe(EVENT_ENDED);
    expect<i64>(readEvent(MAIN)).toBe(EAGAIN);
  });
  test("that dropped the child's slot hears nothing, even when another child has the slot", () => {
    const slot = <u32>spawnNamed("crashy");
    const child = childIn(slot);
    sys_mask(MAIN, slot, 0);
    expect<i64>(spawnNamed("child")).toBe(slot);
    crash(child, CAUSE_MEMORY);
    endCell(child, CAUSE_KILLED, 0, true);
    expect<i64>(readEvent(MAIN)).toBe(EAGAIN);
    expect<u32>(cellAt(child).state).toBe(CELL_FREE);
  });
  test("that crashed leaves its children alive with what they were given", () => {
    const child = childIn(spawnWith("child", MAIN_STREAM, RIGHT_SEND, STREAM));
    endCell(MAIN, CAUSE_MEMORY, 0, false);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
    expect<i64>(sys_send(child, 1, 0, 1, NOWAIT)).toBe(1);
    expect<u32>(cellAt(child).references).toBe(0);
    endCell(child, CAUSE_NONE, 0, false);
    expect<u32>(cellAt(child).state).toBe(CELL_FREE);
  });
});

describe("an end", () => {
  test("gives back every slot, ring and device of the cell, and runs it no more", () => {
    const free = arenaFree();
    const helper = newChild("helper");
    sys_meta(helper, META_CHANNEL, 64, 2, 0);
    sys_meta(helper, META_CONNECT, HELPER_FILES, 0, 0);
    const stopped = quiesces();
    endCell(helper, CAUSE_KILLED, 0, true);
    expect<u32>(quiesces()).toBe(stopped + 1);
    for (let slot: u32 = 1; slot < 63; ++slot) expect<u32>(slotAt(helper, slot).kind).toBe(CAP_NONE);
    while (readEvent(SERVER) > 0) sys_mask(SERVER, eventsSlot(SERVER), 0);
    expect<u32>(arenaFree()).toBe(free);
  });
  test("of a cell that waits on a channel of its own does not bring it back", () => {
    const child = newChild("child");
    const ends = sys_meta(child, META_CHANNEL, 64, 2, 0);
    for (let index = pick(); index != NO_CELL; index = pick()) {
      if (index == child) expect<i64>(sys_recv(child, (<u32>ends) >> 8, 0, 64, 0)).toBe(WOULD_BLOCK);
      else block(index, 0, 0, NEVER);
      endRun(index, 0);
    }
    endCell(child, CAUSE_KILLED, 0, true);
    expect<u32>(pick()).toBe(NO_CELL);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
  });
  test("of the main cell stops the machine; of another cell of that image it does not", () => {
    const second = newChild("main");
    endCell(second, CAUSE_NONE, 5, false);
    expect<i32>(mainStatus).toBe(RUNNING);
    endCell(MAIN, CAUSE_NONE, 5, false);
    expect(mainStatus != RUNNING).toBe(true);
  });
  test("lets go of the children that the cell held, without ending them", () => {
    const helperSlot = <u32>spawnNamed("helper");
    const helper = childIn(helperSlot);
    const slot = <u32>spawnNamed("child");
    const child = childIn(slot);
    const granted = <u32>sys_grant(MAIN, slot, helperSlot, RIGHT_GRANT);
    expect<u32>(slotAt(helper, granted).kind).toBe(CAP_CELL);
    endCell(helper, CAUSE_KILLED, 0, true);
    expect<u32>(cellAt(child).references).toBe(1);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
  });
});
