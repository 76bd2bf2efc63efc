/*
 * The ledger's files, all read-only:
 *
 *   chain    the chain in its binary form, to be checked by `rumpk verify-chain`
 *   head     its key, its length, its last link, and the signature over them, as text
 *   events   the events as lines of text
 *
 * A fid of a file has a snapshot of its own, so nodes are 1 to 3 for the files as entries of the directory, and
 * FIRST + snapshot * FILES + file for those that a fid stands for. `find` offers a snapshot that nobody holds.
 */

import { EMFILE, EIO, ENOENT } from "rumpk/abi";
import { Attributes, Files, NONE, ROOT } from "rumpk/ninep/files";
import { AuditEvent } from "rumpk/abi";
import { entries } from "./chain";
import { headText } from "./head";
import { line, length as lineLength } from "./line";
import { SNAPSHOTS, Snapshot, exportSize, pinSnapshots, snapshotAt } from "./snapshots";
import { lineOf } from "./text";

const CHAIN: i32 = 1;
const HEAD: i32 = 2;
const EVENTS: i32 = 3;
const FILES: i32 = 3;
/** The first node of a fid. */
const FIRST: i32 = FILES + 1;

/** Names by file, as bytes. */
const NAMES: StaticArray<usize> = [
  0,
  memory.data<u8>([0x63, 0x68, 0x61, 0x69, 0x6e]),
  memory.data<u8>([0x68, 0x65, 0x61, 0x64]),
  memory.data<u8>([0x65, 0x76, 0x65, 0x6e, 0x74, 0x73]),
];
const LENGTHS: StaticArray<u32> = [0, 5, 4, 6];

/** The file that a node stands for, 0 for the directory. */
function fileOf(node: i32): i32 {
  return node < FIRST ? node : ((node - FIRST) % FILES) + 1;
}

export class LedgerFiles extends Files {
  /** Fids that hold each snapshot. */
  private readonly holders: StaticArray<u32> = new StaticArray<u32>(SNAPSHOTS);

  attributes(node: i32, into: Attributes): void {
    const file = fileOf(node);
    into.isDirectory = file == ROOT;
    into.mode = file == ROOT ? 0o555 : 0o444;
    into.size = file == CHAIN ? this.chainSize(node) : 0;
    into.modified = 0;
    into.inode = file;
  }

  parent(node: i32): i32 {
    return ROOT;
  }

  find(directory: i32, name: usize, length: u32): i32 {
    for (let file = 1; file <= FILES; file++) {
      if (LENGTHS[file] == length && memory.compare(NAMES[file], name, length) == 0) return this.offer(file);
    }
    return ENOENT;
  }

  /** A node of `file` whose snapshot nobody holds. */
  private offer(file: i32): i32 {
    for (let index = 0; index < SNAPSHOTS; index++) {
      if (this.holders[index] == 0) return FIRST + index * FILES + file - 1;
    }
    return EMFILE;
  }

  nameOf(node: i32): usize {
    return NAMES[fileOf(node)];
  }

  nameLength(node: i32): u32 {
    return LENGTHS[fileOf(node)];
  }

  cookieOf(node: i32): u64 {
    return fileOf(node);
  }

  entryAfter(directory: i32, cookie: u64): i32 {
    return cookie < <u64>FILES ? <i32>cookie + 1 : NONE;
  }

  open(node: i32): i32 {
    if (node < FIRST || this.of(node).taken) return 0;
    this.of(node).take();
    pinSnapshots();
    return 0;
  }

  hold(node: i32): void {
    if (node >= FIRST) this.holders[(node - FIRST) / FILES] += 1;
  }

  release(node: i32): void {
    if (node < FIRST) return;
    const index = (node - FIRST) / FILES;
    this.holders[index] -= 1;
    if (this.holders[index] != 0) return;
    snapshotAt(index).taken = false;
    pinSnapshots();
  }

  read(node: i32, offset: u64, target: usize, length: u32): i32 {
    const snapshot = this.of(node);
    const file = fileOf(node);
    if (file == CHAIN) return snapshot.read(offset, target, length);
    return file == HEAD ? readHead(snapshot, offset, target, length) : readEvents(snapshot, offset, target, length);
  }

  /** Bytes of the chain: as it was opened, or as it is now. */
  private chainSize(node: i32): u64 {
    return node >= FIRST && this.of(node).taken ? this.of(node).size : exportSize(entries());
  }

  private of(node: i32): Snapshot {
    return snapshotAt((node - FIRST) / FILES);
  }
}

function readHead(snapshot: Snapshot, offset: u64, target: usize, length: u32): i32 {
  const size = headText(snapshot);
  if (offset >= size) return 0;
  const count = min(length, size - <u32>offset);
  memory.copy(target, line + <usize>offset, count);
  return count;
}

/** Lines are made on reading; the snapshot remembers the position, so that the next read continues there. */
function readEvents(snapshot: Snapshot, offset: u64, target: usize, length: u32): i32 {
  if (!snapshot.whole) return EIO;
  if (offset < snapshot.lineOffset) {
    snapshot.line = 0;
    snapshot.lineOffset = 0;
  }
  let done: u32 = 0;
  while (done < length && snapshot.line < snapshot.head.entries) {
    const size = lineOf(changetype<AuditEvent>(snapshot.entry(snapshot.line)));
    const from = offset + done - snapshot.lineOffset;
    if (from < size) {
      const count = min(length - done, size - <u32>from);
      memory.copy(target + done, line + <usize>from, count);
      done += count;
      if (from + count < size) break;
    }
    snapshot.line++;
    snapshot.lineOffset += size;
  }
  return done;
}
