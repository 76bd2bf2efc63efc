/*
 * The client of the campaign. Arguments: count=N, seed=S. Every injection is an order to the target, a question
 * corrupted on the way, or a kill of the target at a random moment. After each the target must answer correctly again,
 * in a new instance if its memory was corrupted; and the witness must always answer correctly. Prints one line:
 *
 *   injected 200, manifested 120, recovered 200, wrong 0
 *
 *   injected     faults
 *   manifested   faults after which an answer was missing, broken or not the truth
 *   recovered    faults after which the target answered correctly again
 *   wrong        answers of the witness, or of a target without a fault, that were missing or not the
 *                truth, and targets that survived though they spun, dodged the watchdog, or did what ends a cell
 *
 * With noise=1 the target's rings are corrupted from outside meanwhile: then any of its answers may be missing, and
 * only answers that look whole but are not the truth count as wrong. Status 0 when all recovered and nothing was wrong.
 */
import { allCells, console, now } from "rumpk";
import { EAGAIN, EPIPE, META_KILL, NOWAIT } from "rumpk/abi";
import { meta, recv, send, wait } from "rumpk/raw";
import {
  answerOf,
  AT_ANSWER,
  AT_ORDER,
  AT_QUESTION,
  AT_SEED,
  AT_SERIAL,
  isWhole,
  makeTable,
  MESSAGE_SIZE,
  nextRandom,
  ORDER_DODGE,
  ORDER_EXIT,
  ORDER_FAULT,
  ORDER_KILL_SELF,
  ORDER_MEMORY,
  ORDER_NONE,
  ORDER_SPIN,
  ORDERS,
  seal,
} from "./question";

/** Slots of the manifest's channels, and the index of the target in the system. */
const TARGET: i32 = 3;
const WITNESS: i32 = 4;
const TARGET_CELL: i64 = 1;
/** How long a target with a fault may take to answer, in nanoseconds. */
const PATIENCE: i64 = 100_000_000;
/** How long any other answer may take: longer means never. */
const LONG: i64 = 30_000_000_000;
const BUFFER_SIZE: i32 = 60;
/** Kinds of injection: the orders but "none", a changed question, and an end. */
const KIND_CHANGED: u32 = ORDERS;
const KIND_KILL: u32 = ORDERS + 1;
const KINDS: u32 = ORDERS + 2;
/** Questions to a target after a fault, to see whether the fault manifests. */
const LOOKS: i32 = 3;
/** Questions until a target must have recovered. */
const TRIES: i32 = 8;

const table = makeTable();
const question = heap.alloc(MESSAGE_SIZE);
const reply = heap.alloc(BUFFER_SIZE);
let random: u32 = 1;
let serial: u32 = 0;
/** Whether the target's rings are corrupted from outside. */
let noisy: bool = false;

function next(): u32 {
  random = nextRandom(random);
  return random;
}

function sendQuestion(slot: i32): bool {
  for (let tries = 0; tries < 2; tries++) if (send(slot, question, MESSAGE_SIZE, NOWAIT) >= 0) return true;
  return false;
}

function makeQuestion(order: u32): void {
  store<u32>(question + AT_SERIAL, ++serial);
  store<u32>(question + AT_QUESTION, next());
  store<u32>(question + AT_ORDER, order);
  store<u32>(question + AT_SEED, next());
  store<u32>(question + AT_ANSWER, 0);
  seal(question);
}

/** Answers that looked whole, from a service without a fault, and were not the truth. */
let lies: u32 = 0;

/** Whether the last question ended because the target did. */
let hungUp: bool = false;

/** Takes messages until the answer to the last question comes; returns whether it is the truth. */
function isAnswered(slot: i32, patience: i64): bool {
  const deadline = now() + patience;
  hungUp = false;
  while (wait((<i64>1) << slot, deadline) != 0) {
    const length = recv(slot, reply, BUFFER_SIZE, NOWAIT);
    hungUp = length == EPIPE;
    if (length < 0 && length != EAGAIN) return false;
    if (!isWhole(reply, length) || load<u32>(reply + AT_SERIAL) != serial) continue;
    const right = load<u32>(reply + AT_ANSWER) == answerOf(table, load<u32>(question + AT_QUESTION));
    if (!right && patience == LONG) lies++;
    return right;
  }
  return false;
}

