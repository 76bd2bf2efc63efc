/*
 * The kernel as the machine sees it: boot, dispatch, interrupts, and how cells end, come back and are given up.
 */
import { NEVER } from "../../abi/calls";
import {
  CAUSE_MEMORY,
  CAUSE_SPIN,
  CELL_FREE,
  CELL_READY,
  EXIT_BLOCKED,
  EXIT_FAULTED,
  EXIT_PREEMPTED,
  EXIT_RETURNED,
  EXIT_YIELDED,
} from "../../abi/cell";
import { EINVAL, ENOENT, EPIPE, WOULD_BLOCK } from "../../abi/errno";
import { KERNEL_BOOT_AREA, SysTable } from "../../abi/systable";
import { endingsOf } from "../life/endings";
import { energyOf } from "../run/energy";
import { eventsOf } from "../run/event";
import { boot, dispatch, sys_exit, sys_recv, sys_send, sys_wait } from "../kernel";
import { cellAt } from "../run/cell";
import {
  enters,
  freshKernel,
  hasCell,
  lastBudget,
  offStatus,
  setCellBody,
  setFault,
  setTime,
  switchesOff,
} from "./machine";
import {
  MAIN,
  MAIN_FILES,
  MAIN_STREAM,
  RESTARTS,
  SERVER,
  SERVER_FILES,
  SERVER_STREAM,
  WATCHDOG,
  bootSystem,
  runReady,
} from "./system";

let order: i32 = 0;
let clock: i64 = 0;

beforeEach(() => {
  expect<i32>(bootSystem()).toBe(0);
  order = 0;
  clock = 0;
});

describe("boot", () => {
  test("makes the boot cells ready and wires them; nothing runs", () => {
    expect<u32>(enters()).toBe(0);
    expect<u32>(cellAt(SERVER).state).toBe(CELL_READY);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<u32>(cellAt(2).state).toBe(CELL_FREE);
    expect<u64>(eventsOf(cellAt(SERVER)).connected).toBe((1 << SERVER_STREAM) | (1 << SERVER_FILES));
  });
  test("forgets the seeds that it was given", () => {
    expect<u64>(changetype<SysTable>(KERNEL_BOOT_AREA).seed0).toBe(0);
    expect<u64>(changetype<SysTable>(KERNEL_BOOT_AREA).seed1).toBe(0);
  });
  test("refuses what is no SysTable, another version, and a system without cells", () => {
    changetype<SysTable>(KERNEL_BOOT_AREA).version = 99;
    expect<i32>(boot(KERNEL_BOOT_AREA)).toBe(EINVAL);
    freshKernel();
    expect<i32>(boot(KERNEL_BOOT_AREA)).toBe(EINVAL);
    bootSystem();
    const table = changetype<SysTable>(KERNEL_BOOT_AREA);
    const magic = table.magic;
    freshKernel();
    table.magic = magic;
    table.version = 1;
    expect<i32>(boot(KERNEL_BOOT_AREA)).toBe(ENOENT);
  });
});

describe("dispatch", () => {
  test("runs Photon before Matter, each ready cell, and then nothing", () => {
    setCellBody((cell, budget) => {
      order = order * 10 + <i32>cell + 1;
      sys_wait(cell, 0, NEVER);
      return EXIT_BLOCKED;
    });
    expect<i64>(runReady(0)).toBe(NEVER);
    expect(order).toBe(12);
    expect<i64>(runReady(0)).toBe(NEVER);
    expect(order).toBe(12);
  });
  test("answers the earliest deadline, and runs the cell when it has come", () => {
    setCellBody((cell, budget) => {
      ++order;
      if (sys_wait(cell, 0, 5000 + cell) == WOULD_BLOCK) return EXIT_BLOCKED;
      return EXIT_YIELDED;
    });
    expect<i64>(dispatch(0, 1000)).toBe(5000);
    setTime(5000);
    order = 0;
    setCellBody((cell, budget) => {
      ++order;
      sys_wait(cell, 0, NEVER);
      return EXIT_BLOCKED;
    });
    dispatch(5000, 6000);
    expect(order).toBe(1);
  });
  test("returns at `until` when a cell has run until then, and says that there is more", () => {
    setCellBody((cell, budget) => {
      clock += budget;
      setTime(clock);
      return EXIT_PREEMPTED;
    });
    const next = dispatch(0, 1_000_000);
    expect<i64>(next).toBeLessThanOrEqual(clock);
    expect<u32>(enters()).toBe(1);
    expect<i64>(lastBudget()).toBe(1_000_000);
  });
  test("charges run time as energy", () => {
    setCellBody((cell, budget) => {
      clock += 700;
      setTime(clock);
      sys_wait(cell, 0, NEVER);
      return EXIT_BLOCKED;
    });
    runReady(0);
    expect<u64>(energyOf(cellAt(MAIN)).runtime).toBe(700);
  });
});

