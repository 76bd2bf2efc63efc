/*
 * The unit tests' side of tests/parts/unit/machine.js: what a test says to the machine below the kernel, and
 * freshKernel(), which brings the kernel's memory back to zero, as a machine leaves it before boot.
 */
import { arenaReset } from "../base/arena";
import { TABLES_START } from "../base/tables";
import { KERNEL_PAGES } from "../../abi/systable";


@external("machine", "reset")
declare function reset(): void;


@external("machine", "seed")
declare function machineSeed(): u32;


@external("machine", "time_set")
export declare function setTime(now: i64): void;


@external("machine", "armed")
export declare function armedDeadline(): i64;


@external("machine", "off_status")
export declare function offStatus(): i32;


@external("machine", "create_fails")
export declare function createFails(error: i32): void;


@external("machine", "bind_fails")
export declare function bindFails(error: i32): void;


@external("machine", "body")
declare function setBody(index: u32): void;


@external("machine", "until_off")
declare function untilOff(index: u32): bool;


@external("machine", "last_budget")
export declare function lastBudget(): i64;


@external("machine", "fault")
export declare function setFault(cell: u32, cause: u32, address: u64, pc: u64): void;


@external("machine", "has_cell")
export declare function hasCell(cell: u32): bool;


@external("machine", "line_owner")
export declare function lineOwner(line: u32): i32;


@external("machine", "window_base")
export declare function windowBase(cell: u32, index: u32): i64;


@external("machine", "peek")
export declare function peek(cell: u32, at: u32): i32;


@external("machine", "poke")
export declare function poke(cell: u32, at: u32, value: u32): void;


@external("machine", "images")
export declare function setImages(pointer: usize, count: u32): void;


@external("machine", "package")
export declare function setPackage(image: i32, pointer: usize, length: u32): void;


@external("machine", "package_error")
export declare function packageFails(error: i32): void;


@external("machine", "count_cell_enter")
export declare function enters(): u32;


@external("machine", "count_timer_arm")
export declare function timersArmed(): u32;


@external("machine", "count_irq_unmask")
export declare function unmasks(): u32;


@external("machine", "count_quiesce")
export declare function quiesces(): u32;

/** What a cell does when it is entered: gets its index and budget, returns EXIT_... */
export type Body = (cell: u32, budget: i64) => i32;

/** A machine just switched on: no cells, time 0, the kernel's memory all zero. */
export function freshKernel(): void {
  reset();
  arenaReset();
  memory.fill(TABLES_START, 0, ((<usize>KERNEL_PAGES) << 16) - TABLES_START);
}

/** Sets what every cell does when it is entered. */
export function setCellBody(body: Body): void {
  setBody(body.index);
}

/** Runs `step`; true when it switched the machine off. */
export function switchesOff(step: () => void): bool {
  return untilOff(step.index);
}

let state: u32 = 0;

/** Starts the random numbers with the seed of this run, which is printed (RUMPK_SEED repeats it). */
export function seedRandom(): void {
  state = machineSeed() | 1;
}

/** A random number below `limit`. */
export function random(limit: u32): u32 {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state % limit;
}
