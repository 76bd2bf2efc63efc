/*
 * The attack of the source documents: a command that promised STDIO and INET opens a file. Nothing after the attempt
 * ever runs.
 */
import { console, flush, readFile } from "rumpk";

export function main(args: string[]): i32 {
  console.log("opening " + args[0]);
  flush();
  const bytes = readFile(args[0]);
  console.log("still here, with " + (bytes ? bytes.length : 0).toString() + " bytes");
  return 0;
}
