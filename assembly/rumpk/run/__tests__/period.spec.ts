/*
 * Energy periods: when they open, what they hold, and where a cell ranks while its own is empty; at their boundaries,
 * at the end of time and when the clock jumps.
 */
import { NEVER, NOWAIT } from "../../../abi/calls";
import { CELL_BLOCKED, CELL_HELD, CELL_READY, EXIT_BLOCKED, EXIT_PREEMPTED } from "../../../abi/cell";
import {
  BUDGET_GRAVITY,
  BUDGET_MATTER,
  BUDGET_PHOTON,
  COST_SEND,
  PERIOD_GRAVITY,
  PERIOD_MATTER,
  PERIOD_PHOTON,
} from "../../../abi/energy";
import { SPECTRUM_GRAVITY, SPECTRUM_MATTER, SPECTRUM_PHOTON, SPECTRUM_VOID } from "../../../abi/promise";
import { cellAt } from "../cell";
import {
  ENERGY_UNTOUCHED,
  chargeCall,
  chargeTime,
  energyOf,
  isEmpty,
  openPeriod,
  settleRun,
  stretchOf,
  periodEnd,
  periodPassed,
} from "../energy";
import { checkAll } from "../../invariants/all";
import { dispatch, sys_mask, sys_recv, sys_send } from "../../kernel";
import { NO_CELL, TURN } from "../../base/limits";
import { cellClearInstance } from "../../life/loader";
import { PROMISE_BITS, setPromises } from "../../authority/pledge";
import { block, makeReady } from "../pending";
import { endRun, expire, nextPeriod, othersReady, pick, schedulerReset } from "../scheduler";
import { lendRank, suspend } from "../loan";
import { SUSPENDED, turnOf, unschedule } from "../ready";
import { bootFamily, sleepForEver } from "../../__tests__/family";
import { freshKernel, lastBudget, setCellBody, setTime, timersArmed } from "../../__tests__/machine";
import { MAIN, MAIN_FILES, SERVER, SERVER_FILES } from "../../__tests__/system";

/** A cell for these tests, and another. */
const ONE: u32 = 1;
const TWO: u32 = 2;

let clock: i64 = 0;

beforeEach(() => {
  freshKernel();
  schedulerReset();
  clock = 0;
});

/** Makes the entry a new cell of this spectrum. */
function newCell(index: u32, spectrum: u32): void {
  cellAt(index).state = CELL_HELD;
  cellAt(index).spectrum = spectrum;
  cellClearInstance(cellAt(index));
}

/** A run of `time` from `from`, on the cell's own account. True when it emptied the period before its end. */
function run(index: u32, from: i64, time: i64): bool {
  const cell = cellAt(index);
  if (periodPassed(cell, from)) openPeriod(cell, from);
  chargeTime(cellAt(index), time);
  return settleRun(cellAt(index), cellAt(index), from + time);
}

describe("a period", () => {
  test("is as long as its spectrum's, and holds its budget", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    openPeriod(cellAt(ONE), 700);
    expect<i64>(periodEnd(cellAt(ONE))).toBe(700 + PERIOD_PHOTON);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_PHOTON);
    newCell(ONE, SPECTRUM_MATTER);
    openPeriod(cellAt(ONE), 700);
    expect<i64>(periodEnd(cellAt(ONE))).toBe(700 + PERIOD_MATTER);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_MATTER);
    newCell(ONE, SPECTRUM_GRAVITY);
    openPeriod(cellAt(ONE), 700);
    expect<i64>(periodEnd(cellAt(ONE))).toBe(700 + PERIOD_GRAVITY);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_GRAVITY);
  });
  test("opens with the first run, also at time 0, and lasts to the nanosecond", () => {
    newCell(ONE, SPECTRUM_MATTER);
    const cell = cellAt(ONE);
    expect(periodPassed(cell, 0)).toBe(true);
    openPeriod(cell, 0);
    expect(periodPassed(cell, 0)).toBe(false);
    expect(periodPassed(cell, PERIOD_MATTER - 1)).toBe(false);
    expect(periodPassed(cell, PERIOD_MATTER)).toBe(true);
  });
  test("pays run time and calls, each joule once", () => {
    newCell(ONE, SPECTRUM_MATTER);
    run(ONE, 0, 1000);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_MATTER - 1000);
    chargeCall(cellAt(ONE), COST_SEND);
    chargeCall(cellAt(ONE), COST_SEND);
    run(ONE, 1000, 500);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_MATTER - 1500 - 2 * COST_SEND);
  });
  test("is emptied by the last joule, and told so once", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    expect(run(ONE, 0, BUDGET_PHOTON - 1)).toBe(false);
    expect(isEmpty(cellAt(ONE))).toBe(false);
    expect(run(ONE, BUDGET_PHOTON - 1, 1)).toBe(true);
    expect(isEmpty(cellAt(ONE))).toBe(true);
    expect(run(ONE, BUDGET_PHOTON, 1)).toBe(false);
  });
  test("that is emptied only at its end is none that was emptied", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    openPeriod(cellAt(ONE), 0);
    expect(run(ONE, PERIOD_PHOTON - BUDGET_PHOTON, BUDGET_PHOTON)).toBe(false);
    expect(isEmpty(cellAt(ONE))).toBe(true);
    newCell(ONE, SPECTRUM_PHOTON);
    openPeriod(cellAt(ONE), 0);
    expect(run(ONE, PERIOD_PHOTON - BUDGET_PHOTON - 1, BUDGET_PHOTON)).toBe(true);
  });
  test("that a run crosses was emptied when its budget was spent", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    expect(run(ONE, 0, 100 * <i64>PERIOD_PHOTON)).toBe(true);
  });
  test("begins with the whole budget, whatever was overspent", () => {
    newCell(ONE, SPECTRUM_MATTER);
    run(ONE, 0, 10 * <i64>PERIOD_MATTER);
    openPeriod(cellAt(ONE), 10 * <i64>PERIOD_MATTER);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_MATTER);
  });
  test("of Void never is empty", () => {
    newCell(ONE, SPECTRUM_VOID);
    expect(run(ONE, 0, PERIOD_GRAVITY - 1)).toBe(false);
    expect<i64>(energyOf(cellAt(ONE)).left).toBeGreaterThan(ENERGY_UNTOUCHED / 2);
  });
});

