/*
 * Acts of those who keep the system: INFO of cells, and the work of the cell that seals.
 */
import * as abi from "../../../host/abi.js";
import { info, infoText } from "../spec/inspection.js";
import { sealVerdict, sealWork } from "../spec/sealing.js";
import { AT_BUFFER, callAct, pick, slotOf, type Maker, type Makers } from "./making.js";
import type { Act } from "./run.js";

/** A slot that holds a cell or all cells, mostly. */
export function cellSlot({ cell }: Makers, n: number): number {
  const cells = [...cell.slots.values()].filter(({ kind }) => kind === "cell" || kind === "cells");
  return cells.length > 0 && n % 8 !== 0 ? pick(cells, n >> 3).slot : slotOf(cell, n >> 3);
}

/** The index of a cell that was there once, mostly. */
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

/** The next step of the cell that seals; others are refused either. */
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

export const keeperMakers: Readonly<Record<string, Maker>> = { info: infoAct, seal: sealAct };
