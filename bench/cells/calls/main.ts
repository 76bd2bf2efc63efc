/*
 * Measures what the kernel's calls cost, under QEMU's -icount shift=0, where a nanosecond is an instruction. Each line
 * of output is NAME NANOSECONDS COUNT: the time for COUNT repetitions. bench/lib/lines.mjs reads them.
 *
 * Every measurement is a long loop between two clock readings, because clocks may tick only every 100 ns. A warm-up run
 * precedes it, so that pages that are filled on demand are present.
 *
 * Arguments: except=preempt leaves out preemption, which needs a clock that counts only this system's work.
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
