/*
 * What a parent gives: never more than it has or its manifest lets it give on; and what a cell was given is what every
 * instance of it starts with, whatever the one before did with it.
 */
import { LOOKUP_CELLS, META_CHANNEL, META_KILL, META_LOOKUP, META_REVIVE, NOWAIT } from "../../../abi/calls";
import { CAUSE_MEMORY, CELL_QUARANTINED, CELL_READY } from "../../../abi/cell";
import { PROMISE_DEVICE, PROMISE_EXEC } from "../../../abi/promise";
import { EAGAIN, EBADF, EEXIST, ENOENT, EPIPE, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_CONNECTED, Event } from "../../../abi/event";
import { GIVE_CELLS, GIVE_DEVICES, IMAGE_BOOT, PORT_PUBLIC } from "../../../abi/image";
import { CAP_CELLS, CAP_CHANNEL, CAP_DEVICE, CAP_NONE, MASK_REVOKE, RIGHT_SEND, RIGHTS_ALL } from "../../../abi/rights";
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../../abi/systable";

import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { channelAt } from "../../object/channel";
import { fdtRead } from "../../object/fdt";
import { portOf } from "../../object/image";
import { checkAll } from "../../invariants/all";
import { sys_mask, sys_meta, sys_pledge, sys_recv, sys_send, sys_spawn } from "../../kernel";
import {
  ANSWER,
  SPEC,
  SPEC_SIZE,
  bootFamily,
  childIn,
  crash,
  eventsSlot,
  newChild,
  peekWord,
  readEvent,
  spawnNamed,
  spawnWith,
} from "../../__tests__/family";
import {
  HELPER_CELLS,
  HELPER_DEVICE,
  MAIN,
  MAIN_CELLS,
  MAIN_FILES,
  MAIN_STREAM,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  STREAM,
  bootAgain,
  pokeSpec,
  pokeWord,
  prepareSystem,
  recordOf,
  useChannel,
} from "../../__tests__/system";
import { beginNode, beginTree, cellsProperty, endNode, endTree, stringProperty } from "../../__tests__/tree";

/** A port that needs no promise, and an image that uses it in slot 1. */
const FREE: u32 = 0x4000;
const CRASHY: u32 = 3;
const HELPER: u32 = 4;

afterEach(() => {
  checkAll();
});

/** Boots with `main` having these words in its manifest. */
function bootGiving(words: u32): void {
  recordOf(MAIN).mayGive = words;
  expect<i32>(bootAgain()).toBe(0);
}

function addUart(): void {
  beginTree();
  beginNode("serial@1000");
  stringProperty("compatible", "ns16550a");
  cellsProperty("reg", [0, 0x1000, 0x100]);
  endNode();
  endTree();
  fdtRead(KERNEL_FDT, KERNEL_FDT_MAX);
}

/** The server's second port becomes one that needs no promise, and `crashy` a client of it. */
function makeFreePort(flags: u32): void {
  prepareSystem();
  portOf(recordOf(SERVER), 1).port = FREE;
  portOf(recordOf(SERVER), 1).needs = 0;
  portOf(recordOf(SERVER), 1).flags = flags;
  recordOf(MAIN).channels = 1;
  useChannel(recordOf(CRASHY), FREE);
}

