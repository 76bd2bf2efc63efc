/*
 * Measures what the kernel's calls cost, under QEMU's -icount shift=0, where a nanosecond is an instruction. Each line
 * of output is NAME NANOSECONDS COUNT: so long took COUNT times the thing. bench/lib/lines.mjs reads them.
 *
 * Every measurement is a long loop between two looks at the clock, because clocks tick as slowly as every 100 ns.
 * Before it is measured a thing is done once, so that pages that are filled on demand are there.
 *
 * Arguments: except=preempt leaves preemption out, which takes a clock that counts nothing but this system's work.
 */
import { clockCall, send64, receive64, switches } from "./alone";
import { echo, transfer } from "./together";
import { faults, preemptions, spawns } from "./lives";

export function main(args: string[]): i32 {
  clockCall();
  switches();
  send64();
  receive64();
  transfer();
  echo();
  spawns();
  faults();
  if (!args.includes("except=preempt")) preemptions();
  return 0;
}