describe("a stretch of a run ends", () => {
  test("where the budget does, or the period, whichever is first", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    openPeriod(cellAt(ONE), 0);
    expect<i64>(stretchOf(cellAt(ONE), 0)).toBe(BUDGET_PHOTON);
    expect<i64>(stretchOf(cellAt(ONE), PERIOD_PHOTON - 300)).toBe(300);
  });
  test("with the period of a suspended cell", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    run(ONE, 0, BUDGET_PHOTON + 100);
    expect<i64>(stretchOf(cellAt(ONE), BUDGET_PHOTON + 100)).toBe(PERIOD_PHOTON - BUDGET_PHOTON - 100);
  });
});

describe("the clock", () => {
  test("may wrap around within a period", () => {
    newCell(ONE, SPECTRUM_MATTER);
    const cell = cellAt(ONE);
    openPeriod(cell, i64.MAX_VALUE - 1000);
    expect(periodPassed(cell, i64.MAX_VALUE)).toBe(false);
    expect(periodPassed(cell, i64.MIN_VALUE + 500)).toBe(false);
    expect(periodPassed(cell, i64.MIN_VALUE + PERIOD_MATTER - 1001)).toBe(true);
    expect<i64>(stretchOf(cell, i64.MIN_VALUE + PERIOD_MATTER - 1001 - 7)).toBe(7);
  });
  test("may jump forward: one new period, and no debt", () => {
    newCell(ONE, SPECTRUM_MATTER);
    run(ONE, 0, BUDGET_MATTER);
    const later = i64.MAX_VALUE / 2;
    expect(periodPassed(cellAt(ONE), later)).toBe(true);
    openPeriod(cellAt(ONE), later);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_MATTER);
    expect<i64>(periodEnd(cellAt(ONE))).toBe(later + PERIOD_MATTER);
  });
  test("may jump back: the period ends, and time that went back costs nothing", () => {
    newCell(ONE, SPECTRUM_MATTER);
    openPeriod(cellAt(ONE), 1_000_000_000);
    expect(periodPassed(cellAt(ONE), 999_999_999)).toBe(true);
    const energy = energyOf(cellAt(ONE)).spent;
    chargeTime(cellAt(ONE), -5000);
    expect<u64>(energyOf(cellAt(ONE)).spent).toBe(energy);
    expect<u64>(energyOf(cellAt(ONE)).runtime).toBe(0);
  });
});

/** Puts an emptied cell, whose period began at 0, into its ready set. */
function suspended(index: u32, spectrum: u32): void {
  newCell(index, spectrum);
  run(index, 0, cellAt(index).spectrum == SPECTRUM_PHOTON ? BUDGET_PHOTON : BUDGET_MATTER);
  suspend(index);
  makeReady(index);
}

