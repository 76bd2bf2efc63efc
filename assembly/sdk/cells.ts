/*
 * Other cells: starting them, waiting for their end, ending them, looking at them.
 * A child's authority is what its manifest asks for and its parent has; arguments and grants come on
 * top. A cell whose manifest says `manages-cells` can look at and end every cell.
 */

import { flush } from "./console";
import { join, mask, meta, spawn as spawnCell } from "./raw";
import { decodeText, storeText, textLength } from "./text";
import { LOOKUP_CELLS, META_INFO, META_KILL, META_LOOKUP, NEVER } from "../abi/calls";
import { CellInfo } from "../abi/cell";
import { E2BIG, EINVAL } from "../abi/errno";
import { ARGS_MAX, SPAWN_ALL_PROMISES, SPAWN_GRANTS_MAX, SpawnGrant, SpawnSpec } from "../abi/spawn";
import { CELLS, NAME_SIZE, WHERE_SIZE } from "../abi/sizes";

/** Where spawn puts its words. One buffer for all calls, because a cell may never free memory. */
const words: usize = memory.data(<i32>ARGS_MAX);

/** Cells in the kernel's table. */
export const CELLS_MAX: i32 = <i32>CELLS;

/** A capability for a child: `slot` of the parent, found by the child under `port`. */
export class Grant {
  constructor(
    public slot: i32,
    public rights: u32,
    public port: u32,
  ) {}
}

/** How a cell ended. */
export class End {
  constructor(
    /** The status it gave. */
    public status: i32,
    /** CAUSE_... of its fault, 0 for none. */
    public cause: u32,
    /** 0, or the errno of a join that failed: -ETIMEDOUT. */
    public error: i32,
  ) {}
}

/** A cell that this one started. */
export class Child {
  /** A negative `slot` is the errno that says why the cell did not start. */
  constructor(public readonly slot: i32) {}

  /** 0, or the errno that says why the cell did not start. */
  get error(): i32 {
    return min(this.slot, 0);
  }

  /** Waits for its final end, until `deadline`. */
  join(deadline: i64 = NEVER): End {
    const result = join(this.slot, deadline);
    if (result < 0) return new End(0, 0, <i32>result);
    return new End(<i32>result, <u32>(result >> 32), 0);
  }

  /** Ends it: 0 or a negative errno. */
  kill(): i32 {
    return <i32>meta(META_KILL, this.slot, 0, 0);
  }

  /** Forgets it; it runs on. */
  close(): void {
    mask(this.slot, 0);
  }
}

/** Starts the cell `name` with `args` (its name is put first), `grants`, and at most `promises`. */
export function spawn(
  name: string,
  args: string[] = [],
  grants: Grant[] = [],
  promises: i64 = SPAWN_ALL_PROMISES,
): Child {
  const nameLength = textLength(name);
  if (nameLength == 0 || nameLength > <i32>NAME_SIZE || grants.length > <i32>SPAWN_GRANTS_MAX) return new Child(EINVAL);
  flush();
  const length = storeArguments(name, args);
  if (length < 0) return new Child(length);
  const records = encodeGrants(grants);
  const bytes = new StaticArray<u8>(offsetof<SpawnSpec>());
  const spec = changetype<SpawnSpec>(changetype<usize>(bytes));
  storeText(name, name.length, changetype<usize>(bytes));
  spec.args = <u32>words;
  spec.argsLength = length;
  spec.promises = promises;
  spec.grants = <u32>changetype<usize>(records);
  spec.grantCount = grants.length;
  return new Child(<i32>spawnCell(changetype<usize>(bytes), bytes.length));
}

/** Stores the words, each ended by a NUL: the number of bytes, or an errno. A word must not contain a NUL. */
function storeArguments(name: string, args: string[]): i32 {
  let length: i32 = 0;
  for (let i = -1; i < args.length; i++) {
    const word = i < 0 ? name : args[i];
    if (word.includes("\0")) return EINVAL;
    if (length + textLength(word) + 1 > <i32>ARGS_MAX) return E2BIG;
    length += storeText(word, word.length, words + length);
    store<u8>(words + length++, 0);
  }
  return length;
}

function encodeGrants(grants: Grant[]): StaticArray<u8> {
  const records = new StaticArray<u8>(grants.length * <i32>offsetof<SpawnGrant>());
  for (let i = 0; i < grants.length; i++) {
    const record = changetype<SpawnGrant>(changetype<usize>(records) + i * offsetof<SpawnGrant>());
    record.slot = grants[i].slot;
    record.rights = grants[i].rights;
    record.port = grants[i].port;
  }
  return records;
}

/** What the kernel knows about a cell; the fields are those of abi/cell. */
export class CellState {
  private bytes: StaticArray<u8> = new StaticArray<u8>(offsetof<CellInfo>());

  /** The record. */
  get info(): CellInfo {
    return changetype<CellInfo>(changetype<usize>(this.bytes));
  }

  /** The cell's name. */
  get name(): string {
    return this.textAt(0, <i32>NAME_SIZE);
  }

  /** Function, file and line of its last fault, as far as the machine knows them. */
  get where(): string {
    return this.textAt(<i32>offsetof<CellInfo>("where"), <i32>WHERE_SIZE);
  }

  /**
   * Reads the record of cell `index` by the slot that holds all cells, or that of a child by its slot: false
   * when there is no such cell.
   */
  read(slot: i32, index: i32 = 0): bool {
    return meta(META_INFO, slot, index, changetype<usize>(this.bytes)) > 0;
  }

  private textAt(at: i32, width: i32): string {
    let length = 0;
    while (length < width && this.bytes[at + length] != 0) length++;
    return decodeText(changetype<usize>(this.bytes) + at, length);
  }
}

/** The slot that holds all cells, or -ENOENT when the manifest does not ask for it. */
export function allCells(): i32 {
  return <i32>meta(META_LOOKUP, LOOKUP_CELLS, 0, 0);
}

/**
 * Ends cell `index`, by the slot that holds all cells: 0 or a negative errno. It may be the console: output is flushed.
 */
export function killCell(cells: i32, index: i32): i32 {
  flush();
  return <i32>meta(META_KILL, cells, index, 0);
}
