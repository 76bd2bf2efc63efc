/*
 * Reads the flattened device tree that the machine left at KERNEL_FDT, once, at boot: the command line, and every
 * device for the table of device.ts. It is a reader of our own because the kernel is one Wasm module without C. It
 * walks forward only, allocates nothing and trusts nothing: every offset is checked against the size in the header.
 *
 *   header: magic, totalsize, off_dt_struct, off_dt_strings, ...  (big endian u32)
 *   structure: BEGIN_NODE name | PROP length nameoff value | END_NODE | NOP | END, each padded to four bytes
 *
 * A node is a device when it has a compatible string and registers, and is not disabled. Nodes nested deeper than
 * FDT_DEPTH are skipped. A tree that cannot be read to its end is refused, or its missing part would go unnoticed.
 *
 * Source: Devicetree Specification, release 0.4, chapter 5.
 */
import { EINVAL, ENOBUFS } from "../../abi/errno";
import { WINDOW_IO_PORTS } from "../../abi/systable";
import { deviceAdd, devicesReset } from "./device";
import { FDT_DEPTH } from "../base/limits";
import { setCommandLine } from "../base/machine";
import { SCRATCH_FDT, SCRATCH_FDT_SIZE } from "../base/tables";

if (FDT_DEPTH * offsetof<Level>() > SCRATCH_FDT_SIZE) ERROR("FDT_DEPTH Levels are larger than their place");

const MAGIC: u32 = 0xd00dfeed;
/** Bytes of the header. */
const HEADER: u32 = 40;
const BEGIN_NODE: u32 = 1;
const END_NODE: u32 = 2;
const PROP: u32 = 3;
const NOP: u32 = 4;
const END: u32 = 9;
/** Depth of the nodes below the root. */
const TOP: u32 = 2;

/** What the reader knows about a node after its properties; one for each depth, in scratch memory. */
@unmanaged
class Level {
  /** #address-cells and #size-cells that hold for the children. */
  addressCells: u32;
  sizeCells: u32;
  /** Values found so far; 0 where absent. */
  names: u32;
  namesLength: u32;
  reg: u32;
  regLength: u32;
  interrupts: u32;
  interruptsLength: u32;
  /** FLAG_... */
  flags: u32;
}

/** Not a device, or not one for cells. */
const FLAG_HIDDEN: u32 = 1;
const FLAG_IO_PORTS: u32 = 2;
const FLAG_CHOSEN: u32 = 4;

let tree: usize = 0;
let strings: u32 = 0;
let size: u32 = 0;


@inline
function word(offset: u32): u32 {
  return bswap<u32>(load<u32>(tree + offset));
}


@inline
function levelAt(depth: u32): Level {
  return changetype<Level>(SCRATCH_FDT + <usize>depth * offsetof<Level>());
}

/**
 * Reads the tree at `address`, at most `limit` bytes long; address 0 is a machine without one. Returns 0, -EINVAL when
 * it is broken, or -ENOBUFS when it has more devices than the table.
 */
export function fdtRead(address: usize, limit: u32): i32 {
  devicesReset();
  setCommandLine(0, 0);
  if (address == 0) return 0;
  tree = address;
  size = word(4);
  strings = word(12);
  const structure = word(8);
  if (word(0) != MAGIC || size < HEADER || size > limit || (structure & 3) != 0) return EINVAL;
  return structure < size && strings < size ? walk(structure) : EINVAL;
}

function nameIs(offset: u32, name: string): bool {
  const length = <u32>name.length;
  if (offset + length >= size) return false;
  for (let i: u32 = 0; i < length; ++i) if (load<u8>(tree + offset + i) != name.charCodeAt(i)) return false;
  return load<u8>(tree + offset + length) == 0;
}

