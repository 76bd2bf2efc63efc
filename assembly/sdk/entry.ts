/*
 * Between cell_main, which the machine calls, and the author's main(args). The build generates
 *   export function cell_main(): i32 { return runMain(main); }
 * Output is not buffered in the cell, so there is nothing to flush when main returns.
 */

import "./abort";
import { argumentsWithName } from "./self";

/** Calls `main` with the cell's arguments, without its name; the result is the cell's exit status. */
export function runMain(main: (args: string[]) => i32): i32 {
  const args = argumentsWithName();
  if (args.length > 0) args.shift();
  return main(args);
}
