/*
 * Counts the letters of its arguments with a map, and makes enough garbage that the collector must run to stay below
 * the memory limit.
 */
import { console, stderr } from "rumpk";
import { letters } from "./letters";

export function main(args: string[]): i32 {
  const counts = letters(args.join(""));
  const keys = counts.keys().sort();
  let line = "";
  for (let i = 0; i < keys.length; i++) line += keys[i] + "=" + counts.get(keys[i]).toString() + " ";
  console.log(line.trimEnd());
  let kept = "";
  for (let i = 0; i < 20000; i++) kept = "garbage ".repeat(16) + i.toString();
  stderr.write("kept " + kept.substring(kept.length - 5) + "\n");
  return keys.length;
}
