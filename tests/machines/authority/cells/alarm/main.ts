/*
 * Sets every bit of the register, pledges the device away, and keeps running. With the argument "read": prints the
 * register, and ends with NONE if it did not get the device.
 */
import { console } from "rumpk";
import { NEVER } from "abi/calls";
import { PROMISE_STDIO } from "abi/promise";
import { deviceSlot, load32, store32 } from "rumpk/mmio";
import { pledge, wait } from "rumpk/raw";

const ALARM_HIGH: i32 = 12;
const NONE: i32 = 3;

export function main(args: string[]): i32 {
  if (deviceSlot(0) < 0) return NONE;
  if (args.includes("read")) {
    console.log("alarm: " + (<u32>load32(0, ALARM_HIGH)).toString(16));
    return 0;
  }
  store32(0, ALARM_HIGH, -1);
  console.log("alarm: " + (<u32>load32(0, ALARM_HIGH)).toString(16));
  pledge(<i64>PROMISE_STDIO);
  wait(0, NEVER);
  return 0;
}