function ask(slot: i32, order: u32, patience: i64): bool {
  makeQuestion(order);
  return sendQuestion(slot) && isAnswered(slot, patience);
}

/** Whether an order is always fatal: the kernel or the target itself ends the target, not the prober. */
function endsTarget(kind: u32): bool {
  if (kind == ORDER_SPIN || kind == ORDER_DODGE) return true;
  return kind == ORDER_FAULT || kind == ORDER_EXIT || kind == ORDER_KILL_SELF;
}

/** Targets that survived a fatal order. */
let survivors: u32 = 0;

/** Gives a fatal order to the target; without noise the prober learns of its end. */
function injectEnd(kind: u32): bool {
  if (!ask(TARGET, kind, noisy ? PATIENCE : LONG) && (noisy || hungUp)) return true;
  survivors++;
  return false;
}

/** One injection; returns whether it manifested. */
function inject(kind: u32, cells: i32): bool {
  if (kind == KIND_KILL) {
    makeQuestion(ORDER_NONE);
    if ((next() & 1) != 0) sendQuestion(TARGET);
    meta(META_KILL, cells, TARGET_CELL, 0);
    return true;
  }
  if (kind == KIND_CHANGED) {
    makeQuestion(ORDER_NONE);
    const at = question + (next() % MESSAGE_SIZE);
    store<u8>(at, <u8>(load<u8>(at) ^ ((<u32>1) << (next() & 7))));
    return !sendQuestion(TARGET) || !isAnswered(TARGET, PATIENCE);
  }
  if (endsTarget(kind)) return injectEnd(kind);
  if (!ask(TARGET, kind, PATIENCE)) return true;
  if (kind != ORDER_MEMORY) return false;
  for (let look = 0; look < LOOKS; look++) if (!ask(TARGET, ORDER_NONE, PATIENCE)) return true;
  return false;
}

/**
 * Whether the target answers correctly again; a corrupted target is killed first, and so is one that leaves a question
 * or two unanswered.
 */
function recovers(kind: u32, cells: i32): bool {
  if (kind == ORDER_MEMORY) meta(META_KILL, cells, TARGET_CELL, 0);
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 1) meta(META_KILL, cells, TARGET_CELL, 0);
    if (ask(TARGET, ORDER_NONE, tries < TRIES - 1 ? PATIENCE : LONG)) return true;
  }
  return false;
}

function numberOf(args: string[], name: string, otherwise: u32): u32 {
  for (let i = 0; i < args.length; i++)
    if (args[i].startsWith(name + "=")) return <u32>parseInt(args[i].substring(name.length + 1));
  return otherwise;
}

export function main(args: string[]): i32 {
  const count = numberOf(args, "count", 100);
  random = numberOf(args, "seed", 1) | 1;
  noisy = numberOf(args, "noise", 0) != 0;
  const cells = allCells();
  let manifested: u32 = 0;
  let recovered: u32 = 0;
  let wrong: u32 = 0;
  for (let injected: u32 = 0; injected < count; injected++) {
    const kind = 1 + (next() % (KINDS - 1));
    if (inject(kind, cells)) manifested++;
    if (!ask(WITNESS, ORDER_NONE, LONG)) wrong++;
    if (recovers(kind, cells)) recovered++;
    if (!noisy && !ask(TARGET, ORDER_NONE, LONG)) wrong++;
  }
  wrong += noisy ? lies : survivors;
  console.log(
    `injected ${count.toString()}, manifested ${manifested.toString()}, ` +
      `recovered ${recovered.toString()}, wrong ${wrong.toString()}`,
  );
  return recovered == count && wrong == 0 ? 0 : 1;
}
