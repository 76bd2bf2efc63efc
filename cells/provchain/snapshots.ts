/*
 * What a reader sees: the chain as it was when it opened a file, however long the chain has become since. A snapshot
 * copies nothing: entries do not change, and the head and the last signature are made when it is taken. Blocks that
 * snapshots need are pinned (chain.ts); a snapshot that lost a block for lack of room reads -EIO.
 */

import {
  LEDGER_BLOCK,
  LEDGER_ENTRY_SIZE,
  LEDGER_LINK_SIZE,
  LEDGER_MAGIC,
  LEDGER_VERSION,
  EIO,
  KEY_SIZE,
  LedgerHead,
  LedgerSeal,
  SIGNATURE_SIZE,
} from "rumpk/abi";
import { realTime } from "rumpk/clock";
import { BLOCK_SIZE, blockAt, entryAt } from "./blocks";
import { UNPINNED, before, entries, first, head, pin, segment, started } from "./chain";
import { publicKey, sign } from "./signature";

/** Snapshots at once. */
export const SNAPSHOTS: i32 = 32;

const HEAD_SIZE: u32 = <u32>offsetof<LedgerHead>();
const SEAL_SIZE: u32 = <u32>offsetof<LedgerSeal>();
/** The head, the last link and the signature over both, of each snapshot. */
const RECORD_SIZE: u32 = HEAD_SIZE + LEDGER_LINK_SIZE + SIGNATURE_SIZE;
const records: usize = heap.alloc(<u32>SNAPSHOTS * RECORD_SIZE);

export class Snapshot {
  taken: bool = false;
  /** Where a reader of the text was: an entry, and the offset at which its line starts. */
  line: u32 = 0;
  lineOffset: u64 = 0;

  constructor(private readonly record: usize) {}

  get head(): LedgerHead {
    return changetype<LedgerHead>(this.record);
  }

  /** Where the last link lies, and the signature. */
  get link(): usize {
    return this.record + HEAD_SIZE;
  }

  get signature(): usize {
    return this.link + LEDGER_LINK_SIZE;
  }

  /** Takes the chain as it is. */
  take(): void {
    const record = this.head;
    record.magic = LEDGER_MAGIC;
    record.version = LEDGER_VERSION;
    record.blockEntries = <u16>LEDGER_BLOCK;
    record.segment = segment;
    record.entries = entries();
    record.firstBlock = first;
    record.started = started;
    record.exported = realTime();
    memory.copy(this.record + offsetof<LedgerHead>("before"), before, LEDGER_LINK_SIZE);
    memory.copy(this.record + offsetof<LedgerHead>("key"), publicKey, KEY_SIZE);
    memory.copy(this.link, head, LEDGER_LINK_SIZE);
    sign(this.record, HEAD_SIZE + LEDGER_LINK_SIZE, this.signature);
    this.taken = true;
    this.line = 0;
    this.lineOffset = 0;
  }

  /** Bytes of the exported chain. */
  get size(): u64 {
    return exportSize(this.head.entries);
  }

  /** Whether all its blocks are still there. */
  get whole(): bool {
    return this.head.firstBlock >= first;
  }

  /** Where entry `index` lies. */
  entry(index: u32): usize {
    return entryAt(this.head.firstBlock + index / LEDGER_BLOCK, index % LEDGER_BLOCK);
  }

  /** Copies up to `length` bytes of the exported chain from `offset` on: bytes, 0 at the end, or -EIO. */
  read(offset: u64, target: usize, length: u32): i32 {
    if (!this.whole) return EIO;
    let done: u32 = 0;
    while (done < length) {
      const part = this.copyPart(offset + done, target + done, length - done);
      if (part == 0) break;
      done += part;
    }
    return done;
  }

  /** Copies what lies in one piece at `offset`: bytes. */
  private copyPart(offset: u64, target: usize, length: u32): u32 {
    const body = bodySize(this.head.entries);
    if (offset < HEAD_SIZE) return copyFrom(this.record, HEAD_SIZE, <u32>offset, target, length);
    const at = offset - HEAD_SIZE;
    if (at < body) {
      const block = this.head.firstBlock + at / BLOCK_SIZE;
      const within = <u32>(at % BLOCK_SIZE);
      const size = min(<u64>BLOCK_SIZE, body - (at - within));
      return copyFrom(blockAt(block), <u32>size, within, target, length);
    }
    if (at - body >= SIGNATURE_SIZE) return 0;
    return copyFrom(this.signature, SIGNATURE_SIZE, <u32>(at - body), target, length);
  }
}

/** Bytes of an exported chain of `count` entries. */
export function exportSize(count: u32): u64 {
  return HEAD_SIZE + bodySize(count) + SIGNATURE_SIZE;
}

/** Bytes of entries and seals. */
function bodySize(count: u32): u64 {
  return <u64>count * LEDGER_ENTRY_SIZE + (count / LEDGER_BLOCK) * SEAL_SIZE;
}

function copyFrom(piece: usize, size: u32, from: u32, target: usize, length: u32): u32 {
  const count = min(length, size - from);
  memory.copy(target, piece + from, count);
  return count;
}

const snapshots: Snapshot[] = [];

/** Snapshot `index`, from 0. */
export function snapshotAt(index: i32): Snapshot {
  while (snapshots.length <= index) snapshots.push(new Snapshot(records + <usize>snapshots.length * RECORD_SIZE));
  return unchecked(snapshots[index]);
}

/** Pins what the snapshots in use need. */
export function pinSnapshots(): void {
  let oldest = UNPINNED;
  for (let index = 0; index < snapshots.length; index++) {
    const snapshot = unchecked(snapshots[index]);
    if (snapshot.taken) oldest = min(oldest, snapshot.head.firstBlock);
  }
  pin(oldest);
}
