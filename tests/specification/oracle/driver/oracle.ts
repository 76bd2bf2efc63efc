/*
 * Random sequences of operations against kernel and specification. The same seed makes the same sequences. fast-check
 * shrinks a failing sequence: it drops operations and makes their numbers smaller while it still fails.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { devices, images } from "../machine/images.js";
import { actOf, mayBlock } from "./acts.js";
import type { Op } from "./making.js";
import type { Cell, World } from "../spec/world.js";
import { dierOf, slayerOf } from "./ending-acts.js";
import { askerOf } from "./waiting-acts.js";
import { Mismatch, Run, type Lent } from "./run.js";

/** Operations in one sequence, from one boot. */
export const SEQUENCE = 200;
/** Cells that must stay awake, so that some cell can act. */
const AWAKE = 3;
/** Most cells at once: more only slow everything down. */
const CELLS = 14;

/** Time limit for shrinking a failure, in milliseconds. */
const PATIENCE = 60_000;
/** One operation in this many starts with a pause, of up to 65,535 units in nanoseconds: two restart spans and more. */
const PAUSES = 50;
const PAUSE_UNIT = 40_000;
/** One operation in this many starts with work, of up to 39 units in nanoseconds: too little for a strike. */
const WORKS = 12;
const WORK_UNIT = 1_000_000;
/** Before one operation in this many, a device's line fires. */
const INTERRUPTS = 40;
/** One sequence in this many is in a sealed system, where only the sealing cell runs at first. */
const SEALED = 3;
/** The sealing cell does its work first, except before one operation in this many. */
const EAGER = 4;
/** One of its steps in this many is a fault instead. */
const FAULTY = 8;

/** While a cell is quarantined, one operation in this many revives one. */
const REVIVALS = 12;

/** Relative frequency of each kind. */
const WEIGHTS: Readonly<Record<string, number>> = {
  send: 16,
  recv: 20,
  ask: 12,
  answer: 8,
  die: 4,
  slay: 3,
  mirror: 2,
  wait: 6,
  join: 3,
  mask: 10,
  leave: 6,
  grant: 22,
  spawn: 8,
  channel: 8,
  connect: 5,
  kill: 2,
  exit: 1,
  fault: 4,
  pledge: 2,
  unveil: 4,
  unveilOf: 4,
  map: 6,
  copy: 8,
  checkpoint: 4,
  restore: 4,
  info: 3,
  revive: 3,
  deny: 5,
  seal: 2,
};

/** What a cell does that runs on a loan. */
const ON_LOAN = ["ask", "answer", "ask", "answer", "mask", "ask", "send", "grant", "die", "ask", "slay", "recv"];

const number = fc.nat({ max: 0xffff });

function operation(): fc.Arbitrary<Op> {
  const kind = fc.oneof(...Object.entries(WEIGHTS).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })));
  return fc.record({ kind, who: number, a: number, b: number, c: number });
}

/** Runs one sequence; returns the number of operations made. Throws at the first difference, with the trace. */
export function runSequence(kernel: WebAssembly.Module, ops: readonly Op[]): number {
  const run = new Run(kernel, images, devices, (ops[0]?.who ?? 0) % SEALED === 1);
  try {
    ops.forEach((op, serial) => step(run, op, serial));
    run.compareCells();
  } catch (error) {
    const lines = [(error as Error).message, ...run.trace.slice(-40)];
    throw error instanceof Mismatch
      ? new Mismatch(lines.join("\n    "))
      : new Error(lines.join("\n"), { cause: error });
  }
  return run.acts;
}

function step(run: Run, op: Op, serial: number): void {
  if (op.who % PAUSES === 0) run.sleep(BigInt(op.c) * BigInt(PAUSE_UNIT));
  if (op.who % INTERRUPTS === 1) run.interrupt(devices[op.c % devices.length]!);
  const free = run.free();
  const sealer = free.find((each) => run.world.verdicts.isSealer(each) && run.world.verdicts.nextFor(each));
  if (sealer && op.who % EAGER !== 0) {
    run.perform(sealer, actOf(run.world, sealer, serial, { ...op, kind: op.c % FAULTY === 0 ? "fault" : "seal" }));
    return;
  }
  const keeper = free.find((each) => [...each.slots.values()].some(({ kind }) => kind === "cells"));
  if (keeper && op.who % REVIVALS === 2 && run.world.cells.some(({ state }) => state === "quarantined")) {
    run.perform(keeper, actOf(run.world, keeper, serial, { ...op, kind: "revive" }));
    return;
  }
  const cell = actorOf(run.world, free, op);
  if (!cell || (mayBlock(op) && free.length <= AWAKE)) return;
  if (op.kind === "spawn" && run.world.alive().length >= CELLS) return;
  run.perform(cell, actOf(run.world, cell, serial, op), workOf(op.who, op.b), [
    onLoan(run, serial, op),
    onLoan(run, serial, { ...op, a: op.b, b: op.c, c: op.a }),
  ]);
}

/** What the borrower of a loan does. */
function onLoan(run: Run, serial: number, op: Op): Lent {
  const act = (borrower: Cell) => actOf(run.world, borrower, serial, { ...op, kind: kindOnLoan(run, op) });
  return { act, time: workOf(op.c, op.b) };
}

/** The cell that acts: if the act needs a situation, mostly a cell that is in it. */
function actorOf(world: World, free: readonly Cell[], { kind, who }: Op): Cell | undefined {
  if (kind === "ask") return askerOf(free, who);
  if (kind === "die") return dierOf(world, free, who);
  return kind === "slay" ? slayerOf(world, free, who) : free[who % free.length];
}

/** How long the cell works before its operation. */
function workOf(n: number, m: number): bigint {
  return n % WORKS === 3 ? BigInt(m % 40) * BigInt(WORK_UNIT) : 0n;
}

/** The kind of act that a borrower makes. */
function kindOnLoan(run: Run, { b, c }: Op): string {
  const kind = ON_LOAN[b % ON_LOAN.length]!;
  return kind === "ask" && run.free().length <= AWAKE + 1 ? "answer" : c % 16 === 0 ? "fault" : kind;
}

/** The same failure with a shorter sequence, if one is found in time. */
function shorter<T>(property: fc.IProperty<T>, { seed, counterexamplePath }: fc.RunDetails<T>): fc.RunDetails<T> {
  return fc.check(property, { seed, path: counterexamplePath ?? "", interruptAfterTimeLimit: PATIENCE });
}

/**
 * Runs at least `count` operations from `seed`. Returns how many there were, and the first difference or null.
 * `shrink`: look for a shorter sequence that also fails.
 */
export function explore(
  kernel: WebAssembly.Module,
  count: number,
  seed: number,
  shrink = true,
): { made: number; failure: string | null } {
  let made = 0;
  const sequences = fc.array(operation(), { minLength: 1, maxLength: SEQUENCE, size: "max" });
  const property = fc.property(sequences, (ops) => void (made += runSequence(kernel, ops)));
  for (let batch = 0; made < count; batch++) {
    const numRuns = Math.max(1, Math.ceil((count - made) / SEQUENCE));
    const found = fc.check(property, { seed: seed + batch, numRuns, endOnFailure: true });
    if (!found.failed) continue;
    const details = shrink ? shorter(property, found) : found;
    return { made, failure: `${details.errorInstance}\n${fc.defaultReportMessage(details)}` };
  }
  return { made, failure: null };
}

/** Pages of the kernel's memory. */
export { KERNEL_PAGES } from "../../../../host/abi.js";

/** Loads a built kernel. */
export function loadKernel(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path));
}
