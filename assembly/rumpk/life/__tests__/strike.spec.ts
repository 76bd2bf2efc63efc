/*
 * Strikes: who gets one and who does not; the warning, the demotion, the kill and the restart; what is forgiven.
 */
import { META_CHANNEL, NEVER, NOWAIT } from "../../../abi/calls";
import { CAUSE_ENERGY, CAUSE_NONE, CAUSE_SPIN, CELL_HELD, CELL_RUNNING } from "../../../abi/cell";
import { EXIT_BLOCKED, EXIT_PREEMPTED, EXIT_YIELDED } from "../../../abi/cell";
import {
  BUDGET_GRAVITY,
  BUDGET_MATTER,
  BUDGET_PHOTON,
  STRIKE_FORGIVEN,
  STRIKE_GRACE,
  STRIKE_RUN,
  PERIOD_MATTER,
} from "../../../abi/energy";
import {
  SPECTRUM_GRAVITY,
  SPECTRUM_MATTER,
  SPECTRUM_PHOTON,
  SPECTRUM_SHIFT,
  SPECTRUM_VOID,
} from "../../../abi/promise";
import { WOULD_BLOCK } from "../../../abi/errno";
import { EVENT_GONE, EVENT_INTERRUPT, EVENT_SHRUNK } from "../../../abi/event";
import { CAP_CHANNEL, RIGHTS_ALL } from "../../../abi/rights";
import { endingsOf } from "../endings";
import { slotAt } from "../../object/capability";
import { cellAt } from "../../run/cell";
import { channelAt, isAmongKin } from "../../object/channel";
import { chargeTime, openPeriod, energyOf } from "../../run/energy";
import { raise, eventsOf } from "../../run/event";
import { givenOf } from "../../keep/given";
import { imageAt } from "../../object/image";
import { NO_CELL } from "../../base/limits";
import { dispatch, sys_mask, sys_meta, sys_recv, sys_send, sys_wait } from "../../kernel";
import { cellClearInstance } from "../loader";
import { PROMISE_BITS, setPromises } from "../../authority/pledge";
import { restOf, strike } from "../../run/rest";
import { makeReady } from "../../run/pending";
import { schedulerReset } from "../../run/scheduler";
import { unschedule, turnOf } from "../../run/ready";
import { punish } from "../strike";
import { bootFamily, childIn, eventsSlot, newChild, readEvent, sleepForEver, spawnWith } from "../../__tests__/family";
import { freshKernel, setCellBody, setTime, switchesOff } from "../../__tests__/machine";
import { MAIN, MAIN_FILES, MAIN_STREAM, SERVER, SERVER_FILES, SERVER_STREAM } from "../../__tests__/system";

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;

/** Somebody else who is ready all the time, in Gravity. */
let idler: u32 = 0;
let clock: i64 = 0;
/** The pipe of pipeOfMain: main's slot, and the other end's cell and slot. */
let near: u32 = 0;
let peer: u32 = 0;
let far: u32 = 0;
/** Messages that a driver took. */
let taken: i32 = 0;
/** Cells that sleep, a bit each. */
let asleep: u64 = 0;
/** What main does once in every run, before it spins. */
let habit: (now: i64) => void = nothing;

function nothing(now: i64): void {}

beforeEach(() => {
  bootFamily();
  clock = 0;
  asleep = 1 << SERVER;
  habit = nothing;
  idler = newChild("child");
  imageAt(cellAt(idler).image).watchdogMs = 0;
  move(idler, SPECTRUM_GRAVITY);
  move(MAIN, SPECTRUM_MATTER);
  setCellBody(spinning);
});

/** A strike and what follows from it: true when that ended the instance. */
function hit(index: u32): bool {
  return strike(cellAt(index)) && punish(index);
}

/** Makes a cell a ready one of another spectrum, with nothing spent. */
function move(index: u32, spectrum: u32): void {
  unschedule(index, cellAt(index));
  setPromises(index, ((<u64>spectrum) << SPECTRUM_SHIFT) | (cellAt(index).promises & PROMISE_BITS));
  cellClearInstance(cellAt(index));
  restOf(cellAt(index)).up = 1;
  restOf(cellAt(index)).tired = STRIKE_RUN;
  makeReady(index);
}