describe("a child is given", () => {
  test("devices and all cells only when the parent's manifest says that it may give them", () => {
    prepareSystem();
    bootGiving(0);
    addUart();
    const bare = newChild("helper");
    expect<u64>(cellAt(bare).promises & PROMISE_DEVICE).toBe(0);
    expect<u32>(slotAt(bare, HELPER_DEVICE).kind).toBe(CAP_NONE);
    expect<i64>(sys_meta(bare, META_LOOKUP, LOOKUP_CELLS, 0, 0)).toBe(ENOENT);
    prepareSystem();
    bootGiving(GIVE_DEVICES | GIVE_CELLS);
    addUart();
    const full = newChild("helper");
    expect<u32>(slotAt(full, HELPER_DEVICE).kind).toBe(CAP_DEVICE);
    expect<u32>(slotAt(full, HELPER_CELLS).kind).toBe(CAP_CELLS);
  });
  test("never the right to give on: what it starts has less, also of its own image", () => {
    prepareSystem();
    recordOf(HELPER).mayGive = GIVE_DEVICES | GIVE_CELLS;
    recordOf(HELPER).promises = recordOf(MAIN).promises | PROMISE_DEVICE;
    bootGiving(GIVE_DEVICES | GIVE_CELLS);
    const first = newChild("helper");
    expect<u32>(slotAt(first, HELPER_CELLS).kind).toBe(CAP_CELLS);
    pokeSpec(first, 4096, "helper", 0, 0);
    const slot = sys_spawn(first, 4096, SPEC_SIZE);
    expect<i64>(slot).toBeGreaterThan(0);
    const second = slotAt(first, <u32>slot).object;
    expect<u32>(slotAt(second, HELPER_CELLS).kind).toBe(CAP_NONE);
    expect<u64>(cellAt(second).promises & PROMISE_DEVICE).toBe(0);
    expect<i64>(sys_meta(second, META_KILL, HELPER_CELLS, MAIN, 0)).toBe(EBADF);
  });
  test("a port that needs no promise when the parent has it, or it is public", () => {
    makeFreePort(0);
    bootGiving(0);
    expect<u32>(slotAt(newChild("crashy"), 1).kind).toBe(CAP_NONE);
    makeFreePort(PORT_PUBLIC);
    bootGiving(0);
    expect<u32>(slotAt(newChild("crashy"), 1).kind).toBe(CAP_CHANNEL);
    makeFreePort(0);
    useChannel(recordOf(MAIN), FREE);
    bootGiving(0);
    expect<u32>(slotAt(newChild("crashy"), 1).kind).toBe(CAP_CHANNEL);
    sys_mask(MAIN, 2, 0);
    expect<u32>(slotAt(newChild("crashy"), 1).kind).toBe(CAP_NONE);
  });
  test("a port that needs a promise although the parent has none to it", () => {
    bootFamily();
    sys_mask(MAIN, MAIN_STREAM, 0);
    expect<i64>(sys_send(newChild("child"), 1, 0, 1, NOWAIT)).toBe(1);
  });
});

describe("every instance starts with what spawn gave", () => {
  test("and has back what the last one dropped or narrowed, but not what was revoked", () => {
    bootFamily();
    const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
    const mine = (<u32>ends) & 0xff;
    const theirs = ((<u32>ends) >> 8) & 0xff;
    const slot = spawnWith("crashy", theirs, RIGHTS_ALL, 0);
    const child = childIn(slot);
    const given = cellAt(child).firstSlot;
    sys_mask(child, given, RIGHT_SEND);
    crash(child, CAUSE_MEMORY);
    expect<u32>(slotAt(child, given).rights).toBe(RIGHTS_ALL);
    expect<i64>(sys_mask(child, given, 0)).toBe(0);
    expect<i64>(sys_send(MAIN, mine, 0, 1, NOWAIT)).toBe(1, "the next instance may want it");
    crash(child, CAUSE_MEMORY);
    expect<i64>(sys_recv(child, given, 0, 64, NOWAIT)).toBe(1);
    sys_mask(MAIN, theirs, RIGHTS_ALL | MASK_REVOKE);
    expect<i64>(sys_recv(child, given, 0, 64, NOWAIT)).toBe(EAGAIN, "a child stands beside its parent");
    sys_mask(MAIN, theirs, 0);
    endFor(child);
    expect<i64>(sys_send(MAIN, mine, 0, 1, NOWAIT)).toBe(EPIPE, "with the last instance the record lets go");
  });
  test("and not with the manifest's channel in the place of what was given and dropped", () => {
    prepareSystem();
    useChannel(recordOf(CRASHY), STREAM);
    bootGiving(0);
    const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
    const pipe = slotAt(MAIN, (<u32>ends) & 0xff).object;
    const child = childIn(spawnWith("crashy", ((<u32>ends) >> 8) & 0xff, RIGHT_SEND, STREAM));
    expect<u32>(slotAt(child, 1).object).toBe(pipe);
    sys_mask(child, 1, 0);
    crash(child, CAUSE_MEMORY);
    expect<u32>(slotAt(child, 1).object).toBe(pipe);
    expect<u32>(slotAt(child, 1).rights).toBe(RIGHT_SEND);
    crash(child, CAUSE_MEMORY);
    crash(child, CAUSE_MEMORY);
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_QUARANTINED);
    expect<i64>(sys_meta(MAIN, META_REVIVE, MAIN_CELLS, child, 0)).toBe(0);
    expect<u32>(slotAt(child, 1).kind).toBe(CAP_NONE, "the pipe was hung up, and the console is not its to have");
  });
  test("and a revive opens only channels whose server died, with the rights that the client kept", () => {
    prepareSystem();
    recordOf(CRASHY).flags = IMAGE_BOOT;
    recordOf(CRASHY).ports = 1;
    portOf(recordOf(CRASHY), 0).port = FREE;
    portOf(recordOf(CRASHY), 0).inSize = 64;
    portOf(recordOf(CRASHY), 0).inCount = 2;
    portOf(recordOf(CRASHY), 0).clients = 4;
    useChannel(recordOf(MAIN), FREE);
    bootGiving(0);
    let service: u32 = 2;
    expect<u32>(slotAt(MAIN, 3).kind).toBe(CAP_CHANNEL);
    const rights: u32 = RIGHTS_ALL & ~RIGHT_SEND;
    sys_mask(MAIN, 3, rights);
    sys_mask(MAIN, MAIN_FILES, 0);
    for (let i = 0; i < 4; ++i) crash(service, CAUSE_MEMORY);
    expect<u32>(cellAt(service).state).toBe(CELL_QUARANTINED);
    expect<i64>(spawnNamed("crashy")).toBe(EEXIST, "its port is its own, also while it is quarantined");
    expect<i64>(sys_meta(MAIN, META_REVIVE, 4, service, 0)).toBe(0);
    expect<u32>(channelAt(slotAt(MAIN, 3).object).port).toBe(FREE);
    expect<u32>(slotAt(MAIN, 3).rights).toBe(rights);
    expect<u32>(slotAt(MAIN, MAIN_FILES).kind).toBe(CAP_NONE, "that one was dropped");
  });
});

