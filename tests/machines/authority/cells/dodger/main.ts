/*
 * A loop that never waits for anyone. Now and then it sends a message to itself, receives it, and makes calls that find
 * nothing: it receives from an empty channel, and waits with a deadline that has passed.
 */
import { Channel } from "rumpk";
import { NOWAIT } from "abi/calls";
import { wait } from "rumpk/raw";

/** Iterations between two attempts: some ten microseconds. */
const TURNS: i32 = 20000;

export function main(args: string[]): i32 {
  const ends = Channel.pair(64, 4);
  const byte = new Uint8Array(1);
  const at = memory.data(8);
  while (true) {
    for (let i = 0; i < TURNS; i++) store<u64>(at, load<u64>(at) * 6364136223846793005 + 1);
    ends[0].send(byte);
    ends[1].receive(byte);
    ends[1].receive(byte, NOWAIT);
    wait((<i64>1) << ends[1].slot, 0);
  }
}