/** Spins for as long as it may; main makes its call first. */
function spinning(cell: u32, budget: i64): i32 {
  if (((asleep >> cell) & 1) != 0) return sleepForEver(cell, budget);
  if (cell == MAIN) habit(clock);
  clock += budget;
  setTime(clock);
  return EXIT_PREEMPTED;
}

/** Lets `time` pass. */
function pass(time: i64): void {
  const end = clock + time;
  while (clock < end) dispatch(clock, end);
}

describe("a period emptied while others are ready", () => {
  test("is a strike: the first only warns", () => {
    pass(BUDGET_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(1);
    expect<u32>(cellAt(MAIN).spectrum).toBe(SPECTRUM_MATTER);
    expect<u32>(cellAt(MAIN).cause).toBe(CAUSE_NONE);
  });
  test("strikes once a period, however long that is", () => {
    pass(PERIOD_MATTER - 1);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(1);
    expect<u64>(energyOf(cellAt(idler)).runtime).toBeGreaterThan(0);
  });
  test("leaves the rest of the period to the others", () => {
    pass(PERIOD_MATTER);
    expect<u64>(energyOf(cellAt(MAIN)).runtime).toBe(BUDGET_MATTER);
    expect<u64>(energyOf(cellAt(idler)).runtime).toBe(PERIOD_MATTER - BUDGET_MATTER);
  });
  test("for the second time demotes by one spectrum, promises too, and the servers are told", () => {
    while (readEvent(SERVER) > 0) {}
    const promises = cellAt(MAIN).promises;
    pass(PERIOD_MATTER + BUDGET_MATTER);
    const cell = cellAt(MAIN);
    expect<u32>(restOf(cell).strikes).toBe(2);
    expect<u32>(cell.spectrum).toBe(SPECTRUM_GRAVITY);
    expect<u64>(cell.promises >> SPECTRUM_SHIFT).toBe(SPECTRUM_GRAVITY);
    expect<u64>(cell.promises << 2).toBe(promises << 2);
    expect<u64>(eventsOf(cellAt(SERVER)).shrunk).toBe((1 << SERVER_STREAM) | (1 << SERVER_FILES));
    expect<i64>(readEvent(SERVER)).toBe(EVENT_SHRUNK);
    expect<u32>(eventsSlot(SERVER)).toBe(SERVER_STREAM);
  });
});

describe("an instance that starts", () => {
  test("gets no strike before its first rest, but not for long", () => {
    const cell = cellAt(MAIN);
    imageAt(cell.image).watchdogMs = 0;
    restOf(cell).up = 0;
    restOf(cell).tired = 0;
    while (restOf(cell).strikes == 0 && clock < SECOND) {
      energyOf(cellAt(idler)).left = i64.MAX_VALUE;
      pass(PERIOD_MATTER);
    }
    expect<u32>(restOf(cell).strikes).toBe(1);
    expect<u64>(energyOf(cell).runtime).toBeGreaterThan(STRIKE_GRACE);
    expect<u64>(energyOf(cell).runtime).toBeLessThan(STRIKE_GRACE + 2 * BUDGET_MATTER);
  });
});

describe("the third strike", () => {
  test("kills with its own cause", () => {
    const cell = cellAt(MAIN);
    switchesOff(() => {
      while (cellAt(MAIN).cause == CAUSE_NONE && clock < 100 * <i64>PERIOD_MATTER) {
        // Somebody who is always ready and never empties a period.
        energyOf(cellAt(idler)).left = i64.MAX_VALUE;
        pass(PERIOD_MATTER);
      }
    });
    expect<u32>(cell.cause).toBe(CAUSE_ENERGY);
    expect<u32>(endingsOf(cell).faults).toBe(1);
    expect<u64>(energyOf(cell).runtime).toBe(2 * BUDGET_MATTER + BUDGET_GRAVITY);
  });
  test("lets the restart policy decide; the next instance starts over, in its spectrum", () => {
    const server = cellAt(SERVER);
    expect<u32>(server.spectrum).toBe(SPECTRUM_PHOTON);
    move(SERVER, SPECTRUM_PHOTON);
    const given = server.promises;
    givenOf(SERVER).promises = given;
    hit(SERVER);
    hit(SERVER);
    expect<u32>(server.spectrum).toBe(SPECTRUM_MATTER);
    expect(hit(SERVER)).toBe(true);
    expect<u32>(server.generation).toBe(2);
    expect<u32>(server.cause).toBe(CAUSE_ENERGY);
    expect<u32>(restOf(server).strikes).toBe(0);
    expect<u64>(server.promises).toBe(given);
    expect<u32>(server.spectrum).toBe(SPECTRUM_PHOTON);
  });
  test("never comes in Void, which has no period to empty", () => {
    const cell = cellAt(MAIN);
    move(MAIN, SPECTRUM_VOID);
    pass(6 * PERIOD_MATTER);
    expect<u32>(restOf(cell).strikes).toBe(0);
    hit(MAIN);
    hit(MAIN);
    expect<u32>(cell.spectrum).toBe(SPECTRUM_VOID);
    expect<u64>(cell.promises >> SPECTRUM_SHIFT).toBe(SPECTRUM_VOID);
  });
});

describe("no strike", () => {
  test("for who is alone", () => {
    habit = nothing;
    setCellBody((cell, budget) => (cell == idler ? sleepForEver(cell, budget) : spinning(cell, budget)));
    pass(10 * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
    expect<u64>(energyOf(cellAt(MAIN)).runtime).toBe(10 * PERIOD_MATTER);
  });
  test("for who takes a message of somebody else, even if it would not have waited for one", () => {
    habit = (now: i64): void => {
      expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 8, NOWAIT)).toBe(8);
      expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, NOWAIT)).toBe(8);
    };
    pass(10 * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
  });
  test("for who answers somebody else", () => {
    const cell = cellAt(MAIN);
    restOf(cell).tired = STRIKE_RUN;
    expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 8, NOWAIT)).toBe(8);
    chargeTime(cellAt(SERVER), 1);
    expect<i64>(restOf(cellAt(SERVER)).tired).toBe(0);
  });
  test("for who takes an interrupt", () => {
    habit = (now: i64): void => {
      raise(MAIN, EVENT_INTERRUPT, 0);
      expect<i64>(sys_recv(MAIN, 0, 0, 64, NOWAIT)).toBe(32);
    };
    pass(10 * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
  });
  test("for a wait that really parked", () => {
    setCellBody((cell, budget) => {
      spinning(cell, budget);
      if (cell != MAIN) return EXIT_PREEMPTED;
      expect<i64>(sys_wait(MAIN, 0, clock + 1)).toBe(WOULD_BLOCK);
      return EXIT_BLOCKED;
    });
    pass(10 * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
    expect<u64>(energyOf(cellAt(MAIN)).runtime).toBeGreaterThan(BUDGET_MATTER);
  });
  test("and no SPIN for a driver that others keep busy for a minute", () => {
    const driver = cellAt(SERVER);
    taken = 0;
    setCellBody((cell, budget) => {
      if (cell == SERVER) {
        sys_send(MAIN, MAIN_FILES, 0, 8, NOWAIT);
        if (sys_recv(SERVER, SERVER_FILES, 0, 64, NOWAIT) == 8) ++taken;
      }
      return spinning(cell, budget);
    });
    asleep = 1 << MAIN;
    move(SERVER, SPECTRUM_MATTER);
    restOf(driver).tired = 0;
    pass(MINUTE);
    expect<u32>(restOf(driver).strikes).toBe(0);
    expect<u32>(driver.cause).toBe(CAUSE_NONE);
    expect<u32>(driver.generation).toBe(1);
    expect<u64>(energyOf(driver).runtime).toBeGreaterThan(<u64>(MINUTE / 4));
    expect<i32>(taken).toBeGreaterThan(5000);
  });
});