describe("the watchdog", () => {
  test("kills a cell that never blocks, and says why", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) {
        sys_wait(cell, 0, NEVER);
        return EXIT_BLOCKED;
      }
      clock += budget;
      setTime(clock);
      return EXIT_PREEMPTED;
    });
    for (let round = 0; round < 200 && cellAt(MAIN).cause == 0; ++round) dispatch(clock, clock + 10_000_000);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_SPIN);
    expect<i64>(clock).toBeGreaterThanOrEqual(WATCHDOG);
    expect<i64>(clock).toBeLessThanOrEqual(WATCHDOG + 20_000_000);
  });
  test("forgives a cell that blocks in between", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) return allBlock(cell, budget);
      clock += WATCHDOG / 2;
      setTime(clock);
      sys_wait(cell, 0, clock + 1);
      return EXIT_BLOCKED;
    });
    for (let round = 0; round < 20; ++round) {
      dispatch(clock, clock + WATCHDOG);
      clock += 1;
      setTime(clock);
    }
    expect<u32>(cellAt(MAIN).cause | cellAt(SERVER).cause).toBe(0);
    expect<u64>(energyOf(cellAt(MAIN)).runtime).toBeGreaterThan(<u64>WATCHDOG);
  });
});

/** The server faults whenever it runs; main blocks for ever. */
function serverFaults(cell: u32, budget: i64): i32 {
  if (cell != SERVER) {
    sys_wait(cell, 0, NEVER);
    return EXIT_BLOCKED;
  }
  setFault(cell, CAUSE_MEMORY, 0x1234, 0x5678);
  return EXIT_FAULTED;
}

/** Every cell blocks for ever. */
function allBlock(cell: u32, budget: i64): i32 {
  sys_wait(cell, 0, NEVER);
  return EXIT_BLOCKED;
}

describe("a fault", () => {
  test("restarts the server: next generation, client told once, stream kept, session empty", () => {
    setCellBody((cell, budget) => {
      sys_wait(cell, cell == SERVER ? 1 << SERVER_STREAM : 0, NEVER);
      return EXIT_BLOCKED;
    });
    eventsOf(cellAt(SERVER)).connected = 0;
    eventsOf(cellAt(SERVER)).about = 0;
    runReady(0);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 5, 0)).toBe(5);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 5, 0)).toBe(5);
    setCellBody((cell, budget) => {
      if (order++ > 0) return allBlock(cell, budget);
      return serverFaults(cell, budget);
    });
    eventsOf(cellAt(SERVER)).gone = 1 << 9;
    runReady(0);
    const server = cellAt(SERVER);
    expect<u32>(server.generation).toBe(2);
    expect<u32>(endingsOf(server).faults).toBe(1);
    expect<u32>(server.cause).toBe(CAUSE_MEMORY);
    expect<u64>(endingsOf(server).address).toBe(0x1234);
    expect<u64>(eventsOf(server).connected).toBe((1 << SERVER_STREAM) | (1 << SERVER_FILES));
    expect<u64>(eventsOf(server).gone).toBe(0);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 5, 0)).toBe(EPIPE);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 6, 0)).toBe(6);
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 5, 0)).toBe(EPIPE);
    eventsOf(server).connected = 0;
    eventsOf(server).about = 0;
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 1)).toBe(5);
    expect<i64>(sys_recv(SERVER, SERVER_STREAM, 0, 64, 1)).toBe(6);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, 0)).toBe(WOULD_BLOCK);
  });
  test("too often within the window gives the cell up", () => {
    setCellBody(serverFaults);
    runReady(0);
    const server = cellAt(SERVER);
    expect<u32>(server.generation).toBe(1 + RESTARTS);
    expect<u32>(endingsOf(server).faults).toBe(1 + RESTARTS);
    expect(hasCell(SERVER)).toBe(false);
    expect<i64>(sys_send(MAIN, MAIN_STREAM, 0, 1, 0)).toBe(EPIPE);
  });
  test("of a cell that is not restarted leaves nothing of it", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) return allBlock(cell, budget);
      setFault(cell, CAUSE_MEMORY, 0, 0);
      return EXIT_FAULTED;
    });
    switchesOff(() => {
      runReady(0);
    });
    expect(hasCell(MAIN)).toBe(false);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_MEMORY);
    expect<u64>(eventsOf(cellAt(SERVER)).gone).toBe((1 << SERVER_STREAM) | (1 << SERVER_FILES));
  });
});

describe("the end", () => {
  test("of the main cell switches the machine off with its status", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) return allBlock(cell, budget);
      sys_exit(cell, 259);
      return EXIT_RETURNED;
    });
    expect(
      switchesOff(() => {
        dispatch(0, NEVER);
      }),
    ).toBe(true);
    expect<i32>(offStatus()).toBe(3);
  });
  test("waits for what is still in a stream, but not for ever", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) {
        sys_wait(cell, 0, NEVER);
        return EXIT_BLOCKED;
      }
      sys_send(cell, MAIN_STREAM, 0, 3, 0);
      sys_exit(cell, 0);
      return EXIT_RETURNED;
    });
    let deadline = dispatch(0, NEVER);
    expect<i32>(offStatus()).toBe(-1);
    expect<i64>(deadline).toBeGreaterThan(0);
    expect<i64>(deadline).toBeLessThanOrEqual(5_000_000_000);
    clock = deadline;
    setTime(clock);
    expect(
      switchesOff(() => {
        dispatch(clock, NEVER);
      }),
    ).toBe(true);
    expect<i32>(offStatus()).toBe(0);
  });
  test("by a fault of the main cell answers 128 + the cause", () => {
    setCellBody((cell, budget) => {
      if (cell == SERVER) return allBlock(cell, budget);
      setFault(cell, CAUSE_MEMORY, 0, 0);
      return EXIT_FAULTED;
    });
    expect(
      switchesOff(() => {
        dispatch(0, NEVER);
      }),
    ).toBe(true);
    expect<i32>(offStatus()).toBe(129);
  });
});
