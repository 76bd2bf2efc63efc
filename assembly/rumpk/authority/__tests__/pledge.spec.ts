/*
 * Promises: they only shrink, what was not promised is the last thing a cell does, and servers learn of it.
 */
import { META_CONNECT, META_DENY, META_PROMISES, NOWAIT } from "../../../abi/calls";
import { CAUSE_PLEDGE, EXIT_BLOCKED } from "../../../abi/cell";
import {
  PROMISE_DEVICE,
  PROMISE_EXEC,
  PROMISE_INET,
  PROMISE_RPATH,
  PROMISE_STDIO,
  PROMISE_WPATH,
} from "../../../abi/promise";
import { SPECTRUM_GRAVITY, SPECTRUM_MATTER, SPECTRUM_PHOTON, SPECTRUM_SHIFT } from "../../../abi/promise";
import { EACCES, EBADF, EINVAL, EPERM, WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_SHRUNK } from "../../../abi/event";
import { RIGHT_SEND } from "../../../abi/rights";
import { CAP_DEVICE } from "../../../abi/rights";
import { slotAt } from "../../object/capability";
import { portOf } from "../../object/image";
import { cellAt } from "../../run/cell";
import { sys_meta, sys_pledge, sys_recv, sys_send, sys_spawn } from "../../kernel";
import { promisesCommon } from "../pledge";
import { endCell } from "../../life/blink";
import { makeReady } from "../../run/pending";
import {
  bootFamily,
  childIn,
  eventsSlot,
  newChild,
  readEvent,
  skipEvents,
  SPEC,
  SPEC_SIZE,
  spawnWith,
} from "../../__tests__/family";
import { setCellBody, switchesOff } from "../../__tests__/machine";
import { FILES, MAIN, MAIN_FILES, MAIN_STREAM, SERVER, SERVER_FILES, SERVER_STREAM } from "../../__tests__/system";
import { bootAgain, pokeSpec, pokeText, pokeWord, prepareSystem, recordOf, runReady } from "../../__tests__/system";

const ALL: u64 = 0x1f;
const PATH: u32 = 1024;

function spectrum(which: u32): u64 {
  return (<u64>which) << SPECTRUM_SHIFT;
}

function pledgeBits(cell: u32, bits: u64): i64 {
  return sys_pledge(cell, <i64>(bits | spectrum(cellAt(cell).spectrum)));
}

/** Lets main make one call in a run of its own, as the machine does. */
let step: () => i64 = (): i64 => 0;
let answer: i64 = 0;
function runStep(next: () => i64): void {
  step = next;
  setCellBody((cell, budget) => {
    if (cell == MAIN) answer = step();
    return EXIT_BLOCKED;
  });
  makeReady(MAIN);
  switchesOff(() => {
    runReady(0);
  });
}

beforeEach(bootFamily);

describe("a port", () => {
  test("stands for what the manifest of its server says, whatever its number is", () => {
    const needs: StaticArray<u32> = [PROMISE_RPATH | PROMISE_WPATH, PROMISE_INET, 0];
    for (let i = 0; i < needs.length; ++i) {
      prepareSystem();
      portOf(recordOf(SERVER), 1).needs = needs[i];
      expect<i32>(bootAgain()).toBe(0);
      expect<u32>(slotAt(MAIN, MAIN_FILES).needs).toBe(needs[i]);
      expect<u32>(slotAt(MAIN, MAIN_STREAM).needs).toBe(PROMISE_STDIO);
      expect<u32>(slotAt(SERVER, SERVER_FILES).needs).toBe(0, "a server needs no promise to answer");
    }
  });
});