/** A pipe whose ends main holds, or gives one to a child: the slots of main and of the child, or both of main. */
function pipeOfMain(child: bool): void {
  const ends = sys_meta(MAIN, META_CHANNEL, 64, 4, 0);
  near = <u32>(ends & 0xff);
  far = <u32>(ends >> 8);
  peer = MAIN;
  if (!child) return;
  peer = childIn(spawnWith("crashy", far, RIGHTS_ALL, 0));
  sys_mask(MAIN, far, 0);
  asleep |= (<u64>1) << peer;
  for (far = 1; slotAt(peer, far).kind != CAP_CHANNEL;) ++far;
}

/** One message through the pipe of main, as blocking calls that need not block. */
function tick(now: i64): void {
  expect<i64>(sys_send(MAIN, near, 0, 8, 0)).toBe(8);
  expect<i64>(sys_recv(peer, far, 0, 64, 0)).toBe(8);
  expect<i64>(sys_send(peer, far, 0, 8, 0)).toBe(8);
  expect<i64>(sys_wait(MAIN, 1 << near, NEVER)).toBe(1 << near);
  expect<i64>(sys_recv(MAIN, near, 0, 64, 0)).toBe(8);
}

/** Whether main is struck until it ends, while the clock goes on for a second. */
function endsBy(cause: u32): bool {
  habit = tick;
  switchesOff(() => {
    while (cellAt(MAIN).cause == CAUSE_NONE && clock < SECOND) {
      energyOf(cellAt(idler)).left = i64.MAX_VALUE;
      pass(PERIOD_MATTER);
    }
  });
  return cellAt(MAIN).cause == cause;
}

