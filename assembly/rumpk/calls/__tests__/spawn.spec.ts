/*
 * spawn, join and the life of children: authority that only shrinks, refusals that leave nothing behind, restarts that
 * are announced, ends that are answered once.
 */
import { META_KILL, META_SELF, NEVER, NOWAIT } from "../../../abi/calls";
import { CAUSE_KILLED, CAUSE_MEMORY, CELL_FREE, EXIT_FAULTED, EXIT_RETURNED } from "../../../abi/cell";
import {
  E2BIG,
  EACCES,
  EBADF,
  EFAULT,
  EINVAL,
  ENOENT,
  ENOMEM,
  EPERM,
  ETIMEDOUT,
  WOULD_BLOCK,
} from "../../../abi/errno";
import { EVENT_ENDED, EVENT_RESTARTED } from "../../../abi/event";
import { RIGHTS_ALL, RIGHT_SEND } from "../../../abi/rights";
import { arenaFree } from "../../base/arena";
import { cellAt } from "../../run/cell";
import { sys_exit, sys_join, sys_mask, sys_meta, sys_recv, sys_send, sys_spawn, sys_wait } from "../../kernel";
import { SPEC, SPEC_SIZE, bootFamily, childIn, sleepForEver, spawnNamed, spawnWith } from "../../__tests__/family";
import { createFails, hasCell, peek, setCellBody, setFault } from "../../__tests__/machine";
import {
  MAIN,
  MAIN_CELLS,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  STREAM,
  pokeSpec,
  pokeWord,
  runReady,
} from "../../__tests__/system";

beforeEach(() => {
  bootFamily();
});

describe("spawn", () => {
  test("makes a cell that its slot holds, with its channel wired", () => {
    const slot = spawnNamed("child");
    expect<i64>(slot).toBeGreaterThan(MAIN_CELLS);
    const child = childIn(slot);
    expect<u32>(cellAt(child).parent).toBe(MAIN);
    expect(hasCell(child)).toBe(true);
    expect<i64>(sys_send(child, 1, 0, 3, NOWAIT)).toBe(3);
    expect<i64>(sys_meta(child, META_SELF, 0, 0, 0) & 0xffff).toBe(child);
  });
  test("refuses a bad record and leaves nothing behind", () => {
    const free = arenaFree();
    pokeSpec(MAIN, SPEC, "child", 0, 0);
    expect<i64>(sys_spawn(MAIN, SPEC, SPEC_SIZE - 1)).toBe(EINVAL);
    expect<i64>(sys_spawn(MAIN, (2 << 16) - SPEC_SIZE + 1, SPEC_SIZE)).toBe(EFAULT);
    expect<i64>(spawnNamed("nobody")).toBe(ENOENT);
    expect<i64>(spawnNamed("childs")).toBe(ENOENT);
    pokeSpec(MAIN, SPEC, "child", 1025, 0);
    expect<i64>(sys_spawn(MAIN, SPEC, SPEC_SIZE)).toBe(E2BIG);
    pokeSpec(MAIN, SPEC, "child", 4, 0);
    pokeWord(MAIN, SPEC + 32, 0xfffffff0);
    expect<i64>(sys_spawn(MAIN, SPEC, SPEC_SIZE)).toBe(EFAULT);
    pokeSpec(MAIN, SPEC, "child", 0, 17);
    expect<i64>(sys_spawn(MAIN, SPEC, SPEC_SIZE)).toBe(EINVAL);
    createFails(ENOMEM);
    expect<i64>(spawnNamed("child")).toBe(ENOMEM);
    createFails(0);
    expect<u32>(arenaFree()).toBe(free);
    for (let cell: u32 = 2; cell < 64; ++cell) expect<u32>(cellAt(cell).state).toBe(CELL_FREE);
  });
  test("works again and again: everything of an ended child comes back", () => {
    setCellBody((cell, budget) => {
      if (cell <= MAIN) return sleepForEver(cell, budget);
      sys_exit(cell, 5);
      return EXIT_RETURNED;
    });
    const free = arenaFree();
    for (let round = 0; round < 300; ++round) {
      const slot = spawnNamed("child");
      runReady(0);
      const end = sys_join(MAIN, <u32>slot, NEVER);
      sys_mask(MAIN, <u32>slot, 0);
      while (sys_recv(MAIN, 0, 0, 32, NOWAIT) > 0) {}
      while (sys_recv(SERVER, 0, 0, 32, NOWAIT) > 0) {}
      for (let dead: u32 = 2; dead < 63; ++dead) {
        if (sys_recv(SERVER, dead, 0, 64, NOWAIT) == -32) sys_mask(SERVER, dead, 0);
      }
      if (slot < 0 || end != 5) {
        expect<i32>(round).toBe(300, "spawn or join failed in this round");
        return;
      }
    }
    expect<u32>(arenaFree()).toBe(free);
  });
});

