/*
 * What survives this cell: its key, the state of the chain, and its newest entries. The kernel keeps it, with a hash
 * over it, and gives it to the next instance.
 *
 *     0  State | 136 up to BLOCKS_MAX sealed blocks: 64 events of 64 bytes and a LedgerSeal each | up to 63 more events
 *
 * The links are made again. When nothing was saved, or the links do not end where they did, the chain starts over with
 * a key of its own, and says so.
 */

import { AuditEvent, CHECKPOINT_MAX, LEDGER_BLOCK, LEDGER_LINK_SIZE, LedgerSeal, META_RESTORE } from "rumpk/abi";
import { checkpoint, meta } from "rumpk/raw";
import { entryAt, sealAt } from "./blocks";
import { before, filled, filling, first, head, next, relink, resume, segment, started } from "./chain";
import { useSeed } from "./signature";

/** "NPXT". */
const MAGIC: u32 = 0x5458504e;

/** The state of the chain at the end of a block. */
@unmanaged
class State {
  magic: u32;
  segment: u32;
  started: u64;
  next: u64;
  firstBlock: u64;
  /** Sealed blocks, and the events behind them. */
  blocks: u32;
  tail: u32;
  /** Seed of the key. */
  @bytes(32)
  seed: bytes;
  /** The link before the first block. */
  @bytes(LEDGER_LINK_SIZE)
  before: bytes;
  /** The last link. */
  @bytes(LEDGER_LINK_SIZE)
  head: bytes;
}

const EVENT_SIZE: u32 = <u32>offsetof<AuditEvent>();
const EVENTS_SIZE: u32 = LEDGER_BLOCK * EVENT_SIZE;
const SEAL_SIZE: u32 = <u32>offsetof<LedgerSeal>();
const STATE_SIZE: u32 = <u32>offsetof<State>();
/** Blocks that fit. */
const BLOCKS_MAX: u32 = (CHECKPOINT_MAX - STATE_SIZE - EVENTS_SIZE) / (EVENTS_SIZE + SEAL_SIZE);

const space: usize = heap.alloc(CHECKPOINT_MAX);
const state: State = changetype<State>(space);

/** Where the seed of the key is kept. */
export const seed: usize = space + offsetof<State>("seed");

/** Saves the chain. */
export function save(): void {
  const blocks = <u32>min<u64>(filling - first, BLOCKS_MAX);
  const from = filling - blocks;
  const earlier = from == first ? before : entryAt(from - 1, LEDGER_BLOCK - 1) + EVENT_SIZE;
  state.magic = MAGIC;
  state.segment = segment;
  state.started = started;
  state.next = next;
  state.firstBlock = from;
  state.blocks = blocks;
  state.tail = filled;
  memory.copy(space + offsetof<State>("before"), earlier, LEDGER_LINK_SIZE);
  memory.copy(space + offsetof<State>("head"), head, LEDGER_LINK_SIZE);
  let at = space + STATE_SIZE;
  for (let block = from; block < filling; block++) {
    at = copyEvents(block, LEDGER_BLOCK, at);
    memory.copy(at, changetype<usize>(sealAt(block)), SEAL_SIZE);
    at += SEAL_SIZE;
  }
  checkpoint(space, <i32>(copyEvents(filling, filled, at) - space));
}

/** Copies the first `count` events of a block to `at`: where they end. */
function copyEvents(block: u64, count: u32, at: usize): usize {
  for (let index: u32 = 0; index < count; index++, at += EVENT_SIZE) {
    memory.copy(at, entryAt(block, index), EVENT_SIZE);
  }
  return at;
}

/** Bytes of what `state` says. */
function sizeOfState(): u32 {
  return STATE_SIZE + state.blocks * (EVENTS_SIZE + SEAL_SIZE) + state.tail * EVENT_SIZE;
}

/** Continues from what was saved, with its key: false when that is impossible. */
export function restore(): bool {
  const length = meta(META_RESTORE, space, CHECKPOINT_MAX, 0);
  if (length < <i64>STATE_SIZE || state.magic != MAGIC) return false;
  if (state.blocks > BLOCKS_MAX || state.tail >= LEDGER_BLOCK || length != sizeOfState()) return false;
  useSeed(seed);
  memory.copy(before, space + offsetof<State>("before"), LEDGER_LINK_SIZE);
  resume(state.segment, state.started, state.firstBlock, state.next);
  let at = space + STATE_SIZE;
  for (let block: u32 = 0; block < state.blocks; block++) {
    memory.copy(changetype<usize>(sealAt(filling)), at + EVENTS_SIZE, SEAL_SIZE);
    relink(at, LEDGER_BLOCK);
    at += EVENTS_SIZE + SEAL_SIZE;
  }
  relink(at, state.tail);
  return memory.compare(head, space + offsetof<State>("head"), LEDGER_LINK_SIZE) == 0;
}