/** A spawn by `giver` with an end of a channel, which both hold then. */
function spawnSharing(giver: u32, slot: u32): u32 {
  cellAt(giver).promises |= PROMISE_EXEC;
  pokeSpec(giver, SPEC, "crashy", 0, 1);
  pokeWord(giver, SPEC + SPEC_SIZE, slot);
  pokeWord(giver, SPEC + SPEC_SIZE + 4, RIGHTS_ALL);
  pokeWord(giver, SPEC + SPEC_SIZE + 8, 0);
  return slotAt(giver, <u32>sys_spawn(giver, SPEC, SPEC_SIZE)).object;
}

/**
 * A spawn by `giver` with an end of a channel, which neither it nor the child holds any longer: only the record does.
 */
function leaveToRecord(giver: u32, slot: u32): u32 {
  const child = spawnSharing(giver, slot);
  expect<i64>(sys_mask(child, cellAt(child).firstSlot, 0)).toBe(0);
  expect<i64>(sys_mask(giver, slot, 0)).toBe(0);
  return child;
}

describe("who holds an end only in a record is nobody", () => {
  test("to lend a rank to", () => {
    bootFamily();
    const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
    leaveToRecord(MAIN, ((<u32>ends) >> 8) & 0xff);
    expect<i64>(sys_recv(MAIN, (<u32>ends) & 0xff, 0, 64, 0)).toBe(WOULD_BLOCK);
  });
  test("to say of a client what it promises", () => {
    bootFamily();
    leaveToRecord(MAIN, MAIN_STREAM);
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    while (eventsSlot(SERVER) != SERVER_STREAM) expect<i64>(readEvent(SERVER)).toBe(EVENT_CONNECTED);
    expect<u32>(peekWord(SERVER, ANSWER + <u32>offsetof<Event>("promises"))).toBe(0);
  });
  test("to tell that a client promises less", () => {
    bootFamily();
    leaveToRecord(SERVER, SERVER_STREAM);
    expect<i64>(sys_pledge(MAIN, <i64>(cellAt(MAIN).promises & ~(<u64>PROMISE_EXEC)))).toBe(0);
    expect<u64>(cellAt(MAIN).promises & PROMISE_EXEC).toBe(0);
  });
});

describe("who shares the end of a server", () => {
  test("is woken by what comes after the server's restart, which empties the rings", () => {
    bootFamily();
    const child = spawnSharing(SERVER, SERVER_FILES);
    expect<i64>(sys_recv(child, cellAt(child).firstSlot, 0, 64, 0)).toBe(WOULD_BLOCK);
    crash(SERVER, CAUSE_MEMORY);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(EPIPE);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(1);
    expect<u32>(cellAt(child).state).toBe(CELL_READY);
    checkAll();
  });
});

/** The last instance ends: the limit of restarts is passed. */
function endFor(child: u32): void {
  while (cellAt(child).state == CELL_READY) crash(child, CAUSE_MEMORY);
}
