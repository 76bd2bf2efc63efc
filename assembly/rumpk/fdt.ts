/*
 * Reads the flattened device tree that the machine left at KERNEL_FDT: command line and devices. A reader of our own,
 * because the kernel is one Wasm module without C; it only walks forward, allocates nothing and believes nothing: every
 * offset is checked against the size in the header, and a broken tree is an empty one.
 *
 *   header: magic, totalsize, off_dt_struct, off_dt_strings, ...  (big endian u32)
 *   structure: BEGIN_NODE name | PROP length nameoff value | END_NODE | NOP | END, each padded to four bytes
 *
 * Source: Devicetree Specification, release 0.4, chapter 5.
 */
import { FDT_DEPTH } from "./limits";
import { SCRATCH_FDT, SCRATCH_FDT_SIZE } from "./tables";

if (FDT_DEPTH * offsetof<Level>() > SCRATCH_FDT_SIZE) ERROR("FDT_DEPTH Levels are larger than their place");

const MAGIC: u32 = 0xd00dfeed;
const BEGIN_NODE: u32 = 1;
const END_NODE: u32 = 2;
const PROP: u32 = 3;
const NOP: u32 = 4;

/** What the reader knows about a node when it leaves its properties; one for each depth, in scratch memory. */
@unmanaged
class Level {
  /** #address-cells and #size-cells that hold for the children. */
  addressCells: u32;
  sizeCells: u32;
  /** Offset of the node in the structure block. */
  node: u32;
  /** Values found so far; 0 where absent. */
  compatible: u32;
  compatibleLength: u32;
  reg: u32;
  regLength: u32;
  interrupts: u32;
  interruptsLength: u32;
  /** FLAG_... */
  flags: u32;
}

const FLAG_DISABLED: u32 = 1;
const FLAG_IO_PORTS: u32 = 2;

let tree: usize = 0;
let structure: u32 = 0;
let strings: u32 = 0;
let size: u32 = 0;

/** Result of fdtFindDevice: base, length, interrupt line, node. */
export let deviceBase: u64 = 0;
export let deviceLength: u64 = 0;
/** Interrupt line, or -1. */
export let deviceLine: i32 = -1;
/** Offset of the node: its identity. */
export let deviceNode: u32 = 0;
export let deviceIoPorts: bool = false;

/** Result of fdtCommandLine. */
export let commandLine: usize = 0;
export let commandLineLength: u32 = 0;


@inline
function word(offset: u32): u32 {
  return bswap<u32>(load<u32>(tree + offset));
}


@inline
function levelAt(depth: u32): Level {
  return changetype<Level>(SCRATCH_FDT + <usize>depth * offsetof<Level>());
}

/** Looks at the tree at `address`, at most `limit` bytes long. False: there is none. */
export function fdtOpen(address: usize, limit: u32): bool {
  tree = address;
  size = 0;
  if (address == 0 || word(0) != MAGIC) return false;
  const total = word(4);
  structure = word(8);
  strings = word(12);
  if (total < 40 || total > limit || structure >= total || strings > total || (structure & 3) != 0) return false;
  size = total;
  return true;
}

function nameIs(offset: u32, name: string): bool {
  const length = <u32>name.length;
  if (offset + length >= size) return false;
  for (let i: u32 = 0; i < length; ++i) if (load<u8>(tree + offset + i) != name.charCodeAt(i)) return false;
  return load<u8>(tree + offset + length) == 0;
}

function readProperty(level: Level, name: u32, value: u32, length: u32): void {
  if (nameIs(name, "compatible")) {
    level.compatible = value;
    level.compatibleLength = length;
  } else if (nameIs(name, "reg")) {
    level.reg = value;
    level.regLength = length;
  } else if (nameIs(name, "interrupts")) {
    level.interrupts = value;
    level.interruptsLength = length;
  } else if (nameIs(name, "#address-cells") && length == 4) level.addressCells = word(value);
  else if (nameIs(name, "#size-cells") && length == 4) level.sizeCells = word(value);
  else if (nameIs(name, "status") && !nameIs(value, "okay") && !nameIs(value, "ok")) level.flags |= FLAG_DISABLED;
  else if (nameIs(name, "rumpk,io-ports")) level.flags |= FLAG_IO_PORTS;
  else if (nameIs(name, "bootargs")) {
    commandLine = tree + value;
    commandLineLength = length > 0 ? length - 1 : 0;
  }
}

