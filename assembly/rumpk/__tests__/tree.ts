/*
 * Writes a flattened device tree at KERNEL_FDT, as a machine does: enough of the format for the tests of fdt.ts and
 * device.ts. Names are collected in a strings block in front of the structure, each once.
 *
 *   header 40 | strings, up to 512 bytes | structure
 */
import { KERNEL_FDT } from "../../abi/systable";

const STRINGS: u32 = 40;
const STRUCTURE: u32 = 552;

let at: u32 = 0;
let stringsEnd: u32 = 0;

function put(offset: u32, value: u32): void {
  store<u32>(KERNEL_FDT + offset, bswap<u32>(value));
}

function token(value: u32): void {
  put(at, value);
  at += 4;
}

function text(offset: u32, value: string): u32 {
  for (let i = 0; i < value.length; ++i) store<u8>(KERNEL_FDT + offset + i, <u8>value.charCodeAt(i));
  store<u8>(KERNEL_FDT + offset + value.length, 0);
  return <u32>value.length + 1;
}

/** Begins a tree with its root node. */
export function beginTree(): void {
  at = STRUCTURE;
  stringsEnd = STRINGS;
  beginNode("");
}

/** Ends the root node and writes the header. */
export function endTree(): void {
  endNode();
  token(9);
  put(0, 0xd00dfeed);
  put(4, at);
  put(8, STRUCTURE);
  put(12, STRINGS);
}

export function beginNode(name: string): void {
  token(1);
  at = (at + text(at, name) + 3) & ~3;
}

export function endNode(): void {
  token(2);
}

function textIs(offset: u32, value: string): bool {
  for (let i = 0; i < value.length; ++i) if (load<u8>(KERNEL_FDT + offset + i) != value.charCodeAt(i)) return false;
  return load<u8>(KERNEL_FDT + offset + value.length) == 0;
}

/** Where a name lies in the strings block. */
function nameOffset(name: string): u32 {
  let offset = STRINGS;
  while (offset < stringsEnd && !textIs(offset, name)) {
    while (load<u8>(KERNEL_FDT + offset) != 0) ++offset;
    ++offset;
  }
  if (offset == stringsEnd) stringsEnd += text(stringsEnd, name);
  return offset - STRINGS;
}

function property(name: string, length: u32): void {
  token(3);
  token(length);
  token(nameOffset(name));
}

/** A property of cells of 32 bits. */
export function cellsProperty(name: string, values: StaticArray<u32>): void {
  property(name, <u32>values.length * 4);
  for (let i = 0; i < values.length; ++i) token(values[i]);
}

/** A property that is one string; "|" stands for the NUL between the strings of a list. */
export function stringProperty(name: string, value: string): void {
  property(name, <u32>value.length + 1);
  text(at, value);
  for (let i = 0; i < value.length; ++i) if (value.charCodeAt(i) == 0x7c) store<u8>(KERNEL_FDT + at + i, 0);
  at = (at + <u32>value.length + 4) & ~3;
}

/** A property without a value. */
export function emptyProperty(name: string): void {
  property(name, 0);
}