describe("a cell that talks to itself", () => {
  test("is struck and ended all the same", () => {
    pipeOfMain(false);
    expect(endsBy(CAUSE_ENERGY)).toBe(true);
  });
  test("through a child as well", () => {
    pipeOfMain(true);
    expect(endsBy(CAUSE_ENERGY)).toBe(true);
  });
  test("is ended by its watchdog when nobody else wants to run", () => {
    pipeOfMain(false);
    asleep |= (<u64>1) << idler;
    expect(endsBy(CAUSE_SPIN)).toBe(true);
  });
  test("is not taken for one that talks to its sibling", () => {
    pipeOfMain(true);
    spawnWith("crashy", near, RIGHTS_ALL, 0);
    const channel = channelAt(slotAt(peer, far).object);
    expect(isAmongKin(channel)).toBe(true);
    sys_mask(MAIN, near, 0);
    expect(isAmongKin(channel)).toBe(false);
  });
});

describe("what a client lends", () => {
  test("is used up with the answer", () => {
    const server = cellAt(SERVER);
    move(SERVER, SPECTRUM_GRAVITY);
    unschedule(MAIN, cellAt(MAIN));
    cellAt(MAIN).state = CELL_RUNNING;
    expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, 0)).toBe(WOULD_BLOCK);
    expect<u32>(turnOf(server).lender).toBe(MAIN);
    expect<i64>(sys_send(SERVER, SERVER_STREAM, 0, 8, NOWAIT)).toBeLessThan(0);
    expect<u32>(turnOf(server).lender).toBe(MAIN);
    expect<i64>(sys_send(SERVER, SERVER_FILES, 0, 8, NOWAIT)).toBe(8);
    expect<u32>(turnOf(server).lender).toBe(NO_CELL);
    expect<u32>(turnOf(server).rank).toBe(1 + SPECTRUM_GRAVITY);
  });
  test("makes the server not tired", () => {
    const server = cellAt(SERVER);
    move(SERVER, SPECTRUM_GRAVITY);
    restOf(server).tired = 0;
    setCellBody((cell, budget) => {
      if (cell == MAIN) {
        expect<i64>(sys_recv(MAIN, MAIN_FILES, 0, 64, 0)).toBe(WOULD_BLOCK);
        return EXIT_BLOCKED;
      }
      clock += budget;
      setTime(clock);
      return EXIT_PREEMPTED;
    });
    pass(BUDGET_MATTER);
    expect<u64>(energyOf(server).runtime).toBeGreaterThan(0);
    expect<i64>(restOf(server).tired).toBe(0);
    expect<i64>(energyOf(cellAt(MAIN)).left).toBeLessThanOrEqual(0);
  });
});

