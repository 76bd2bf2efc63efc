/*
 * A cell of the Photon spectrum with a deadline: every two milliseconds it has a fixed piece of work to finish within
 * one. It counts the deadlines that it misses, alone and then beside cells that spin, that flood a server or the
 * console, that multiply, and beside all of them; and it reports what happened to them and to the servers.
 *
 * Arguments:
 *   periods=N    deadlines in each part (default 1000)
 *   uart=N       deadlines beside the flood of the console (default: periods)
 */
import { CELLS_MAX, CellState, Child, MILLISECOND, allCells, console, killCell, now, sleepUntil, spawn } from "rumpk";
import { SPAWN_ALL_PROMISES, SPECTRUM_SHIFT } from "rumpk/abi";

const PERIOD: i64 = 2 * MILLISECOND;
const DEADLINE: i64 = MILLISECOND;
/** Iterations of the loop that is the work: some hundred microseconds. */
const WORK: i32 = 20000;
/** The first bytes of the name of a bomb. */
const BOMB: u32 = 0x626d6f62;
/** Attempts to end them all: one is enough unless this cell is interrupted; this many are never needed. */
const ROUNDS: i32 = 1000;
const VOID: i64 = 0;
const GRAVITY: i64 = 1;
const MATTER: i64 = 2;
const PHOTON: i64 = 3;
/** Kinds of floods (cells/flood). */
const FLOODS = ["blocking", "polite", "rude", "asking"];
const SPECTRA = ["void", "gravity", "matter", "photon"];

let total: u32 = 0;

/** The work. Its result is printed at the end, so that no compiler leaves it out. */
function work(): void {
  let sum: u32 = 1;
  for (let i = 0; i < WORK; i++) sum = sum * 1664525 + 1013904223;
  total ^= sum;
}

/** Sleeps until the energy period is over, so that what follows starts with a whole budget. */
function rest(): void {
  sleepUntil(now() + 2 * PERIOD);
}

/**
 * Meets or misses `periods` deadlines, and prints how many. Deadlines that pass while it is late count as missed and
 * are not made up for.
 */
function beat(part: string, periods: i32): void {
  let missed = 0;
  let latest: i64 = 0;
  let release = now() + 2 * PERIOD;
  for (let i = 0; i < periods; i++) {
    sleepUntil(release);
    work();
    const late = now() - release;
    latest = max(latest, late);
    if (late > DEADLINE) missed++;
    for (release += PERIOD; release < now() && i < periods - 1; release += PERIOD) {
      missed++;
      i++;
    }
  }
  console.log(`${part}: missed ${missed} of ${periods}, latest after ${latest / 1000} us`);
}

/** Starts a cell in a spectrum, at most that of its manifest. */
function start(name: string, args: string[], spectrum: i64): Child {
  rest();
  const bits: i64 = ((<i64>1) << SPECTRUM_SHIFT) - 1;
  return spawn(name, args, [], (SPAWN_ALL_PROMISES & bits) | (spectrum << SPECTRUM_SHIFT));
}

/** Prints the kernel's record of a cell: spectrum, strikes, faults, cause. */
function tell(who: string, state: CellState): void {
  const info = state.info;
  rest();
  console.log(`${who}: ${SPECTRA[info.spectrum]}, strikes ${info.strikes}, faults ${info.faults}, cause ${info.cause}`);
}

function tellChild(who: string, child: Child): void {
  const state = new CellState();
  if (state.read(child.slot)) tell(who, state);
  else console.log(who + ": was not started");
}

/** Prints it for every cell with this name. */
function each(name: string): void {
  const cells = allCells();
  const state = new CellState();
  for (let index = 0; index < CELLS_MAX; index++) {
    if (state.read(cells, index) && state.name == name) tell(name, state);
  }
}

/** Ends every bomb that it finds, and everything that those started. Returns how many it found. */
function endBombs(): i32 {
  const cells = allCells();
  const state = new CellState();
  let count = 0;
  rest();
  for (let index = 0; index < CELLS_MAX; index++) {
    if (!state.read(cells, index) || load<u32>(changetype<usize>(state.info)) != BOMB) continue;
    killCell(cells, index);
    count++;
  }
  return count;
}

/**
 * Ends bombs until none are left. Where other programs share the processor, this cell's energy may run out in the
 * middle of a round, and a remaining bomb starts others.
 */
function endAllBombs(): bool {
  for (let round = 0; round < ROUNDS; round++) if (endBombs() == 0) return true;
  return false;
}

function endAll(children: Child[]): void {
  for (let i = 0; i < children.length; i++) {
    rest();
    children[i].kill();
    children[i].close();
  }
}

function besideSpinners(periods: i32): void {
  const spinners = [
    start("spin", [], PHOTON),
    start("spin", [], GRAVITY),
    start("spin", [], GRAVITY),
    start("spin", [], VOID),
  ];
  beat("spin", periods);
  tellChild("from photon", spinners[0]);
  tellChild("from gravity", spinners[1]);
  tellChild("also from gravity", spinners[2]);
  tellChild("from void", spinners[3]);
  endAll(spinners);
}

/** Floods of every kind towards `port`, in Photon and in Matter. */
function floods(port: string): Child[] {
  const children: Child[] = [];
  for (let i = 0; i < FLOODS.length; i++) children.push(start("flood", [FLOODS[i], port], PHOTON));
  for (let i = 0; i < FLOODS.length; i++) children.push(start("flood", [FLOODS[i], port], MATTER));
  return children;
}

function besideFloods(part: string, port: string, periods: i32): void {
  const children = floods(port);
  beat(part, periods);
  for (let i = 0; i < children.length; i++)
    tellChild(FLOODS[i % FLOODS.length] + (i < FLOODS.length ? " from photon" : " from matter"), children[i]);
  endAll(children);
}

function besideBombs(periods: i32): void {
  start("bomb", [], MATTER).close();
  beat("bomb in matter", periods);
  const bombs = endBombs();
  console.log(bombs > 50 && endAllBombs() ? "bombs filled the table" : `${bombs} bombs, and not all ended`);
}

/**
 * Everything at once, and the bomb in this cell's own spectrum: nothing ends that one before the machine powers off.
 */
function besideAll(periods: i32): void {
  const children = floods("sink");
  for (let i = 0; i < FLOODS.length; i++) children.push(start("flood", [FLOODS[i], "uart"], PHOTON));
  children.push(start("spin", [], PHOTON));
  children.push(start("bomb", [], PHOTON));
  for (let i = 0; i < children.length; i++) if (children[i].error < 0) console.log("not all started");
  beat("all", periods);
}

function numberOf(args: string[], key: string, otherwise: i32): i32 {
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(key)) return I32.parseInt(args[i].substring(key.length));
  }
  return otherwise;
}

export function main(args: string[]): i32 {
  const periods = numberOf(args, "periods=", 1000);
  beat("alone", periods);
  besideSpinners(periods);
  besideFloods("flood of sink", "sink", periods);
  besideFloods("flood of uart", "uart", numberOf(args, "uart=", periods));
  besideBombs(periods);
  besideAll(periods);
  each("sink");
  each("uart");
  each("beat");
  console.log("end " + (total & 1).toString());
  return 0;
}
