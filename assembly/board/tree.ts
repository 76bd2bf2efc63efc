/*
 * Writes a flattened device tree (Devicetree Specification 0.4, version 17), big endian:
 *
 *     0  header, 40 bytes
 *    40  memory reservations: one empty entry, 16 bytes
 *    56  structure block: tokens, node names, properties
 *        strings block: the name of each property, repeated for each
 *
 * The strings are kept elsewhere until the structure is complete. A tree that is too long is cut off, and treeEnd
 * reports that.
 */
import { KERNEL_FDT_MAX } from "../abi/systable";

const MAGIC: u32 = 0xd00dfeed;
const VERSION: u32 = 17;
const OLDEST_COMPATIBLE: u32 = 16;
const RESERVATIONS: u32 = 40;
const STRUCTURE: u32 = 56;
const TOKEN_BEGIN: u32 = 1;
const TOKEN_END: u32 = 2;
const TOKEN_PROPERTY: u32 = 3;
const TOKEN_LAST: u32 = 9;
const NAMES_MAX: u32 = 1024;
/** Digits of a 64-bit address. */
const DIGITS: i32 = 16;

const tree: usize = memory.data(KERNEL_FDT_MAX, 8);
const names: usize = memory.data(NAMES_MAX);
let at: u32 = 0;
let namesLength: u32 = 0;

function byte(value: u32): void {
  if (at < KERNEL_FDT_MAX) store<u8>(tree + at, <u8>value);
  at++;
}

function word(value: u32): void {
  for (let shift: i32 = 24; shift >= 0; shift -= 8) byte(value >> shift);
}

/** NULs up to a multiple of four, at least `least`. */
function pad(least: u32): void {
  for (let count = least; count > 0 || (at & 3) != 0; count -= count > 0 ? 1 : 0) byte(0);
}

/** The characters of a text, one byte each. */
function letters(value: string): void {
  for (let index = 0; index < value.length; index++) byte(<u32>value.charCodeAt(index));
}

/** Opens the tree. */
export function treeBegin(): void {
  at = 0;
  namesLength = 0;
  pad(STRUCTURE);
}

/** Opens a node; the root's name is empty. */
export function nodeBegin(name: string): void {
  word(TOKEN_BEGIN);
  letters(name);
  pad(1);
}

/** Opens a node named NAME@ADDRESS. */
export function nodeBeginAt(name: string, address: u64): void {
  word(TOKEN_BEGIN);
  letters(name);
  byte(0x40);
  let digit = DIGITS - 1;
  while (digit > 0 && address >> (4 * digit) == 0) digit--;
  for (; digit >= 0; digit--) byte(hexDigit((<u32>(address >> (4 * digit))) & 15));
  pad(1);
}

function hexDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

export function nodeEnd(): void {
  word(TOKEN_END);
}

function property(name: string, length: u32): void {
  word(TOKEN_PROPERTY);
  word(length);
  word(namesLength);
  for (let index = 0; index <= name.length; index++) {
    if (namesLength == NAMES_MAX) unreachable();
    store<u8>(names + namesLength++, index < name.length ? <u8>name.charCodeAt(index) : 0);
  }
}

/** An empty property. */
export function propertyEmpty(name: string): void {
  property(name, 0);
}

/** A property of text. */
export function propertyText(name: string, value: string): void {
  property(name, <u32>value.length + 1);
  letters(value);
  pad(1);
}

/** A property of text: `length` bytes in memory. */
export function propertyBytes(name: string, bytes: usize, length: u32): void {
  property(name, length + 1);
  for (let index: u32 = 0; index < length; index++) byte(load<u8>(bytes + index));
  pad(1);
}

/** A property of one word. */
export function propertyWord(name: string, value: u32): void {
  property(name, 4);
  word(value);
}

/** A property of two 64-bit numbers: an address and a size. */
export function propertyRange(name: string, base: u64, size: u64): void {
  property(name, 16);
  word(<u32>(base >> 32));
  word(<u32>base);
  word(<u32>(size >> 32));
  word(<u32>size);
}

/** Closes the tree; returns its size, or 0 if it did not fit. */
export function treeEnd(): u32 {
  word(TOKEN_LAST);
  const namesAt = at;
  for (let index: u32 = 0; index < namesLength; index++) byte(load<u8>(names + index));
  const total = at;
  if (total > KERNEL_FDT_MAX) return 0;
  at = 0;
  word(MAGIC);
  word(total);
  word(STRUCTURE);
  word(namesAt);
  word(RESERVATIONS);
  word(VERSION);
  word(OLDEST_COMPATIBLE);
  word(0);
  word(namesLength);
  word(namesAt - STRUCTURE);
  return total;
}

/** Address of the tree. */
export function treeAddress(): usize {
  return tree;
}
