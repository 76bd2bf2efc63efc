/*
 * The micro-suite: seven small programs, the same as in bench/native/micro.c. Each line of output is NAME NANOSECONDS
 * COUNT CHECK: the time for COUNT runs, and CHECK, a sum over their results, which must equal that of C. A cell's first
 * line is its name.
 *
 * Arguments: passes=N measures everything N times and reports the fastest, for machines where times vary. The cell
 * "micro" then runs "micro-gc": the same source with the garbage collector.
 */
import { cellName, console, now, spawn } from "rumpk";
import {
  copy,
  crc32,
  crcTable,
  Item,
  fibonacci,
  itemsOf,
  matrixProduct,
  sieve,
  sumOfArray,
  sumOfList,
} from "./programs";

const BYTES: i32 = 65536;
const WORDS: i32 = 16384;
const SIDE: i32 = 32;
const ITEMS: i32 = 1000;
const FIBONACCI: i32 = 22;
const PASSES: string = "passes=";

const bytes = new StaticArray<u8>(BYTES);
const flags = new StaticArray<u8>(BYTES);
const from = new StaticArray<u32>(WORDS);
const to = new StaticArray<u32>(WORDS);
const product = new StaticArray<u32>(SIDE * SIDE);
const numbers = new StaticArray<u32>(ITEMS);
const table = crcTable();
const items: Item = itemsOf(ITEMS);

function prepare(): void {
  for (let i = 0; i < BYTES; i++) bytes[i] = <u8>(i * 7 + (i >> 8));
  for (let i = 0; i < WORDS; i++) from[i] = i * 2654435761;
  for (let i = 0; i < ITEMS; i++) numbers[i] = i * i;
}

/** Runs `work` `count` times in each of `passes` passes, and reports the fastest pass. */
function measure(name: string, count: i32, passes: i32, work: () => u32): void {
  let fastest = i64.MAX_VALUE;
  let check: u32 = 0;
  work();
  for (let pass = 0; pass < passes; pass++) {
    check = 0;
    const start = now();
    for (let i = 0; i < count; i++) check = rotl(check, 1) ^ work();
    fastest = min(fastest, now() - start);
  }
  console.log(name + " " + fastest.toString() + " " + count.toString() + " " + check.toString());
}

function passesOf(args: string[]): i32 {
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(PASSES)) return I32.parseInt(args[i].substring(PASSES.length));
  }
  return 1;
}

export function main(args: string[]): i32 {
  const passes = passesOf(args);
  const name = cellName();
  prepare();
  console.log(name);
  measure("crc32", 8, passes, () => crc32(table, bytes, BYTES));
  measure("copy", 30, passes, () => copy(to, from, WORDS));
  measure("matmul", 8, passes, () => matrixProduct(product, from, to, SIDE));
  measure("sieve", 4, passes, () => sieve(flags, BYTES));
  measure("list", 500, passes, () => sumOfList(items));
  measure("array", 500, passes, () => sumOfArray(numbers));
  measure("fib", 4, passes, () => fibonacci(FIBONACCI));
  if (name != "micro") return 0;
  return spawn("micro-gc", args).join().status;
}
