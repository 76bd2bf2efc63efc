/*
 * Writes a flattened device tree (Devicetree Specification 0.4, version 17), big endian, straight into the kernel's
 * memory at KERNEL_FDT:
 *
 *     0  header, 40 bytes
 *    40  memory reservations: one empty entry, 16 bytes
 *    56  structure block: tokens, node names, properties
 *        strings block: the name of each property, as often as there are properties
 *
 * The strings are kept aside until the structure is complete. A tree that is too long is cut off, and treeEnd says so.
 */
import { KERNEL_FDT, KERNEL_FDT_MAX } from "../../assembly/abi/systable";
import { kernelStore8 } from "./rack";

const MAGIC: u32 = 0xd00dfeed;
const VERSION: u32 = 17;
const OLDEST_COMPATIBLE: u32 = 16;
const STRUCTURE: u32 = 56;
const TOKEN_BEGIN: u32 = 1;
const TOKEN_END: u32 = 2;
const TOKEN_PROPERTY: u32 = 3;
const TOKEN_LAST: u32 = 9;

let at: u32 = 0;
let names: string[] = [];
let namesLength: u32 = 0;

function byte(value: u32): void {
  if (at < KERNEL_FDT_MAX) kernelStore8(KERNEL_FDT + at, value);
  at++;
}

function word(value: u32): void {
  for (let shift: i32 = 24; shift >= 0; shift -= 8) byte((value >> shift) & 0xff);
}

/** The text with a NUL, then NULs up to a multiple of four. */
function text(value: string): void {
  for (let index = 0; index < value.length; index++) byte((<u32>value.charCodeAt(index)) & 0xff);
  byte(0);
  pad();
}

function pad(): void {
  while ((at & 3) != 0) byte(0);
}

/** Opens the tree. */
export function treeBegin(): void {
  at = 0;
  names = [];
  namesLength = 0;
  while (at < STRUCTURE) byte(0);
}

/** Opens a node; the root's name is empty. */
export function nodeBegin(name: string): void {
  word(TOKEN_BEGIN);
  text(name);
}

export function nodeEnd(): void {
  word(TOKEN_END);
}

function property(name: string, length: u32): void {
  word(TOKEN_PROPERTY);
  word(length);
  word(namesLength);
  names.push(name);
  namesLength += name.length + 1;
}

/** A property that only has to be there. */
export function propertyEmpty(name: string): void {
  property(name, 0);
}

/** A property of text, one byte a character. */
export function propertyText(name: string, value: string): void {
  property(name, value.length + 1);
  text(value);
}

/** A property of one word. */
export function propertyWord(name: string, value: u32): void {
  property(name, 4);
  word(value);
}

/** A property of two numbers of 64 bits: an address and a size. */
export function propertyRange(name: string, base: u64, size: u64): void {
  property(name, 16);
  word(<u32>(base >> 32));
  word(<u32>base);
  word(<u32>(size >> 32));
  word(<u32>size);
}

/** Closes the tree. False when it did not fit. */
export function treeEnd(): bool {
  word(TOKEN_LAST);
  const namesAt = at;
  for (let index = 0; index < names.length; index++) {
    const name = unchecked(names[index]);
    for (let letter = 0; letter < name.length; letter++) byte(<u32>name.charCodeAt(letter));
    byte(0);
  }
  const total = at;
  at = 0;
  word(MAGIC);
  word(total);
  word(STRUCTURE);
  word(namesAt);
  word(40);
  word(VERSION);
  word(OLDEST_COMPATIBLE);
  word(0);
  word(total - namesAt);
  word(namesAt - STRUCTURE);
  return total <= KERNEL_FDT_MAX;
}
