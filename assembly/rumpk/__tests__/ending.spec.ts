/*
 * A cell that ends in a situation: while a client waits on it and has lent it its rank, while it is held for its
 * verdict, in a call of its own, referenced by nobody. It is in no set afterwards, its entry is good for another cell,
 * and what is entered has an instance.
 */
import { META_KILL, META_REVIVE, META_SEAL_VERDICT, META_SEAL_WORK } from "../../abi/calls";
import {
  CAUSE_KERNEL,
  CAUSE_KILLED,
  CAUSE_MEMORY,
  CAUSE_PLEDGE,
  CAUSE_SEAL,
  CELL_BLOCKED,
  CELL_ENDED,
  CELL_FREE,
  CELL_HELD,
  CELL_QUARANTINED,
  CELL_READY,
  EXIT_BLOCKED,
} from "../../abi/cell";
import { SPECTRUM_GRAVITY, SPECTRUM_SHIFT } from "../../abi/promise";
import { EEXIST, EINVAL, EKEYREJECTED, EPIPE, WOULD_BLOCK } from "../../abi/errno";
import { IMAGE_BOOT, IMAGE_LEDGER, IMAGE_SEAL, RESTART_ALWAYS } from "../../abi/image";
import { KEY_WASM, SEAL_GOOD, SEAL_TABLE_IMAGE } from "../../abi/seal";
import { doomOrEnd, endCell } from "../life/blink";
import { Cell, cellAt } from "../run/cell";
import { energyOf } from "../run/energy";
import { imageAt } from "../object/image";
import { checkAll } from "../invariants/all";
import { sys_mask, sys_meta, sys_recv, sys_send } from "../kernel";
import { NO_CELL } from "../base/limits";
import { PROMISE_BITS, setPromises } from "../authority/pledge";
import { restOf } from "../run/rest";
import { rerank, turnOf } from "../run/ready";
import { bootFamily, childIn, crash, newChild, peekWord, skipEvents, sleepForEver, spawnNamed } from "./family";
import { hasCell, setCellBody, setPackage, switchesOff } from "./machine";
import {
  MAIN,
  MAIN_CELLS,
  MAIN_FILES,
  RESTARTS,
  SERVER,
  SERVER_FILES,
  bootAgain,
  prepareSystem,
  recordOf,
  runReady,
} from "./system";

const AT: u32 = 1024;
/** How often a dead cell was entered. */
let entered: i32 = 0;

/** The server is not entered once it is dead. */
function noteServer(cell: u32, budget: i64): i32 {
  if (cell == SERVER) ++entered;
  return sleepForEver(cell, budget);
}

/** A server of the lowest budget with a client of a higher rank that waits for it. */
function lentServer(): Cell {
  const server = cellAt(SERVER);
  setPromises(SERVER, ((<u64>SPECTRUM_GRAVITY) << SPECTRUM_SHIFT) | (server.promises & PROMISE_BITS));
  sys_send(MAIN, MAIN_FILES, 0, 4, 0);
  sys_recv(SERVER, SERVER_FILES, AT, 128, 0);
  sys_recv(MAIN, MAIN_FILES, AT, 128, 0);
  return server;
}

describe("a server that a client waits for", () => {
  test("is in no set when it ends for good, and its client is told", () => {
    bootFamily();
    const server = lentServer();
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
    endCell(SERVER, CAUSE_MEMORY, 0, true);
    expect<bool>(hasCell(SERVER)).toBe(false);
    expect<u32>(server.state).not.toBe(CELL_READY);
    checkAll();
    entered = 0;
    setCellBody(noteServer);
    runReady(1);
    expect<i32>(entered).toBe(0);
    expect<i64>(sys_recv(MAIN, MAIN_FILES, AT, 128, 0)).toBe(EPIPE);
  });
  test("comes back in the set of its own rank", () => {
    bootFamily();
    lentServer();
    endCell(SERVER, CAUSE_KILLED, 0, false);
    expect<u32>(cellAt(SERVER).generation).toBe(2);
    expect<u32>(turnOf(cellAt(SERVER)).lender).toBe(NO_CELL);
    checkAll();
  });
  test("that had emptied its window leaves nothing in the set of the suspended", () => {
    bootFamily();
    const server = lentServer();
    energyOf(server).left = 0;
    rerank(SERVER);
    endCell(SERVER, CAUSE_KILLED, 0, false);
    checkAll();
  });
});

