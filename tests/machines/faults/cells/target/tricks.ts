/*
 * What a hostile service does with the calls that it may make: it looks healthy to the watchdog, takes all it can get
 * and keeps it, accuses its client, hands things to a neighbour and takes them back, and ends at the worst moment. None
 * of it may cost anyone else an answer.
 */
import {
  CHECKPOINT_MAX,
  LEND_READ,
  LEND_WRITE,
  MASK_REVOKE,
  META_CHANNEL,
  META_DENY,
  NOWAIT,
  PROMISE_EXEC,
  RIGHTS_ALL,
} from "rumpk/abi";
import { checkpoint, exit, grant, map, mask, meta, recv, send, spawn, wait } from "rumpk/raw";
import { answerOf, AT_ANSWER, AT_ORDER, AT_QUESTION, MESSAGE_SIZE, ORDER_NONE, seal } from "./question";

/** Slot of the channel to the witness. */
const WITNESS: i32 = 1;
const SLOTS: i32 = 63;
/** Geometry of the pipes that it makes. */
const PIPE_SLOT: i64 = 64;
const PIPE_SLOTS: i64 = 4;
/** Times that a revoker gives and takes. */
const GIFTS: i32 = 8;
/** More than there are bits for promises. */
const PROMISES_END: i64 = PROMISE_EXEC << 1;

function firstOf(ends: i64): i32 {
  return (<i32>ends) & 0xff;
}

function secondOf(ends: i64): i32 {
  return (<i32>ends) >> 8;
}

/** Works without end, and between two steps makes calls that return at once: a pipe to itself has room. */
export function dodge(scratch: usize): void {
  const ends = meta(META_CHANNEL, PIPE_SLOT, PIPE_SLOTS, 0);
  while (true) {
    send(firstOf(ends), scratch, MESSAGE_SIZE, 0);
    recv(secondOf(ends), scratch, MESSAGE_SIZE, 0);
    recv(0, scratch, MESSAGE_SIZE, NOWAIT);
    wait(1, 0);
  }
}

/** Dies of its own call: spawn needs a promise that it does not have. */
export function killSelf(scratch: usize): void {
  spawn(scratch, 0);
}

/** Accuses its client of everything, and of nothing, and then all other cells. */
export function accuse(slot: i32, scratch: usize): void {
  const path = ((<i64>1) << 32) | (<i64>scratch);
  store<u8>(scratch, 0x2f);
  for (let promise: i64 = 0; promise < PROMISES_END; promise++) meta(META_DENY, slot, promise, path);
  for (let other = 0; other < SLOTS; other++) meta(META_DENY, other, PROMISE_EXEC, path);
}

/** Gives its client's channel and pipes of its own to the witness, unasked, and takes back what it gave. */
export function giveAndTake(slot: i32): void {
  for (let left = GIFTS; left != 0; left--) {
    const ends = meta(META_CHANNEL, PIPE_SLOT, PIPE_SLOTS, 0);
    grant(slot, WITNESS, RIGHTS_ALL);
    if (ends < 0) break;
    grant(firstOf(ends), WITNESS, RIGHTS_ALL);
    grant(secondOf(ends), slot, RIGHTS_ALL);
    if ((left & 1) != 0) mask(firstOf(ends), RIGHTS_ALL | MASK_REVOKE);
    mask(firstOf(ends), 0);
    mask(secondOf(ends), 0);
  }
  mask(slot, RIGHTS_ALL | MASK_REVOKE);
}

/**
 * Takes pipes, memory, a checkpoint and lends up to its limits, and fills the witness's rings with questions.
 */
export function hoard(slot: i32, scratch: usize): void {
  while (meta(META_CHANNEL, PIPE_SLOT, PIPE_SLOTS, 0) >= 0);
  while (memory.grow(1) >= 0);
  checkpoint(0, CHECKPOINT_MAX);
  while (map(slot, scratch, MESSAGE_SIZE, LEND_READ | LEND_WRITE) >= 0);
  store<u32>(scratch + AT_ORDER, ORDER_NONE);
  seal(scratch);
  while (send(WITNESS, scratch, MESSAGE_SIZE, NOWAIT) >= 0) wait(0, 0);
}

/** Answers, and ends with everything open: a valid lend and gift, a checkpoint, a request half served. */
export function leaveServing(slot: i32, message: usize, table: StaticArray<u32>): void {
  store<u32>(message + AT_ANSWER, answerOf(table, load<u32>(message + AT_QUESTION)));
  seal(message);
  map(slot, message, MESSAGE_SIZE, LEND_READ);
  checkpoint(<i32>message, MESSAGE_SIZE);
  grant(slot, WITNESS, RIGHTS_ALL);
  send(slot, message, MESSAGE_SIZE, NOWAIT);
  exit(0);
}
