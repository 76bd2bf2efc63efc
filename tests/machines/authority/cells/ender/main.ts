/*
 * One line for each case: the state of servers that faulted on their client's request, and whether the console still
 * gets input afterwards; children that were quarantined while nobody held them, and others that ended themselves in a
 * call; what an end of a channel permits, and how its loss affects others; the sealing cell after it was killed, two
 * cells that dodge strikes and the watchdog, a device that its driver gave away, drivers of a bus master, and the guest
 * that was killed before it ran.
 */
import {
  CELLS_MAX,
  CellState,
  Channel,
  Child,
  Grant,
  MILLISECOND,
  SECOND,
  allCells,
  console,
  flush,
  killCell,
  nextEvent,
  now,
  portSlot,
  sleep,
  spawn,
  stdin,
} from "rumpk";
import { LEND_READ, LEND_WRITE, NOWAIT } from "abi/calls";
import { SPAWN_ALL_PROMISES, SPECTRUM_GRAVITY, SPECTRUM_SHIFT } from "rumpk/abi";
import { CELL_BLOCKED, CELL_ENDED, CELL_HELD, CELL_QUARANTINED, CELL_READY } from "abi/cell";
import { ENOBUFS } from "abi/errno";
import { Event } from "abi/event";
import { MASK_REVOKE, RIGHTS_ALL, RIGHT_RECV, RIGHT_SEND, RIGHT_TICK } from "abi/rights";
import { map, mask } from "rumpk/raw";

/** More children than the table has room for. */
const CHILDREN: i32 = 80;
/** How often a full table is tried again, 20 ms apart: it is full only for moments. */
const PATIENCE: i32 = 1000;
/** More than any restart limit. */
const KILLS: i32 = 8;
/** Servers that fault: whether one has a loan at that moment depends on energy periods. */
const SERVERS: i32 = 3;
/** Revocations, each while another cell sleeps. */
const REVOKES: i32 = 8;
/** The name under which a child finds its end of a channel. */
const PORT: u32 = 0x7777;
/** How often a driver tries to get a device that another driver is about to give away. */
const DRIVERS: i32 = 25;

const state = new CellState();
const event = changetype<Event>(memory.data(32));

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

/** Reads the record of the cell with this name; returns its number, or -1. */
function find(name: string): i32 {
  for (let index = 0; index < CELLS_MAX; index++) if (state.read(allCells(), index) && state.name == name) return index;
  return -1;
}

/** Waits until a child is idle. */
function untilBlocked(child: Child): void {
  while (state.read(child.slot) && state.info.state != CELL_BLOCKED) sleep(MILLISECOND);
}

/**
 * A server of a lower spectrum faults while this cell waits for its answer; returns what this cell got, and the state
 * of the server afterwards.
 */
function server(): string {
  const child = spawn("faulter");
  untilBlocked(child);
  // From the start of an energy period, so that there is a rank to lend.
  sleep(60 * MILLISECOND);
  const channel = Channel.connect(portSlot(0x3f79));
  const buffer = new Uint8Array(8);
  channel.send(buffer);
  const answer = channel.receive(buffer);
  sleep(20 * MILLISECOND);
  state.read(child.slot);
  return answer.toString() + ", " + stateText();
}

/** The first server that did not end as expected, else the last one. */
function servers(): void {
  let text = "";
  for (let i = 0; i < SERVERS; i++) {
    text = server();
    if (state.info.state != CELL_ENDED) break;
  }
  console.log("server: " + text);
}

/** The test types when asked to, while no cell has anything to do. */
function hears(): void {
  console.log("say something");
  flush();
  const line = stdin.readLine();
  console.log("console: " + (line === null ? "ended" : line));
}

/** Children that are quarantined at once, and that this cell dropped before. */
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

/** A server that is its own client accuses itself: however that ends, its place in the table becomes free again. */
function selfish(): void {
  let last = "";
  for (let i = 0; i < CHILDREN; i++) {
    const child = spawn("selfish");
    last = "no child, " + child.slot.toString();
    if (child.slot < 0) break;
    const channel = Channel.connect(portSlot(0x3f7a));
    channel.send(new Uint8Array(1));
    channel.grantTo(child.slot, RIGHT_SEND);
    channel.close();
    last = child.join().status.toString();
    child.close();
  }
  console.log("accuses itself: " + last);
}

/** An end with only the right to wait cannot read or write memory that was lent over its channel. */
function copies(): void {
  const pair = Channel.pair(64, 4);
  const bytes = new Uint8Array(8);
  map(pair[0].slot, bytes.dataStart, bytes.length, LEND_READ | LEND_WRITE);
  const given = [new Grant(pair[1].slot, RIGHT_TICK, PORT)];
  const read = spawn("holder", ["read"], given).join().status;
  const write = spawn("holder", ["write"], given).join().status;
  console.log("copied with TICK alone: " + read.toString() + ", " + write.toString());
  pair[0].close();
  pair[1].close();
}

/**
 * A revocation costs nothing to cells that hold nothing it takes; the loss of the last end of a channel is a hang-up.
 */
function revocations(): void {
  const pair = Channel.pair(64, 4);
  const other = Channel.pair(64, 4);
  const child = spawn("holder");
  pair[1].grantTo(child.slot, RIGHT_RECV);
  untilBlocked(child);
  const before = state.info.energy;
  for (let i = 0; i < REVOKES; i++) {
    mask(other[1].slot, MASK_REVOKE | RIGHTS_ALL);
    sleep(MILLISECOND);
  }
  state.read(child.slot);
  const sleeps = state.info.energy == before ? "sleeps on" : "was woken";
  mask(pair[1].slot, MASK_REVOKE | RIGHTS_ALL);
  pair[1].close();
  // An event about a slot is delivered before its messages.
  while (nextEvent(event)) {}
  console.log("revoked: " + sleeps + ", " + pair[0].receive(new Uint8Array(1), NOWAIT).toString());
  child.kill();
  child.close();
}

/** There is only one sealing cell, and it is back however often it was killed. */
function sealing(): void {
  console.log("spawn seal: " + spawn("seal").slot.toString());
  const seal = find("seal");
  for (let i = 0; i < KILLS && seal >= 0; i++) killCell(allCells(), seal);
  console.log("late: " + spawn("late").join().status.toString());
}

/** How a child ended; a child that is still alive after two minutes is killed. */
function causeOf(child: Child): string {
  const end = child.join(now() + 120 * SECOND);
  if (end.error == 0) return end.cause.toString();
  child.kill();
  return "runs on";
}

/**
 * One child in Photon, and one in Gravity that is always ready and has a budget: while it is ready, the first one's
 * empty periods count as strikes.
 */
function dodgers(): void {
  const bits: i64 = ((<i64>1) << SPECTRUM_SHIFT) - 1;
  const other = spawn("dodger", [], [], (SPAWN_ALL_PROMISES & bits) | ((<i64>SPECTRUM_GRAVITY) << SPECTRUM_SHIFT));
  console.log("dodger beside another one: " + causeOf(spawn("dodger")));
  console.log("dodger alone: " + causeOf(other));
}

/** A driver gives up its device and keeps running; the next driver reports the state of the device. */
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
  servers();
  hears();
  children();
  selfish();
  copies();
  revocations();
  sealing();
  dodgers();
  droppedDevice();
  busMasters();
  find("guest");
  console.log("guest: " + stateText() + ", generation " + state.info.generation.toString());
  return 0;
}
