/*
 * Prints the first register of its device. Without a device it faults.
 */
import { console, flush } from "rumpk";
import { deviceSlot, load32 } from "rumpk/mmio";

export function main(args: string[]): i32 {
  console.log(args[0] + ": " + (deviceSlot(0) < 0 ? "no device" : "device"));
  flush();
  console.log(args[0] + ": " + (<u32>load32(0, 0)).toString(16));
  return 0;
}
