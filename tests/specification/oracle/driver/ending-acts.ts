/*
 * Acts with which a running cell ends itself: using what it has not promised, and killing itself through the slot of
 * all cells or through a slot that holds itself, which a parent can hand to its child. And acts that kill a lender or a
 * borrower.
 */
import * as abi from "../../../../host/abi.js";
import * as authority from "../spec/authority.js";
import * as messages from "../spec/messages.js";
import { pledge, useProblems } from "../spec/promises.js";
import { inSlot, isComing, type Capability, type Cell, type World } from "../spec/world.js";
import { callAct, pick, slotOf, type Maker, type Makers } from "./making.js";
import type { Act } from "./run.js";

function slotsOf(cell: Cell): Capability[] {
  return [...cell.slots.keys()].flatMap((slot) => inSlot(cell, slot) ?? []);
}

/** The slots that a cell holds and may not use. */
function guardedOf(world: World, cell: Cell): Capability[] {
  return slotsOf(cell).filter((held) => held.kind === "channel" && useProblems(world, cell, held).length > 0);
}

/** The cells that lend or borrow. */
function bound({ cells }: World): Cell[] {
  return cells.filter((cell) => cell.loan ?? cells.some(({ loan }) => loan?.lender === cell));
}

/** The slots through which a cell can kill one of those. */
function weaponsOf(world: World, cell: Cell): { slot: number; target: Cell }[] {
  const targets = bound(world);
  return slotsOf(cell).flatMap((held) =>
    targets
      .filter((target) => held.kind === "cells" || (held.kind === "cell" && held.cell === target))
      .map((target) => ({ slot: held.slot, target })),
  );
}

/** The cell to die: mostly one that holds something that it may not use. */
export function dierOf(world: World, free: readonly Cell[], n: number): Cell | undefined {
  const able = free.filter((cell) => guardedOf(world, cell).length > 0);
  return able.length > 0 ? pick(able, n) : free[n % free.length];
}

/** The killer: a cell that can kill one of those, if there is one. */
export function slayerOf(world: World, free: readonly Cell[], n: number): Cell | undefined {
  const able = free.filter((cell) => weaponsOf(world, cell).length > 0);
  return able.length > 0 ? pick(able, n) : free[n % free.length];
}

function killAct(makers: Makers, slot: number, target: Cell): Act {
  const { world, cell } = makers;
  const args = [abi.META_KILL, BigInt(slot), BigInt(target.index), 0n];
  const expects = () => authority.kill(world, cell, slot, target.index);
  return callAct(makers, `kill ${target === cell ? "itself" : target.index}(${slot})`, "meta", args, expects);
}

/** Kills a lender or a borrower. */
function slayAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const weapons = weaponsOf(world, cell);
  if (weapons.length === 0) return killAct(makers, slotOf(cell, a), pick(world.cells, b));
  const { slot, target } = pick(weapons, a);
  return killAct(makers, slot, target);
}

/**
 * Ends itself through a slot that means itself, or by using a slot without its promise; else it gives up promises, and
 * dies later.
 */
function dieAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const slots = slotsOf(cell);
  const itself = slots.filter((held) => held.kind === "cells" || (held.kind === "cell" && held.cell === cell));
  if (itself.length > 0 && b % 2 === 0) return killAct(makers, pick(itself, a).slot, cell);
  const guarded = guardedOf(world, cell);
  if (guarded.length > 0) {
    const { slot } = pick(guarded, a);
    const args = [slot, 0, 64, abi.NOWAIT];
    const expects = () => messages.recv(world, cell, slot, 64, abi.NOWAIT);
    return callAct(makers, `recv(${slot}) without its promise`, "recv", args, expects);
  }
  const all = BigInt(abi.PROMISE_STDIO | abi.PROMISE_RPATH | abi.PROMISE_WPATH | abi.PROMISE_INET);
  const promises = cell.promises & ~all;
  const args = [BigInt.asIntN(64, promises)];
  return callAct(makers, "pledge no ports", "pledge", args, () => pledge(world, cell, promises));
}

/** A parent hands its child the slot that holds it. */
function mirrorAct(makers: Makers, { a }: Parameters<Maker>[1]): Act {
  const { cell } = makers;
  const children = slotsOf(cell).filter((held) => held.kind === "cell" && isComing(held.cell));
  const slot = children.length > 0 ? pick(children, a).slot : slotOf(cell, a);
  const rights = inSlot(cell, slot)?.rights ?? abi.RIGHTS_ALL;
  const expects = () => authority.grant(cell, slot, slot, rights);
  return callAct(makers, `grant(${slot}) to itself`, "grant", [slot, slot, rights], expects);
}

export const endingMakers: Readonly<Record<string, Maker>> = { die: dieAct, slay: slayAct, mirror: mirrorAct };