/** Whether the list of strings at `list` has the NUL-padded name at `wanted` in it. */
function listHas(list: u32, length: u32, wanted: usize, wantedLength: u32): bool {
  let start: u32 = 0;
  for (let i: u32 = 0; i < length; ++i) {
    if (load<u8>(tree + list + i) != 0) continue;
    if (i - start == wantedLength && memory.compare(tree + list + start, wanted, wantedLength) == 0) return true;
    start = i + 1;
  }
  return false;
}


@inline
function cells(offset: u32, count: u32): u64 {
  return count == 1 ? word(offset) : ((<u64>word(offset)) << 32) | word(offset + 4);
}

/** Takes the node's first range and interrupt over to the results. False: it has no usable range. */
function takeDevice(level: Level, parent: Level): bool {
  const addresses = parent.addressCells;
  const sizes = parent.sizeCells;
  if (addresses - 1 > 1 || sizes - 1 > 1 || level.regLength < (addresses + sizes) * 4) return false;
  deviceBase = cells(level.reg, addresses);
  deviceLength = cells(level.reg + addresses * 4, sizes);
  deviceNode = level.node;
  deviceIoPorts = (level.flags & FLAG_IO_PORTS) != 0;
  deviceLine = -1;
  if (level.interruptsLength == 12) {
    // The GIC's binding: type (0 shared, 1 private), number, trigger.
    deviceLine = <i32>(word(level.interrupts + 4) + (word(level.interrupts) == 0 ? 32 : 16));
  } else if (level.interruptsLength >= 4) deviceLine = <i32>word(level.interrupts);
  return true;
}

/**
 * Finds the first node after the one at offset `after` (0 for the first of all) that is compatible with the name at
 * `wanted`. True: the device... results hold it.
 */
export function fdtFindDevice(wanted: usize, wantedLength: u32, after: u32): bool {
  return walk(wanted, wantedLength, after);
}

/** Finds /chosen/bootargs; commandLineLength is 0 when there is none. */
export function fdtCommandLine(): void {
  commandLineLength = 0;
  walk(0, 0, 0);
}


@inline
function leaveNode(depth: u32, wanted: usize, wantedLength: u32, after: u32): bool {
  const level = levelAt(depth);
  if (wanted == 0 || level.node <= after || (level.flags & FLAG_DISABLED) != 0 || depth == 0) return false;
  if (!listHas(level.compatible, level.compatibleLength, wanted, wantedLength)) return false;
  return takeDevice(level, levelAt(depth - 1));
}

function walk(wanted: usize, wantedLength: u32, after: u32): bool {
  let at = structure;
  let depth: u32 = 0;
  // Each token takes four bytes or more, so the walk ends with the tree.
  while (at + 4 <= size) {
    const token = word(at);
    at += 4;
    if (token == BEGIN_NODE) {
      if (++depth >= FDT_DEPTH) return false;
      const level = levelAt(depth);
      memory.fill(changetype<usize>(level), 0, offsetof<Level>());
      level.node = at - 4;
      level.addressCells = 2;
      level.sizeCells = 1;
      while (at < size && load<u8>(tree + at) != 0) ++at;
      at = (at + 4) & ~3;
    } else if (token == PROP) {
      if (at + 8 > size || depth == 0) return false;
      const length = word(at);
      const name = strings + word(at + 4);
      at += 8;
      if (length > size - at || name >= size) return false;
      readProperty(levelAt(depth), name, at, length);
      at = (at + length + 3) & ~3;
    } else if (token == END_NODE) {
      if (depth == 0) return false;
      if (leaveNode(depth, wanted, wantedLength, after)) return true;
      --depth;
    } else if (token != NOP) return false;
  }
  return false;
}