function readProperty(level: Level, name: u32, value: u32, length: u32): void {
  if (nameIs(name, "compatible")) {
    level.names = value;
    level.namesLength = length;
  } else if (nameIs(name, "reg")) {
    level.reg = value;
    level.regLength = length;
  } else if (nameIs(name, "interrupts")) {
    level.interrupts = value;
    level.interruptsLength = length;
  } else if (nameIs(name, "#address-cells") && length == 4) level.addressCells = word(value);
  else if (nameIs(name, "#size-cells") && length == 4) level.sizeCells = word(value);
  else if (nameIs(name, "status") && !nameIs(value, "okay") && !nameIs(value, "ok")) level.flags |= FLAG_HIDDEN;
  else if (nameIs(name, "interrupt-controller") || nameIs(name, "msi-controller")) level.flags |= FLAG_HIDDEN;
  else if (nameIs(name, "rumpk,io-ports")) level.flags |= FLAG_IO_PORTS;
  else if ((level.flags & FLAG_CHOSEN) != 0 && nameIs(name, "bootargs")) {
    setCommandLine(tree + value, length > 0 ? length - 1 : 0);
  }
}


@inline
function cells(offset: u32, count: u32): u64 {
  return count == 1 ? word(offset) : ((<u64>word(offset)) << 32) | word(offset + 4);
}

/** The interrupt line of a node, or -1. */
function lineOf(level: Level): i32 {
  // The GIC's binding: type (0 shared, 1 private), number, trigger.
  if (level.interruptsLength == 12) {
    return <i32>(word(level.interrupts + 4) + (word(level.interrupts) == 0 ? 32 : 16));
  }
  return level.interruptsLength >= 4 ? <i32>word(level.interrupts) : -1;
}

/** Adds the node to the table when it is a device with a usable first range. False: the table is full. */
function takeDevice(level: Level, parent: Level): bool {
  const addresses = parent.addressCells;
  const sizes = parent.sizeCells;
  if (level.namesLength == 0 || (level.flags & FLAG_HIDDEN) != 0) return true;
  if (addresses - 1 > 1 || sizes - 1 > 1 || level.regLength < (addresses + sizes) * 4) return true;
  const ports: i64 = (level.flags & FLAG_IO_PORTS) != 0 ? WINDOW_IO_PORTS : 0;
  const base = (<i64>cells(level.reg, addresses)) | ports;
  const length = cells(level.reg + addresses * 4, sizes);
  return deviceAdd(base, length, lineOf(level), tree + level.names, level.namesLength);
}

/** Begins a node whose name is at `at`. Returns where its properties begin. */
function beginNode(depth: u32, at: u32): u32 {
  if (depth < FDT_DEPTH) {
    const level = levelAt(depth);
    memory.fill(changetype<usize>(level), 0, offsetof<Level>());
    level.addressCells = 2;
    level.sizeCells = 1;
    if (depth == TOP && nameIs(at, "chosen")) level.flags = FLAG_CHOSEN;
  }
  let end = at;
  while (end < size && load<u8>(tree + end) != 0) ++end;
  return (end + 4) & ~3;
}

function walk(structure: u32): i32 {
  let at = structure;
  let depth: u32 = 0;
  // Each token takes four bytes or more, so the walk ends with the tree.
  while (at + 4 <= size) {
    const token = word(at);
    at += 4;
    if (token == BEGIN_NODE) at = beginNode(++depth, at);
    else if (token == PROP) {
      if (at + 8 > size || depth == 0) return EINVAL;
      const length = word(at);
      const name = strings + word(at + 4);
      at += 8;
      if (length > size - at || name >= size) return EINVAL;
      if (depth < FDT_DEPTH) readProperty(levelAt(depth), name, at, length);
      at = (at + length + 3) & ~3;
    } else if (token == END_NODE) {
      if (depth == 0) return EINVAL;
      if (depth > 1 && depth < FDT_DEPTH && !takeDevice(levelAt(depth), levelAt(depth - 1))) return ENOBUFS;
      --depth;
    } else if (token == END) return depth == 0 ? 0 : EINVAL;
    else if (token != NOP) return EINVAL;
  }
  return EINVAL;
}
