/*
 * Asks its server for something, and prints what the kernel answered to the accusations.
 */
import { console, portSlot } from "rumpk";
import { recv, send } from "rumpk/raw";

const answer = memory.data(64, 8);

export function main(args: string[]): i32 {
  const slot = portSlot(0x0500);
  send(slot, answer, 1, 0);
  recv(slot, answer, 64, 0);
  let text = "denied:";
  for (let i = 0; i < 5; i++) text += " " + load<i8>(answer + i).toString();
  console.log(text);
  return 0;
}