describe("pledge", () => {
  test("takes bits away and never gives them back", () => {
    expect<i64>(pledgeBits(MAIN, PROMISE_STDIO | PROMISE_RPATH)).toBe(0);
    expect<u64>(cellAt(MAIN).promises).toBe(spectrum(SPECTRUM_MATTER) | PROMISE_STDIO | PROMISE_RPATH);
    expect<i64>(pledgeBits(MAIN, PROMISE_STDIO | PROMISE_WPATH)).toBe(EPERM);
    expect<i64>(pledgeBits(MAIN, PROMISE_STDIO | 0x10000)).toBe(EPERM);
    expect<u64>(cellAt(MAIN).promises).toBe(spectrum(SPECTRUM_MATTER) | PROMISE_STDIO | PROMISE_RPATH);
    expect<i64>(pledgeBits(MAIN, PROMISE_STDIO | PROMISE_RPATH)).toBe(0);
  });
  test("demotes and never promotes", () => {
    expect<i64>(sys_pledge(MAIN, <i64>(spectrum(SPECTRUM_PHOTON) | ALL))).toBe(EPERM);
    expect<i64>(sys_pledge(MAIN, <i64>(spectrum(SPECTRUM_GRAVITY) | ALL))).toBe(0);
    expect<u32>(cellAt(MAIN).spectrum).toBe(SPECTRUM_GRAVITY);
    expect<i64>(sys_pledge(MAIN, <i64>(spectrum(SPECTRUM_MATTER) | ALL))).toBe(EPERM);
    expect<i64>(sys_meta(MAIN, META_PROMISES, 0, 0, 0)).toBe(((<i64>SPECTRUM_GRAVITY) << 61) | ALL);
  });
  test("tells every server", () => {
    skipEvents(SERVER);
    pledgeBits(MAIN, PROMISE_STDIO);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_SHRUNK);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_STREAM);
    expect<i64>(readEvent(SERVER)).toBe(EVENT_SHRUNK);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_FILES);
  });
  test("common promises have the bits of both and the lower spectrum", () => {
    const common = promisesCommon(spectrum(2) | 0x13, spectrum(1) | 0x11);
    expect<u64>(common).toBe(spectrum(1) | 0x11);
  });
});

describe("using what was not promised", () => {
  test("is the last thing a cell does", () => {
    pledgeBits(MAIN, PROMISE_RPATH | PROMISE_EXEC);
    runStep(() => sys_send(MAIN, MAIN_STREAM, 0, 1, 0));
    expect<i64>(answer).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_PLEDGE);
    expect<u32>(cellAt(MAIN).state).toBe(0, "main has ended and nobody holds it");
  });
  test("files need one of two promises", () => {
    pledgeBits(MAIN, PROMISE_WPATH);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, 0)).toBe(1);
    pledgeBits(MAIN, 0);
    runStep(() => sys_recv(MAIN, MAIN_FILES, 0, 64, 0));
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_PLEDGE);
  });
  test("spawn needs exec", () => {
    pledgeBits(MAIN, PROMISE_STDIO);
    pokeSpec(MAIN, SPEC, "child", 0, 0);
    runStep(() => sys_spawn(MAIN, SPEC, SPEC_SIZE));
    expect<i64>(answer).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_PLEDGE);
  });
  test("a port is not connected to", () => {
    const helper = newChild("helper");
    pledgeBits(helper, PROMISE_STDIO);
    expect<i64>(sys_meta(helper, META_CONNECT, 1, 0, 0)).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(helper).doom).toBe(CAUSE_PLEDGE);
  });
  test("servers may answer whom they like", () => {
    pledgeBits(SERVER, 0);
    expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 1, NOWAIT)).toBe(1);
  });
});

describe("children", () => {
  test("promise no more than parent, manifest and spec", () => {
    pledgeBits(MAIN, PROMISE_STDIO | PROMISE_EXEC | PROMISE_RPATH);
    pokeSpec(MAIN, SPEC, "child", 0, 0);
    pokeWord(MAIN, SPEC + 40, PROMISE_STDIO | PROMISE_WPATH);
    const child = childIn(sys_spawn(MAIN, SPEC, SPEC_SIZE));
    expect<u64>(cellAt(child).promises).toBe(spectrum(SPECTRUM_MATTER) | PROMISE_STDIO);
  });
  test("get what they started with after a restart", () => {
    const crashy = newChild("crashy");
    const before = cellAt(crashy).promises;
    pledgeBits(crashy, PROMISE_STDIO);
    expect<u64>(cellAt(crashy).promises).not.toBe(before);
    endCell(crashy, CAUSE_PLEDGE, 0, false);
    expect<u64>(cellAt(crashy).promises).toBe(before);
  });
  test("cannot be given the session of another cell", () => {
    expect<i64>(spawnWith("child", MAIN_FILES, RIGHT_SEND, FILES)).toBe(EACCES);
    expect<i64>(spawnWith("child", MAIN_STREAM, RIGHT_SEND, 0)).toBeGreaterThan(0);
  });
});