describe("cell_enter that answers an error", () => {
  test("ends the cell", () => {
    bootFamily();
    const child = newChild("child");
    setCellBody((cell, budget) => (cell > MAIN ? EINVAL : sleepForEver(cell, budget)));
    runReady(1);
    expect<u32>(cellAt(child).state).toBe(CELL_ENDED);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_KERNEL);
    expect<bool>(hasCell(child)).toBe(false);
  });
});

const bytes = memory.data<u8>([1, 2, 3, 4, 5]);
/** The image that seals, and its cell: the third that boots. */
const SEAL_IMAGE: u32 = 3;
const SEALER: u32 = 2;

/** An image that may boot as well, and its cell then: behind the sealing cell. */
const HELPER_IMAGE: u32 = 4;
const HELPER: u32 = 3;

function prepareSealed(): void {
  prepareSystem();
  recordOf(SEAL_IMAGE).flags = IMAGE_BOOT | IMAGE_SEAL;
  for (let image = -1; image < 5; ++image) setPackage(image, bytes, 5);
}

function bootSealed(): void {
  prepareSealed();
  expect<i32>(bootAgain()).toBe(0);
}

/** The sealing cell asks for work; what it is to verify, or a negative errno. */
function work(): i64 {
  const answer = sys_meta(SEALER, META_SEAL_WORK, AT, 0, 0);
  return answer < 0 ? answer : peekWord(SEALER, AT);
}

function judgeGood(): void {
  sys_meta(SEALER, META_SEAL_VERDICT, SEAL_GOOD, KEY_WASM, 0);
}

/** Everything that waits is good. */
function judgeAll(): void {
  while (work() >= 0) judgeGood();
}

/** The sealing cell faults once its run was settled, so that it has come up. */
function sealerFaults(): void {
  restOf(cellAt(SEALER)).up = 1;
  crash(SEALER, CAUSE_MEMORY);
}

describe("a cell that is held for its verdict", () => {
  test("has no instance, and is not alive", () => {
    bootSealed();
    expect<u32>(cellAt(SERVER).state).toBe(CELL_HELD);
    expect<bool>(hasCell(SERVER)).toBe(false);
  });
  test("does not run when it is ended, whatever its policy, before its package was verified", () => {
    bootSealed();
    imageAt(SERVER).restart = <u8>RESTART_ALWAYS;
    for (let i: u32 = 0; i <= RESTARTS; ++i) {
      endCell(SERVER, CAUSE_KILLED, 0, false);
      expect<bool>(hasCell(SERVER)).toBe(false);
    }
    expect<u32>(cellAt(SERVER).state).toBe(CELL_QUARANTINED);
  });
  test("runs when its package was verified, also after it was ended, and never when it was refused", () => {
    bootSealed();
    endCell(SERVER, CAUSE_KILLED, 0, false);
    judgeAll();
    expect<bool>(hasCell(SERVER)).toBe(true);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    bootSealed();
    endCell(SERVER, CAUSE_KILLED, 0, false);
    work();
    sys_meta(SEALER, META_SEAL_VERDICT, SEAL_GOOD + 1, 0, 0);
    expect<bool>(hasCell(SERVER)).toBe(false);
    expect<u32>(cellAt(SERVER).cause).toBe(CAUSE_SEAL);
  });
  test("is not started by META_KILL of who runs already", () => {
    prepareSealed();
    recordOf(HELPER_IMAGE).flags |= IMAGE_BOOT;
    expect<i32>(bootAgain()).toBe(0);
    for (let i = 0; i < 3; ++i) {
      work();
      judgeGood();
    }
    expect<bool>(hasCell(MAIN)).toBe(true);
    expect<u32>(cellAt(HELPER).state).toBe(CELL_HELD);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, HELPER, 0)).toBe(0);
    expect<bool>(hasCell(HELPER)).toBe(false);
    judgeAll();
    expect<bool>(hasCell(HELPER)).toBe(true);
  });
});

