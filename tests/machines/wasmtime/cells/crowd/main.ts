/*
 * Starts naps until one more is refused, says why, waits for them, and then starts one again, because an instance is
 * free.
 */
import { Child, console, errorText, spawn } from "rumpk";

const MANY: i32 = 20;

export function main(args: string[]): i32 {
  const children: Child[] = [];
  let error = 0;
  while (error >= 0 && children.length < MANY) {
    const child = spawn("nap", []);
    error = child.error;
    if (error >= 0) children.push(child);
  }
  console.log(children.length.toString() + " started, then: " + errorText(error));
  for (let i = 0; i < children.length; i++) {
    children[i].join(i64.MAX_VALUE);
    children[i].close();
  }
  console.log("again: " + (spawn("nap", []).error >= 0 ? "started" : "refused"));
  return 0;
}