describe("a strike all the same", () => {
  test("for who sends a request that finds room", () => {
    restOf(cellAt(MAIN)).tired = STRIKE_RUN;
    expect<i64>(sys_send(MAIN, MAIN_FILES, 0, 8, 0)).toBe(8);
    chargeTime(cellAt(MAIN), 1);
    expect<i64>(restOf(cellAt(MAIN)).tired).toBe(STRIKE_RUN + 1);
  });
  test("for polls, refused calls, and what finds nothing or need not wait", () => {
    sys_send(SERVER, SERVER_FILES, 0, 8, 0);
    habit = (now: i64): void => {
      sys_wait(MAIN, 1 << MAIN_FILES, now + 1);
      sys_recv(MAIN, MAIN_STREAM, 0, 64, NOWAIT);
      raise(MAIN, EVENT_GONE, 9);
      sys_recv(MAIN, 0, 0, 64, 0);
      sys_wait(MAIN, 1 << MAIN_FILES, now);
      sys_recv(MAIN, 40, 0, 64, 0);
      sys_send(MAIN, MAIN_FILES, 0, 8, NOWAIT);
    };
    pass(BUDGET_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(1);
  });
  test("for turns that are given away", () => {
    setCellBody((cell, budget) => {
      if (cell != MAIN) return spinning(cell, budget);
      clock += 100_000;
      setTime(clock);
      sys_wait(MAIN, 0, 0);
      sys_wait(MAIN, 0, 0);
      return EXIT_YIELDED;
    });
    pass(BUDGET_MATTER + 100_000);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(1);
  });
});

/** A cell with strikes, whose period opens at 0. */
function struck(strikes: u32): void {
  freshKernel();
  schedulerReset();
  const cell = cellAt(MAIN);
  cell.state = CELL_HELD;
  cell.spectrum = SPECTRUM_MATTER;
  cellClearInstance(cell);
  openPeriod(cell, 0);
  restOf(cell).strikes = strikes;
}

describe("forgiveness", () => {
  test("comes after 64 clean periods, one strike at a time", () => {
    struck(2);
    const cell = cellAt(MAIN);
    for (let period: u32 = 1; period < STRIKE_FORGIVEN; ++period) openPeriod(cell, <i64>period * PERIOD_MATTER);
    expect<u32>(restOf(cell).strikes).toBe(2);
    openPeriod(cell, <i64>STRIKE_FORGIVEN * PERIOD_MATTER);
    expect<u32>(restOf(cell).strikes).toBe(1);
    expect<i32>(restOf(cell).clean).toBe(0);
  });
  test("counts periods in which the cell slept", () => {
    struck(1);
    openPeriod(cellAt(MAIN), (<i64>STRIKE_FORGIVEN - 1) * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(1);
    struck(1);
    openPeriod(cellAt(MAIN), <i64>STRIKE_FORGIVEN * PERIOD_MATTER);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
  });
  test("does not count the period that brought the strike, and starts over with it", () => {
    struck(0);
    const cell = cellAt(MAIN);
    makeReady(MAIN);
    restOf(cell).clean = 60;
    restOf(cell).up = 1;
    restOf(cell).tired = STRIKE_RUN;
    hit(MAIN);
    openPeriod(cell, <i64>STRIKE_FORGIVEN * PERIOD_MATTER);
    expect<u32>(restOf(cell).strikes).toBe(1);
    expect<i32>(restOf(cell).clean).toBe(STRIKE_FORGIVEN - 1);
  });
  test("takes no harm when the clock jumps, back or very far ahead", () => {
    struck(2);
    openPeriod(cellAt(MAIN), -5);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(2);
    expect<i32>(restOf(cellAt(MAIN)).clean).toBe(1);
    struck(2);
    openPeriod(cellAt(MAIN), i64.MAX_VALUE);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
    expect<i32>(restOf(cellAt(MAIN)).clean).toBe(0);
  });
});

describe("a server", () => {
  test("does not strike out for what it does for a client", () => {
    const server = cellAt(SERVER);
    move(SERVER, SPECTRUM_GRAVITY);
    setCellBody((cell, budget) => {
      if (cell == MAIN) {
        sys_send(MAIN, MAIN_FILES, 0, 8, NOWAIT);
        sys_recv(MAIN, MAIN_FILES, 0, 64, 0);
        return EXIT_BLOCKED;
      }
      clock += budget;
      setTime(clock);
      return EXIT_PREEMPTED;
    });
    pass(BUDGET_MATTER);
    expect<u32>(restOf(server).strikes).toBe(0);
    expect<u32>(restOf(cellAt(MAIN)).strikes).toBe(0);
    expect<u64>(energyOf(server).runtime).toBeGreaterThan(<u64>BUDGET_MATTER - BUDGET_PHOTON);
  });
});
