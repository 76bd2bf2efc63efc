/*
 * Where the chain is stored: blocks of LEDGER_BLOCK entries and their seal, in the format of the exported chain
 * (abi/ledger), so that an export is a copy. They lie in a ring of CAPACITY places, allocated once; block n is at place
 * n modulo CAPACITY.
 *
 *   place:  64 x (event 64 bytes | link 32 bytes) | LedgerSeal 80 bytes
 */

import { LEDGER_BLOCK, LEDGER_ENTRY_SIZE, LEDGER_KEPT_BLOCKS, LedgerSeal } from "rumpk/abi";

/** Bytes of a full block with its seal. */
export const BLOCK_SIZE: u32 = LEDGER_BLOCK * LEDGER_ENTRY_SIZE + <u32>offsetof<LedgerSeal>();
/** Blocks beyond those that are kept, for readers that are still at the oldest. */
const SLACK: u32 = 16;
/** Blocks that there is room for. */
export const CAPACITY: u32 = LEDGER_KEPT_BLOCKS + SLACK;

const base: usize = heap.alloc(CAPACITY * BLOCK_SIZE);

/** Where block `number` lies. */
export function blockAt(number: u64): usize {
  return base + <usize>(number % CAPACITY) * BLOCK_SIZE;
}

/** Where entry `index` (from 0) of block `number` lies. */
export function entryAt(number: u64, index: u32): usize {
  return blockAt(number) + <usize>index * LEDGER_ENTRY_SIZE;
}

/** Where the seal of block `number` lies. */
export function sealAt(number: u64): LedgerSeal {
  return changetype<LedgerSeal>(entryAt(number, LEDGER_BLOCK));
}