describe("a suspended cell", () => {
  test("ranks below Void, and runs when nothing else is ready", () => {
    suspended(ONE, SPECTRUM_PHOTON);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(SUSPENDED);
    expect(othersReady(ONE)).toBe(false);
    newCell(TWO, SPECTRUM_VOID);
    makeReady(TWO);
    expect(othersReady(ONE)).toBe(false, "Void is owed nothing");
    expect<u32>(pick()).toBe(TWO);
    block(TWO, 1, 0, NEVER);
    endRun(TWO, TURN);
    expect<u32>(pick()).toBe(ONE);
  });
  test("gets its next period when the last one ends, not before", () => {
    suspended(ONE, SPECTRUM_PHOTON);
    expect<i64>(nextPeriod()).toBe(PERIOD_PHOTON);
    expire(PERIOD_PHOTON - 1);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(SUSPENDED);
    expire(PERIOD_PHOTON);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(1 + SPECTRUM_PHOTON);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(BUDGET_PHOTON);
    expect<i64>(nextPeriod()).toBe(NEVER);
  });
  test("that was blocked meanwhile has its rank back when it is woken, and takes the processor", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    run(ONE, 0, BUDGET_PHOTON);
    suspend(ONE);
    cellAt(ONE).state = CELL_BLOCKED;
    newCell(TWO, SPECTRUM_MATTER);
    makeReady(TWO);
    expect<u32>(pick()).toBe(TWO);
    const before = timersArmed();
    setTime(PERIOD_PHOTON);
    makeReady(ONE);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(1 + SPECTRUM_PHOTON);
    expect<u32>(timersArmed()).toBe(before + 1);
  });
  test("that is woken within its period stays suspended, and does not take the processor", () => {
    newCell(ONE, SPECTRUM_PHOTON);
    run(ONE, 0, BUDGET_PHOTON);
    suspend(ONE);
    cellAt(ONE).state = CELL_BLOCKED;
    newCell(TWO, SPECTRUM_VOID);
    makeReady(TWO);
    pick();
    const before = timersArmed();
    setTime(PERIOD_PHOTON - 1);
    makeReady(ONE);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(SUSPENDED);
    expect<u32>(timersArmed()).toBe(before);
  });
  test("takes turns with others that are suspended", () => {
    suspended(ONE, SPECTRUM_PHOTON);
    suspended(TWO, SPECTRUM_MATTER);
    const first = pick();
    endRun(first, TURN);
    const second = pick();
    endRun(second, TURN);
    expect<u32>(first + second).toBe(ONE + TWO);
  });
});

/** Makes ONE a cell of this spectrum that waits. */
function newServer(spectrum: u32): void {
  newCell(ONE, spectrum);
  cellAt(ONE).state = CELL_BLOCKED;
}

describe("a loan", () => {
  test("is paid by the lender's period, and metered for who runs", () => {
    newServer(SPECTRUM_GRAVITY);
    newCell(TWO, SPECTRUM_PHOTON);
    openPeriod(cellAt(TWO), 0);
    expect(lendRank(ONE, turnOf(cellAt(TWO)).rank, TWO, 1)).toBe(true);
    chargeTime(cellAt(ONE), 1000);
    expect(settleRun(cellAt(ONE), cellAt(TWO), 1000)).toBe(false);
    expect<i64>(energyOf(cellAt(TWO)).left).toBe(BUDGET_PHOTON - 1000);
    expect<u64>(energyOf(cellAt(TWO)).spent).toBe(0);
    expect<u64>(energyOf(cellAt(ONE)).spent).toBe(1000);
    expect<i64>(energyOf(cellAt(ONE)).left).toBe(ENERGY_UNTOUCHED);
  });
  test("ends when the lender's period is empty, and suspends the lender", () => {
    newServer(SPECTRUM_GRAVITY);
    newCell(TWO, SPECTRUM_PHOTON);
    cellAt(TWO).state = CELL_BLOCKED;
    openPeriod(cellAt(TWO), 0);
    lendRank(ONE, turnOf(cellAt(TWO)).rank, TWO, 1);
    makeReady(ONE);
    chargeTime(cellAt(ONE), BUDGET_PHOTON);
    settleRun(cellAt(ONE), cellAt(TWO), BUDGET_PHOTON);
    suspend(TWO);
    expect<u32>(turnOf(cellAt(ONE)).lender).toBe(NO_CELL);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(1 + SPECTRUM_GRAVITY);
    expect<u32>(cellAt(ONE).state).toBe(CELL_READY);
    expect<u32>(turnOf(cellAt(TWO)).rank).toBe(SUSPENDED);
  });
  test("takes a server out of its suspension", () => {
    suspended(ONE, SPECTRUM_MATTER);
    newCell(TWO, SPECTRUM_MATTER);
    expect(lendRank(ONE, turnOf(cellAt(TWO)).rank, TWO, 1)).toBe(true);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(1 + SPECTRUM_MATTER);
    expect<u32>(pick()).toBe(ONE);
    block(ONE, 1, 0, NEVER);
    expect<u32>(turnOf(cellAt(ONE)).rank).toBe(SUSPENDED);
  });
  test("is not given by who is suspended, nor over more than four steps, nor to oneself", () => {
    newServer(SPECTRUM_VOID);
    expect(lendRank(ONE, SUSPENDED, TWO, 1)).toBe(false);
    expect(lendRank(ONE, 1 + SPECTRUM_PHOTON, TWO, 5)).toBe(false);
    expect(lendRank(ONE, 1 + SPECTRUM_PHOTON, ONE, 1)).toBe(false);
    expect(lendRank(ONE, 1 + SPECTRUM_PHOTON, TWO, 4)).toBe(true);
  });
});