describe("the hard pledge", () => {
  test("a device that is pledged away is unmapped in the call", () => {
    const helper = newChild("helper");
    slotAt(helper, 2).kind = <u8>CAP_DEVICE;
    slotAt(helper, 2).object = 0;
    cellAt(helper).slots |= 4;
    pledgeBits(helper, ALL | PROMISE_DEVICE);
    expect<u32>(slotAt(helper, 2).kind).toBe(CAP_DEVICE);
    pledgeBits(helper, ALL);
    expect<u32>(slotAt(helper, 2).kind).toBe(0);
  });
});

describe("DENY", () => {
  beforeEach(() => {
    pokeText(SERVER, PATH, "/etc/passwd");
  });
  test("needs a request that was taken and not answered, and is told once of each", () => {
    expect<i64>(deny(0)).toBe(EPERM, "nothing was asked");
    ask();
    expect<i64>(deny(0)).toBe(EPERM, "nothing was taken");
    expect<i64>(take()).toBe(1);
    expect<i64>(deny(0)).toBe(0);
    expect<i64>(deny(0)).toBe(EPERM, "it was told");
    reply();
    expect<i64>(deny(0)).toBe(EPERM, "it was answered");
    for (let round = 0; round < 20; ++round) {
      ask();
      take();
      if (round % 3 == 0) expect<i64>(deny(0)).toBe(0);
      reply();
      if (round % 3 == 1) expect<i64>(deny(0)).toBe(EPERM);
    }
    ask();
    take();
    ask();
    take();
    expect<i64>(deny(0)).toBe(0);
    reply();
    expect<i64>(deny(0)).toBe(0, "the other one");
    expect<i64>(deny(0)).toBe(EPERM);
    expect<u32>(cellAt(MAIN).cause).toBe(0);
  });
  test("ends a client that lacks a promise for which the port stands, and no other", () => {
    ask();
    take();
    expect<i64>(deny(PROMISE_WPATH)).toBe(EPERM, "the client has it");
    expect<i64>(deny(PROMISE_EXEC)).toBe(EINVAL);
    expect<i64>(deny(PROMISE_STDIO)).toBe(EINVAL, "files are not the console");
    pledgeBits(MAIN, PROMISE_RPATH);
    expect<i64>(deny(PROMISE_STDIO)).toBe(EINVAL);
    expect<i64>(deny(PROMISE_RPATH | PROMISE_WPATH)).toBe(EPERM, "it has one of them");
    expect<u32>(cellAt(MAIN).cause).toBe(0);
    expect<i64>(deny(PROMISE_WPATH)).toBe(0);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_PLEDGE);
  });
  test("is not for clients, for streams, or for what a client never asked", () => {
    const range: i64 = ((<i64>11) << 32) | PATH;
    pledgeBits(MAIN, PROMISE_STDIO);
    expect<i64>(deny(PROMISE_WPATH)).toBe(EPERM, "it lacks the promise, and used nothing");
    expect<i64>(sys_meta(MAIN, META_DENY, MAIN_FILES, PROMISE_WPATH, range)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_DENY, 40, PROMISE_WPATH, range)).toBe(EBADF);
    sys_send(MAIN, MAIN_STREAM, 0, 1, NOWAIT);
    sys_recv(SERVER, SERVER_STREAM, 0, 64, NOWAIT);
    expect<i64>(sys_meta(SERVER, META_DENY, SERVER_STREAM, 0, range)).toBe(EPERM);
    expect<u32>(cellAt(MAIN).cause).toBe(0);
  });
});

function ask(): void {
  expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 1, NOWAIT)).toBe(1);
}

function take(): i64 {
  return sys_recv(SERVER, SERVER_FILES, 0, 128, NOWAIT);
}

function reply(): void {
  expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 1, NOWAIT)).toBe(1);
  expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 128, NOWAIT)).toBe(1);
}

/** The server tells that main asked for /etc/passwd. */
function deny(promise: u32): i64 {
  return sys_meta(SERVER, META_DENY, SERVER_FILES, promise, ((<i64>11) << 32) | PATH);
}
