/*
 * One line for each case: what is left of a server that faulted over its client's request, of children that were
 * quarantined and held by nobody, of the sealing cell after it was killed, of two cells that dodge strikes and watchdog, of
 * a device that its driver gave away, of drivers of a bus master, and of the guest that was killed before it ran.
 */
import {
  CELLS_MAX,
  CellState,
  Channel,
  Child,
  MILLISECOND,
  SECOND,
  allCells,
  console,
  killCell,
  now,
  portSlot,
  sleep,
  spawn,
} from "rumpk";
import { SPAWN_ALL_PROMISES, SPECTRUM_GRAVITY, SPECTRUM_SHIFT } from "rumpk/abi";
import { CELL_BLOCKED, CELL_ENDED, CELL_HELD, CELL_QUARANTINED, CELL_READY } from "abi/cell";
import { ENOBUFS } from "abi/errno";

/** More children than the table has room for. */
const CHILDREN: i32 = 80;
/** How often a full table is tried again, 20 ms apart: they are there for moments. */
const PATIENCE: i32 = 1000;
/** More than a restart limit. */
const KILLS: i32 = 8;
/** How often a driver tries to get a device that another one is about to give away. */
const DRIVERS: i32 = 25;

const state = new CellState();

function stateText(): string {
  switch (state.info.state) {
    case CELL_READY:
      return "ready";
    case CELL_BLOCKED:
      return "blocked";
    case CELL_ENDED:
      return "ended";
    case CELL_QUARANTINED:
      return "quarantined";
    case CELL_HELD:
      return "held";
  }
  return "?";
}

/** Reads the record of the cell with this name; its number, or -1. */
function find(name: string): i32 {
  for (let index = 0; index < CELLS_MAX; index++) if (state.read(allCells(), index) && state.name == name) return index;
  return -1;
}

/** A server of a lower spectrum faults while this cell waits for its answer. */
function server(): void {
  const child = spawn("faulter");
  while (state.read(child.slot) && state.info.state != CELL_BLOCKED) sleep(MILLISECOND);
  // From the beginning of an energy window, so that there is a rank to lend.
  sleep(60 * MILLISECOND);
  const channel = Channel.connect(portSlot(0x3f79));
  const buffer = new Uint8Array(8);
  channel.send(buffer);
  const answer = channel.receive(buffer);
  sleep(20 * MILLISECOND);
  state.read(child.slot);
  console.log("server: " + answer.toString() + ", " + stateText());
}

/** Children that are quarantined at once, and that this cell has let go of before. */
function children(): void {
  let last = 0;
  for (let i = 0; i < CHILDREN && last >= 0; i++) {
    let child = spawn("flaky");
    for (let again = 0; child.slot == ENOBUFS && again < PATIENCE; again++) {
      sleep(20 * MILLISECOND);
      child = spawn("flaky");
    }
    last = child.slot;
    child.close();
    sleep(MILLISECOND);
  }
  console.log("children: " + (last < 0 ? last.toString() : "all"));
}

/** The sealing cell is the only one, and is back however often it was killed. */
function sealing(): void {
  console.log("spawn seal: " + spawn("seal").slot.toString());
  const seal = find("seal");
  for (let i = 0; i < KILLS && seal >= 0; i++) killCell(allCells(), seal);
  console.log("late: " + spawn("late").join().status.toString());
}

/** How a child ended; one that has not after two minutes is killed. */
function causeOf(child: Child): string {
  const end = child.join(now() + 120 * SECOND);
  if (end.error == 0) return end.cause.toString();
  child.kill();
  return "runs on";
}

/** One in Photon, and one in Gravity that is always ready and has a budget: what the first one empties is that one's too. */
function dodgers(): void {
  const bits: i64 = ((<i64>1) << SPECTRUM_SHIFT) - 1;
  const other = spawn("dodger", [], [], (SPAWN_ALL_PROMISES & bits) | ((<i64>SPECTRUM_GRAVITY) << SPECTRUM_SHIFT));
  console.log("dodger beside another one: " + causeOf(spawn("dodger")));
  console.log("dodger alone: " + causeOf(other));
}

/** A driver lets go of its device and lives on; the next one tells in which state the device is. */
function droppedDevice(): void {
  const first = spawn("alarm");
  let status: i32 = -1;
  for (let again = 0; status != 0 && again < DRIVERS; again++) {
    sleep(20 * MILLISECOND);
    status = spawn("alarm", ["read"]).join().status;
  }
  state.read(first.slot);
  console.log("alarm: " + status.toString() + ", " + stateText());
}

function busMasters(): void {
  const master = causeOf(spawn("master", ["with dma"]));
  const thief = causeOf(spawn("thief", ["without dma"]));
  console.log("drivers of a bus master: " + master + ", " + thief);
}

export function main(args: string[]): i32 {
  server();
  children();
  sealing();
  dodgers();
  droppedDevice();
  busMasters();
  find("guest");
  console.log("guest: " + stateText() + ", generation " + state.info.generation.toString());
  return 0;
}
