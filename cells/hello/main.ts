/*
 * The first cell: says hello, echoes its arguments, and exits with the requested status.
 *   hello [--status N] [words...]
 */

import { console } from "rumpk";

export function main(args: string[]): i32 {
  let status = 0;
  let words = "";
  for (let i = 0; i < args.length; i++) {
    if (args[i] == "--status" && i + 1 < args.length) status = I32.parseInt(args[++i]);
    else words += " " + args[i];
  }
  console.log("Hello from Rumpk." + words);
  return status;
}
