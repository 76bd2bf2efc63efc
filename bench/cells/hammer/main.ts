/*
 * Makes a driver fault again and again while using it, and records for every fault the time from the request that
 * killed it to the next good answer. Prints NAME NANOSECONDS COUNT for the percentiles, `failures` (calls that returned
 * an error) and `wrong` (answers that did not match the request).
 */
import { console, now, portSlot } from "rumpk";
import { recv, send } from "rumpk/raw";

const FAULTS: i32 = 10000;
/** Good requests between two faults. */
const BETWEEN: i32 = 4;
const SIZE: i32 = 60;
const FAULT: u8 = 0xff;
const PORT: u32 = 0x7000;

const request = memory.data(64, 8);
const answer = memory.data(64, 8);
const times = new StaticArray<i64>(FAULTS);

let failures: i32 = 0;
let wrong: i32 = 0;
let serial: u32 = 0;

/** One request, whose first byte is 0, and its answer; false when the driver was unavailable. */
function ask(slot: i32): bool {
  store<u32>(request, ++serial << 8);
  if (send(slot, request, SIZE, 0) < 0 || recv(slot, answer, SIZE, 0) < 0) {
    ++failures;
    return false;
  }
  if (load<u32>(answer) != load<u32>(request)) ++wrong;
  return true;
}

function report(name: string, value: i64): void {
  console.log(name + " " + value.toString() + " 1");
}

export function main(args: string[]): i32 {
  const slot = portSlot(PORT);
  ask(slot);
  failures = 0;
  for (let i = 0; i < FAULTS; ++i) {
    for (let good = 0; good < BETWEEN; ++good) while (!ask(slot)) {}
    const start = now();
    store<u8>(request, FAULT);
    send(slot, request, SIZE, 0);
    while (!ask(slot)) {}
    times[i] = now() - start;
  }
  times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  report("p50", times[FAULTS / 2]);
  report("p99", times[(FAULTS / 100) * 99]);
  report("p999", times[(FAULTS / 1000) * 999]);
  report("max", times[FAULTS - 1]);
  report("failures", failures);
  report("wrong", wrong);
  return wrong == 0 ? 0 : 1;
}