describe("the sealing cell", () => {
  test("cannot be spawned, nor can the ledger's", () => {
    bootSealed();
    judgeAll();
    expect<i64>(spawnNamed("crashy")).toBe(EEXIST);
    prepareSystem();
    recordOf(SEAL_IMAGE).flags = IMAGE_LEDGER | IMAGE_BOOT;
    expect<i32>(bootAgain()).toBe(0);
    expect<i64>(spawnNamed("crashy")).toBe(EEXIST);
  });
  test("comes back however often it is killed, and the verdicts stay", () => {
    bootSealed();
    judgeAll();
    for (let i: u32 = 0; i < 3 * RESTARTS; ++i) endCell(SEALER, CAUSE_KILLED, 0, false);
    expect<bool>(hasCell(SEALER)).toBe(true);
    expect<i64>(spawnNamed("child")).toBe(WOULD_BLOCK);
    expect<i64>(work()).toBe(SEAL_TABLE_IMAGE);
    judgeAll();
    expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
  });
  test("is asked by nobody who has ended meanwhile", () => {
    bootSealed();
    judgeAll();
    expect<i64>(spawnNamed("child")).toBe(WOULD_BLOCK);
    endCell(MAIN, CAUSE_KILLED, 0, false);
    checkAll();
  });
  test("that ends over a package tries it once more, then the package is refused and no other", () => {
    bootSealed();
    judgeAll();
    spawnNamed("child");
    expect<i64>(work()).toBe(2);
    sealerFaults();
    work();
    judgeGood();
    expect<i64>(work()).toBe(2, "its work waited for it");
    sealerFaults();
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
    spawnNamed("helper");
    judgeAll();
    expect<i64>(spawnNamed("helper")).toBeGreaterThan(0);
  });
  test("that ends over the table twice leaves nothing to start, and the machine does not wait for ever", () => {
    bootSealed();
    work();
    sealerFaults();
    work();
    sealerFaults();
    expect<i64>(work()).toBe(WOULD_BLOCK);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_HELD);
    expect<bool>(
      switchesOff(() => {
        setCellBody(sleepForEver);
        runReady(1);
        runReady(10_000_000_000);
      }),
    ).toBe(true);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_SEAL);
  });
  test("that never comes up is quarantined, and works again when it is revived", () => {
    bootSealed();
    judgeAll();
    // The first end comes after it has worked, and does not count.
    for (let i: u32 = 0; i <= RESTARTS + 1; ++i) crash(SEALER, CAUSE_MEMORY);
    expect<u32>(cellAt(SEALER).state).toBe(CELL_QUARANTINED);
    expect<i64>(spawnNamed("child")).toBe(EKEYREJECTED);
    expect<i64>(sys_meta(MAIN, META_REVIVE, MAIN_CELLS, SEALER, 0)).toBe(0);
    judgeAll();
    expect<i64>(spawnNamed("child")).toBe(WOULD_BLOCK);
    judgeAll();
    expect<i64>(spawnNamed("child")).toBeGreaterThan(0);
  });
});

describe("a cell that would end itself in a call", () => {
  test("ends when its run is over, and its entry is not lost", () => {
    bootFamily();
    const child = newChild("child");
    skipEvents(SERVER);
    setCellBody((cell, budget) => {
      if (cell <= MAIN) return sleepForEver(cell, budget);
      doomOrEnd(cell, CAUSE_PLEDGE);
      expect<bool>(hasCell(cell)).toBe(true, "it is doomed, not ended");
      return EXIT_BLOCKED;
    });
    runReady(1);
    expect<bool>(hasCell(child)).toBe(false);
    expect<u32>(cellAt(child).cause).toBe(CAUSE_PLEDGE);
  });
});

describe("a child in quarantine", () => {
  test("that nobody holds any more is released, whichever is first", () => {
    bootFamily();
    imageAt(3).restartLimit = 0;
    const first = <u32>spawnNamed("crashy");
    const child = childIn(first);
    sys_mask(MAIN, first, 0);
    crash(child, CAUSE_MEMORY);
    expect<u32>(cellAt(child).state).toBe(CELL_FREE);
    const second = <u32>spawnNamed("crashy");
    const other = childIn(second);
    crash(other, CAUSE_MEMORY);
    expect<u32>(cellAt(other).state).toBe(CELL_QUARANTINED);
    sys_mask(MAIN, second, 0);
    expect<u32>(cellAt(other).state).toBe(CELL_FREE);
  });
});