describe("grants at spawn", () => {
  test("take the place of the manifest's channel, with the rights given", () => {
    const child = childIn(spawnWith("child", MAIN_STREAM, RIGHT_SEND, STREAM));
    expect<i64>(sys_send(child, 1, 0, 1, NOWAIT)).toBe(1);
    expect<i64>(sys_wait(child, 2, 0)).toBe(EACCES);
  });
  test("never widen, and need something to give", () => {
    sys_mask(MAIN, MAIN_STREAM, RIGHTS_ALL & ~RIGHT_SEND);
    expect<i64>(spawnWith("child", MAIN_STREAM, RIGHT_SEND, 0)).toBe(EPERM);
    expect<i64>(spawnWith("child", 40, RIGHT_SEND, 0)).toBe(EBADF);
    expect<i64>(spawnWith("child", 0, RIGHT_SEND, 0)).toBe(EINVAL);
  });
});

describe("join", () => {
  test("waits, times out, and answers status and cause", () => {
    const slot = <u32>spawnNamed("child");
    expect<i64>(sys_join(MAIN, slot, 0)).toBe(ETIMEDOUT);
    expect<i64>(sys_join(MAIN, slot, NEVER)).toBe(WOULD_BLOCK);
    setCellBody((cell, budget) => {
      if (cell <= MAIN) return sleepForEver(cell, budget);
      setFault(cell, CAUSE_MEMORY, 1, 2);
      return EXIT_FAULTED;
    });
    runReady(0);
    expect<i64>(sys_join(MAIN, slot, NEVER) >> 32).toBe(CAUSE_MEMORY);
  });
  test("on what is no child", () => {
    expect<i64>(sys_join(MAIN, MAIN_STREAM, 0)).toBe(EBADF);
    expect<i64>(sys_join(MAIN, 0, 0)).toBe(EBADF);
    expect<i64>(sys_join(MAIN, MAIN_CELLS, 0)).toBe(EBADF);
  });
  test("counts only the final end; restarts are events", () => {
    setCellBody((cell, budget) => {
      if (cell <= MAIN) return sleepForEver(cell, budget);
      setFault(cell, CAUSE_MEMORY, 1, 2);
      return EXIT_FAULTED;
    });
    const slot = <u32>spawnNamed("crashy");
    const child = childIn(slot);
    runReady(0);
    expect<u32>(cellAt(child).generation).toBe(1 + RESTARTS);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, NOWAIT)).toBe(32);
    expect<i32>(peek(MAIN, 0)).toBe(EVENT_RESTARTED);
    expect<i64>(sys_recv(MAIN, 0, 0, 32, NOWAIT)).toBe(32);
    expect<i32>(peek(MAIN, 0)).toBe(EVENT_ENDED);
    expect<i64>(sys_join(MAIN, slot, NEVER) >> 32).toBe(CAUSE_MEMORY);
  });
});

describe("kill", () => {
  test("by the child's slot ends it for good", () => {
    const slot = spawnNamed("crashy");
    const child = childIn(slot);
    expect<i64>(sys_meta(MAIN, META_KILL, slot, 0, 0)).toBe(0);
    expect(hasCell(child)).toBe(false);
    expect<i64>(sys_join(MAIN, <u32>slot, NEVER) >> 32).toBe(CAUSE_KILLED);
  });
  test("by the slot of all cells keeps to the restart policy", () => {
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, SERVER, 0)).toBe(0);
    expect<u32>(cellAt(SERVER).generation).toBe(2);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, 40, 0)).toBe(ENOENT);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, 64, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(MAIN, META_KILL, MAIN_CELLS, MAIN, 0)).toBe(EINVAL);
    expect<i64>(sys_meta(SERVER, META_KILL, 2, MAIN, 0)).toBe(EBADF);
  });
});
