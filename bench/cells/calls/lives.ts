/*
 * The lives of cells: start and end, restart after a fault, preemption.
 */
import { CellState, Channel, now, sleepUntil, spawn, Child, MICROSECOND, MILLISECOND } from "rumpk";
import { join, mask, recv, spawn as spawnCell } from "rumpk/raw";
import { NEVER } from "rumpk/abi";
import { report } from "./report";
import { startPartner } from "./together";

const SPAWNS: i32 = 64;
/** Bytes of a SpawnSpec, and the offset of its promises. */
const SPEC_SIZE: i32 = 64;
const SPEC_PROMISES: usize = 40;
const FAULTS: i32 = 16;
const CLOCK_READS: i32 = 1000;
/** The part of the time that a faulting address can carry. */
const ADDRESS_CLOCK: i64 = 0x7fffffff;
const SLEEPERS: i32 = 8;
/** Iterations of the work: two or three milliseconds, less than the energy of a period. */
const ROUNDS: i32 = 1000000;
/** Longer than this cell's energy periods: after such a sleep it has all of its energy. */
const REST: i64 = 20 * MILLISECOND;

const spec = memory.data(64, 8);
const buffer = memory.data(16, 8);

/** Starts and joins a cell that does nothing: its memory, stack and instance are made, run and freed. */
export function spawns(): void {
  String.UTF8.encodeUnsafe(changetype<usize>("nothing"), 7, spec);
  store<i64>(spec + SPEC_PROMISES, -1);
  spawnOnce();
  const start = now();
  for (let i = 0; i < SPAWNS; i++) spawnOnce();
  report("spawn", now() - start, SPAWNS);
}

function spawnOnce(): void {
  const slot = <i32>spawnCell(spec, SPEC_SIZE);
  assert(slot > 0 && join(slot, NEVER) == 0, "the cell that does nothing failed");
  mask(slot, 0);
}

/** The time of one clock reading, times `count`. */
function clockTime(count: i64): i64 {
  const start = now();
  for (let i = 1; i < CLOCK_READS; i++) now();
  return ((now() - start) * count) / CLOCK_READS;
}

/**
 * From an access outside the memory to the first instruction of the next instance. The faulty cell puts the time into
 * the address of its fault, and its next instance sends the time at which it starts; the clock reading between the two
 * is subtracted. This cell sleeps meanwhile, so that it does not run in between.
 */
export function faults(): void {
  let time: i64 = 0;
  for (let i = 0; i <= FAULTS; i++) {
    const partner = startPartner("faulty", [], 16, 1);
    sleepUntil(now() + MILLISECOND);
    recv(partner.channel.slot, buffer, 16, 0);
    const state = new CellState();
    assert(state.read(partner.child.slot, 0), "the faulty cell is not there");
    const took = (load<i64>(buffer) - <i64>state.info.address) & ADDRESS_CLOCK;
    if (i > 0) time += took;
    partner.finish();
  }
  report("fault", time - clockTime(FAULTS), FAULTS);
}

/** Work that no compiler can shorten. */
function work(): u32 {
  let value: u32 = 1;
  for (let i = 0; i < ROUNDS; i++) value = value * 1664525 + 1013904223;
  return value;
}

function timeOfWork(): i64 {
  const start = now();
  assert(work() != 0);
  return now() - start;
}

/**
 * The same work alone, and while cells of the lowest spectrum wait for deadlines that fall into it: each deadline
 * interrupts this cell, the kernel wakes the waiter, and this cell continues, because it ranks higher.
 */
export function preemptions(): void {
  sleepUntil(now() + REST);
  const alone = timeOfWork();
  const sleepers: Child[] = [];
  const first = now() + REST;
  for (let i = 0; i < SLEEPERS; i++) {
    const deadline = first + i * 100 * MICROSECOND;
    sleepers.push(spawn("sleeper", [deadline.toString()]));
    assert(sleepers[i].error == 0, "a sleeper does not start");
  }
  sleepUntil(first - 100 * MICROSECOND);
  const disturbed = timeOfWork();
  for (let i = 0; i < SLEEPERS; i++) assert(sleepers[i].join().status == 0, "a sleeper woke outside the work");
  report("preempt", disturbed - alone, SLEEPERS);
}
