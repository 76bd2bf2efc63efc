/*
 * Takes rings until it gets no more, big ones and then small ones, and makes calls that fail; other cells still find
 * room.
 */
import { Channel, console, spawn } from "rumpk";
import { checkpoint } from "rumpk/raw";

const held: Channel[] = [];

/** Pairs with two rings of one entry of this size that it can still get. */
function take(size: i32): i32 {
  let made = 0;
  while (true) {
    const pair = Channel.pair(size, 1);
    if (pair[0].slot < 0) return made;
    held.push(pair[0]);
    held.push(pair[1]);
    made++;
  }
}

export function main(args: string[]): i32 {
  console.log("2 x 1 MiB: " + (Channel.pair(65536, 16)[0].slot < 0 ? "refused" : "got"));
  for (let i = 0; i < 8; i++) checkpoint(0x7fffffff, 16);
  console.log("pairs of 128 KiB: " + take(65000).toString());
  console.log("pairs of 4 KiB: " + take(1016).toString());
  console.log("hello: " + spawn("hello").join().status.toString());
  return 0;
}
