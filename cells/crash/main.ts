/*
 * Crashes in the way that its argument names; the fault must not reach anybody else.
 *   crash oob | unreachable | div0 | recursion | stack | indirect | spin | abort | grow
 * `grow` does not crash: it takes all the memory it may have and prints how much that was.
 */

import { console } from "rumpk";

/** Exit status for an unknown kind. */
const USAGE: i32 = 2;
/** A function index beyond every table. */
const NO_FUNCTION: u32 = 1000000;

export function main(args: string[]): i32 {
  const kind = args.length == 1 ? args[0] : "";
  if (kind == "oob") return load<u8>(<usize>0xffffffff);
  if (kind == "unreachable") unreachable();
  if (kind == "div0") return 1 / (args.length - 1);
  if (kind == "recursion") return descend(args.length, u32.MAX_VALUE);
  if (kind == "stack") return <i32>descendWide(args.length, 1, 2, 3, 4, 5, 6, i64.MAX_VALUE);
  if (kind == "indirect") return call_indirect<i32>(NO_FUNCTION + args.length);
  if (kind == "spin") while (true) {}
  if (kind == "abort") throw new Error("asked to");
  if (kind == "grow") return grow();
  console.error("usage: crash oob|unreachable|div0|recursion|stack|indirect|spin|start|abort|grow");
  return USAGE;
}

/**
 * Deeper than any stack. It ends, and calls itself twice, so that no compiler can turn it into a loop.
 */
function descend(depth: u32, limit: u32): u32 {
  if (depth == limit) return depth;
  return descend(depth + 1, limit) ^ descend(depth + 2, limit);
}

/** The same with large frames: every value stays alive across the calls. */
function descendWide(a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, limit: i64): i64 {
  if (a == limit) return b;
  const deeper = descendWide(a + 1, c * 3, d ^ b, e - c, f + d, g * 5, b ^ e, limit);
  return deeper ^ (a + descendWide(a + 2, g, f, e, d, c, b, limit) * (b + c + d + e + f + g));
}

/** Takes memory until none is left. Returns the number of pages that it has then. */
function grow(): i32 {
  while (memory.grow(1) >= 0) {}
  console.log("memory grew to " + memory.size().toString() + " pages");
  return 0;
}
