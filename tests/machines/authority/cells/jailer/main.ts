/*
 * Gives its child a pipe instead of the console, so that none of its output reaches the console unseen.
 */
import { Channel, Grant, console, spawn } from "rumpk";
import { PORT_CONSOLE_OUT } from "abi/port";
import { RIGHT_MASK, RIGHT_SEND, RIGHT_TICK } from "abi/rights";

export function main(args: string[]): i32 {
  const pipe = Channel.pair(512, 8);
  const child = spawn("escapee", [], [new Grant(pipe[1].slot, RIGHT_SEND | RIGHT_MASK | RIGHT_TICK, PORT_CONSOLE_OUT)]);
  pipe[1].close();
  while (true) {
    const text = pipe[0].receiveText();
    if (!text) break;
    console.log("through the pipe: " + text.trim());
  }
  console.log("hung up, status " + child.join().status.toString());
  return 0;
}
