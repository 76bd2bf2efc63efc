/*
 * Acts of the cells that run the system: INFO and REVIVE of cells, a server's refusals, and the work of the sealing
 * cell.
 */
import * as abi from "../../../../host/abi.js";
import { deny, revive } from "../spec/denial.js";
import { info, infoText } from "../spec/inspection.js";
import { sealVerdict, sealWork } from "../spec/sealing.js";
import { AT_BUFFER, AT_TEXT, callAct, pathOf, pick, slotOf, type Maker, type Makers } from "./making.js";
import type { Act } from "./run.js";

/** A slot that holds a cell or all cells, mostly. */
export function cellSlot({ cell }: Makers, n: number): number {
  const cells = [...cell.slots.values()].filter(({ kind }) => kind === "cell" || kind === "cells");
  return cells.length > 0 && n % 8 !== 0 ? pick(cells, n >> 3).slot : slotOf(cell, n >> 3);
}

/** The index, mostly, of a cell that exists or existed. */
export function cellIndex({ world }: Makers, n: number): number {
  return n % 8 === 0 ? n % 80 : pick(world.cells, n >> 3).index;
}

function infoAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const [slot, index] = [cellSlot(makers, a), cellIndex(makers, b)];
  const args = [abi.META_INFO, BigInt(slot), BigInt(index), BigInt(AT_BUFFER)];
  return {
    ...callAct(makers, `info(${slot}, ${index})`, "meta", args, () => info(world, cell, slot, index)),
    wrote: (machine, result) => infoText(machine.read(cell.index, AT_BUFFER, Number(result))),
  };
}

/** The next step of the sealing cell; other cells are refused both. */
function sealAct(makers: Makers, { a, b, c }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  if (world.verdicts.isSealer(cell) ? world.verdicts.work === null : a % 2 === 0) {
    const args = [abi.META_SEAL_WORK, BigInt(AT_BUFFER), 0n, 0n];
    return {
      ...callAct(makers, "seal work", "meta", args, () => sealWork(world, cell)),
      wrote: (machine, result) => machine.read(cell.index, AT_BUFFER, Number(result)),
    };
  }
  const verdict = b % 24 === 1 ? 1 + (c % 10) : abi.SEAL_GOOD;
  const classes = b % 8 === 2 ? abi.KEY_WASM : abi.KEY_WASM | abi.KEY_DMA;
  const args = [abi.META_SEAL_VERDICT, BigInt(verdict), BigInt(classes), 0n];
  return callAct(makers, `verdict(${verdict}, ${classes})`, "meta", args, () =>
    sealVerdict(world, cell, verdict, classes),
  );
}

function reviveAct(makers: Makers, { a, b }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const over = world.cells.filter(({ state }) => state === "quarantined");
  const slot = cellSlot(makers, a);
  const index = over.length > 0 && b % 8 !== 0 ? pick(over, b >> 3).index : cellIndex(makers, b);
  const args = [abi.META_REVIVE, BigInt(slot), BigInt(index), 0n];
  return callAct(makers, `revive(${slot}, ${index})`, "meta", args, () => revive(world, cell, slot, index));
}

function denyAct(makers: Makers, { a, b, c }: Parameters<Maker>[1]): Act {
  const { world, cell } = makers;
  const served = [...cell.slots.values()].filter((held) => held.kind === "channel" && held.side === 1);
  const slot = served.length > 0 && a % 8 !== 0 ? pick(served, a >> 3).slot : slotOf(cell, a >> 3);
  const promise = pick([abi.PROMISE_RPATH, abi.PROMISE_WPATH, 0, abi.PROMISE_STDIO, abi.PROMISE_INET], b);
  const path = pathOf(c);
  const range = (BigInt(path.length) << 32n) | BigInt(AT_TEXT);
  const args = [abi.META_DENY, BigInt(slot), BigInt(promise), range];
  const expects = () => deny(world, cell, slot, promise, path);
  return callAct(makers, `deny(${slot}, ${promise})`, "meta", args, expects, Buffer.from(path));
}

export const keeperMakers: Readonly<Record<string, Maker>> = {
  info: infoAct,
  seal: sealAct,
  revive: reviveAct,
  deny: denyAct,
};