/** Runs for as long as it may. */
function spin(cell: u32, budget: i64): i32 {
  clock += budget;
  setTime(clock);
  return EXIT_PREEMPTED;
}

describe("dispatch", () => {
  test("ends a run with the budget, and the next with the period", () => {
    bootFamily();
    makeReady(MAIN);
    setCellBody(spin);
    dispatch(0, 1);
    clock = 1_000_000_000;
    setTime(clock);
    dispatch(clock, clock + 1);
    expect<i64>(lastBudget()).toBe(1);
    dispatch(clock, clock + BUDGET_MATTER - 1);
    expect<i64>(lastBudget()).toBe(BUDGET_MATTER - 1);
    dispatch(clock, clock + PERIOD_MATTER - BUDGET_MATTER);
    expect<i64>(lastBudget()).toBe(PERIOD_MATTER - BUDGET_MATTER);
  });
  test("answers no deadline for a period while nothing runs", () => {
    bootFamily();
    makeReady(MAIN);
    setCellBody((cell, budget) => {
      spin(cell, BUDGET_MATTER);
      return sleepForEver(cell, budget);
    });
    expect<i64>(dispatch(0, NEVER)).toBe(NEVER);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
    expect(isEmpty(cellAt(MAIN))).toBe(true);
  });
  test("charges a server's work to the client that waits for it", () => {
    bootFamily();
    const server = cellAt(SERVER);
    setPromises(SERVER, server.promises & PROMISE_BITS);
    cellClearInstance(server);
    makeReady(SERVER);
    makeReady(MAIN);
    setCellBody((cell, budget) => {
      clock += 1000;
      setTime(clock);
      if (cell == SERVER) return sleepForEver(cell, budget);
      sys_send(MAIN, MAIN_FILES, 0, 8, 0);
      sys_recv(MAIN, MAIN_FILES, 0, 64, 0);
      return EXIT_BLOCKED;
    });
    dispatch(0, NEVER);
    expect<u64>(energyOf(server).runtime).toBeGreaterThan(999);
    expect<i64>(energyOf(cellAt(MAIN)).left).toBe(BUDGET_MATTER - 2000 - COST_SEND);
    expect<i64>(energyOf(server).left).toBe(ENERGY_UNTOUCHED);
  });
});

describe("what a server was lent", () => {
  test("it passes its loan on to the server that it waits for", () => {
    bootFamily();
    const server = cellAt(SERVER);
    expect<i64>(sys_recv(SERVER, SERVER_FILES, 0, 64, NOWAIT)).toBeLessThan(0);
    server.spectrum = SPECTRUM_VOID;
    cellClearInstance(server);
    sys_recv(MAIN, MAIN_FILES, 0, 64, 0);
    expect<u32>(turnOf(server).lender).toBe(MAIN);
    expect<u32>(turnOf(server).steps).toBe(1);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_MATTER);
  });
  test("it has no longer than its client waits", () => {
    bootFamily();
    const server = cellAt(SERVER);
    setPromises(SERVER, server.promises & PROMISE_BITS);
    sys_recv(MAIN, MAIN_FILES, 0, 64, 0);
    expect<u32>(turnOf(server).lender).toBe(MAIN);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_BLOCKED);
    sys_mask(SERVER, SERVER_FILES, 0);
    expect<u32>(cellAt(MAIN).state).toBe(CELL_READY);
    expect<u32>(turnOf(server).lender).toBe(NO_CELL);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_VOID);
    setPromises(MAIN, cellAt(MAIN).promises & PROMISE_BITS);
    checkAll();
  });
  test("it is lent only while it runs or waits", () => {
    bootFamily();
    const server = cellAt(SERVER);
    setPromises(SERVER, server.promises & PROMISE_BITS);
    unschedule(SERVER, server);
    server.state = CELL_HELD;
    sys_recv(MAIN, MAIN_FILES, 0, 64, 0);
    expect<u32>(turnOf(server).lender).toBe(NO_CELL);
  });
});
