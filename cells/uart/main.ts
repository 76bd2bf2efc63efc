/*
 * The console driver. It serves console input, output and error output (abi/port) to all cells, on the
 * first serial chip that the machine has.
 *
 * Arguments:
 *   console=pipe          no person sits there: input and output are escaped (abi/port)
 *   columns=N rows=N      the terminal's size, where known
 */

import { mapDevice } from "rumpk/mmio";
import { Driver } from "./driver";
import { Ns16550 } from "./ns16550";
import { Pl011 } from "./pl011";

/** Exit status when the machine has neither chip. */
const NO_DEVICE: i32 = 1;

function numberOf(args: string[], key: string): u16 {
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(key)) return <u16>I32.parseInt(args[i].substring(key.length));
  }
  return 0;
}

export function main(args: string[]): i32 {
  const terminal = !args.includes("console=pipe");
  const columns = numberOf(args, "columns=");
  const rows = numberOf(args, "rows=");
  let window = mapDevice(0);
  if (window >= 0) new Driver(new Ns16550(window), window, terminal, columns, rows).run();
  window = mapDevice(1);
  if (window >= 0) new Driver(new Pl011(window), window, terminal, columns, rows).run();
  return NO_DEVICE;
}
