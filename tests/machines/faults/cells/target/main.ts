/*
 * The service of the campaign that obeys orders against itself: it flips bits of its memory (static data, stack and
 * heap alike), garbles what it sends, floods its client, hangs, faults, exits, and plays the tricks of tricks.ts. The
 * same seed has the same effect.
 */
import { NOWAIT } from "rumpk/abi";
import { exit, send } from "rumpk/raw";
import {
  answerOf,
  AT_ANSWER,
  AT_ORDER,
  AT_QUESTION,
  AT_SEED,
  makeTable,
  MESSAGE_SIZE,
  nextRandom,
  ORDER_ACCUSE,
  ORDER_DODGE,
  ORDER_EXIT,
  ORDER_FAULT,
  ORDER_GARBLE,
  ORDER_HOARD,
  ORDER_JUNK,
  ORDER_KILL_SELF,
  ORDER_LEAVE,
  ORDER_MEMORY,
  ORDER_REVOKE,
  ORDER_SILENT,
  ORDER_SPIN,
  seal,
} from "./question";
import { serve } from "./service";
import { accuse, dodge, giveAndTake, hoard, killSelf, leaveServing } from "./tricks";

/** Most bits that one order flips. */
const FLIPS_MAX: u32 = 64;
/** Most of the memory that the cell uses: its data, stack and heap begin below this address. */
const BUSY_BYTES: u32 = 0xc000;
const JUNK_MESSAGES: i32 = 6;
const JUNK_BYTES: u32 = 60;

/** Where tricks read and write, apart from the message to answer. */
const scratch = heap.alloc(JUNK_BYTES);
let table: StaticArray<u32> = makeTable();
let random: u32 = 1;

function next(): u32 {
  random = nextRandom(random);
  return random;
}

function flipBit(at: usize): void {
  store<u8>(at, <u8>(load<u8>(at) ^ ((<u32>1) << (next() & 7))));
}

/** Half of the flips hit the part of memory in use. */
function spoilMemory(): void {
  const size = (<u32>memory.size()) << 16;
  for (let left = 1 + (next() % FLIPS_MAX); left != 0; left--) {
    flipBit(next() % ((left & 1) != 0 ? BUSY_BYTES : size));
  }
}

/** Sends messages from anywhere in memory. */
function sendJunk(slot: i32): void {
  for (let left = JUNK_MESSAGES; left != 0; left--) send(slot, next() & 0xffff, next() % (JUNK_BYTES + 1), NOWAIT);
}

function spin(): void {
  while (load<u32>(0) != 0xffffffff) next();
}

/** The orders that need only calls. */
function playTrick(order: u32, slot: i32, message: usize): void {
  if (order == ORDER_DODGE) dodge(scratch);
  else if (order == ORDER_KILL_SELF) killSelf(scratch);
  else if (order == ORDER_ACCUSE) accuse(slot, scratch);
  else if (order == ORDER_REVOKE) giveAndTake(slot);
  else if (order == ORDER_HOARD) hoard(slot, scratch);
  else if (order == ORDER_LEAVE) leaveServing(slot, message, table);
}

export function main(args: string[]): i32 {
  serve((message: usize, slot: i32): bool => {
    const order = load<u32>(message + AT_ORDER);
    random = load<u32>(message + AT_SEED) | 1;
    if (order == ORDER_MEMORY) spoilMemory();
    else if (order == ORDER_JUNK) sendJunk(slot);
    else if (order == ORDER_SPIN) spin();
    else if (order == ORDER_FAULT) load<u8>(<usize>0xfffffff0);
    else if (order == ORDER_SILENT) return false;
    else if (order == ORDER_EXIT) exit(1);
    else playTrick(order, slot, message);
    store<u32>(message + AT_ANSWER, answerOf(table, load<u32>(message + AT_QUESTION)));
    seal(message);
    if (order == ORDER_GARBLE) flipBit(message + (next() % MESSAGE_SIZE));
    return true;
  });
  return 0;
}
